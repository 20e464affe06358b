// SPDX-License-Identifier: Apache-2.0
// A server with idle connections, and clients that wait while something happens to it.

import BenchmarkServing
import CReference
import Foundation

/// Measures events of one server.
struct EventScene {
    /// What an event did.
    struct Outcome {
        /// The longest wait of another client, in milliseconds.
        let longestWait: Double
        let waits: certauth_waits
    }

    let server: ServerProcess
    private let watch: Watch
    /// The longest wait in milliseconds while nothing happens.
    let quietWait: Double

    /// Starts the clients, and measures for a second how long they wait while nothing happens.
    init(_ server: ServerProcess, in bench: ServerBench) throws {
        self.server = server
        watch = try Watch(server, in: bench)
        Thread.sleep(forTimeInterval: 0.3)
        _ = watch.take()
        Thread.sleep(forTimeInterval: 1)
        quietWait = Double(watch.take().longest) / 1e6
    }

    /// CPU time in milliseconds that `event` costs a server without other clients.
    static func cost(for server: ServerProcess, of event: () -> String?) -> Double {
        let start = server.cpuTime
        _ = event()
        waitUntilIdle(server, spending: 2e6)
        return (server.cpuTime - start) / 1e6
    }

    /// Waits until the server spends less than so many nanoseconds of CPU time in a tenth of a second, three times.
    private static func waitUntilIdle(_ server: ServerProcess, spending limit: Double) {
        var calm = 0
        var last = server.cpuTime
        for _ in 0..<300 where calm < 3 {
            Thread.sleep(forTimeInterval: 0.1)
            let spent = server.cpuTime - last
            last += spent
            calm = spent < limit ? calm + 1 : 0
        }
    }

    /// Runs `event`, and waits until the server has nothing to do but the requests of the clients that wait.
    func measure(_ event: () -> String?) -> Outcome {
        _ = watch.take()
        _ = event()
        // A third of the time belongs to the clients that wait at most.
        Self.waitUntilIdle(server, spending: 35e6)
        let waits = watch.take()
        return Outcome(
            longestWait: Double(waits.longest) / 1e6,
            waits: waits
        )
    }

    func stop() { watch.stop() }
}
