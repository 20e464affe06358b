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
        /// CPU time of the server in milliseconds, without the requests of the clients that wait.
        let cpu: Double
        /// What the server answered.
        let answer: String?
        let waits: certauth_waits
    }

    let server: ServerProcess
    private let watch: Watch
    /// Nanoseconds of CPU time for each request of the clients that wait.
    private let costOfRequest: Double
    /// The longest wait in milliseconds while nothing happens.
    let quietWait: Double

    /// Starts the clients, and measures for a second how long they wait while nothing happens.
    init(_ server: ServerProcess, in bench: ServerBench) throws {
        self.server = server
        watch = try Watch(server, in: bench)
        Thread.sleep(forTimeInterval: 0.3)
        _ = watch.take()
        let start = server.cpuTime
        Thread.sleep(forTimeInterval: 1)
        let waits = watch.take()
        costOfRequest = (server.cpuTime - start) / Double(max(1, waits.answered))
        quietWait = Double(waits.longest) / 1e6
    }

    /// Runs `event`, and waits until the server has nothing to do but the requests of the clients that wait.
    func measure(_ event: () -> String?) -> Outcome {
        _ = watch.take()
        let start = server.cpuTime
        let answer = event()
        var calm = 0
        var last = server.cpuTime
        for _ in 0..<300 where calm < 3 {
            Thread.sleep(forTimeInterval: 0.1)
            let spent = server.cpuTime - last
            last += spent
            // A third of the time belongs to the clients that wait at most.
            calm = spent < 35e6 ? calm + 1 : 0
        }
        let waits = watch.take()
        return Outcome(
            longestWait: Double(waits.longest) / 1e6,
            cpu: max(0, server.cpuTime - start - costOfRequest * Double(waits.answered)) / 1e6,
            answer: answer,
            waits: waits
        )
    }

    func stop() { watch.stop() }
}
