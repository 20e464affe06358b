// SPDX-License-Identifier: Apache-2.0
// Runs contenders round by round, so that each round sees the same machine, and records their costs.

import CReference
import Foundation
import Synchronization

/// How long and how often to measure.
struct Measurement: Sendable {
    var rounds = 5
    var milliseconds = 250.0

    /// One cost a round for each contender, interleaved: A B C, A B C, …
    func measure(_ contenders: [Contender]) -> [[Cost]] {
        let counts = contenders.map { $0.timed == nil ? calibrated($0) : 0 }
        var costs = contenders.map { _ in [Cost]() }
        for _ in 0..<rounds {
            for (index, contender) in contenders.enumerated() {
                let timed = contender.timed?(milliseconds)
                costs[index].append(timed ?? Self.cost(of: contender, count: counts[index]))
            }
        }
        return costs
    }

    /// How many operations fill the time. Running them also warms up caches.
    private func calibrated(_ contender: Contender) -> Int {
        // The first operation may do more, for example open connections; that is not part of the cost of each.
        _ = Self.execute(contender, count: 1)
        var count = 1
        while true {
            let spent = Self.cost(of: contender, count: count).wall * Double(count * contender.threads) / 1e6
            if spent > milliseconds / 4 { return max(1, Int(Double(count) * milliseconds / spent)) }
            count *= 2
        }
    }

    private static func cost(of contender: Contender, count: Int) -> Cost {
        let wall = now()
        let cpu = spent(contender.server)
        let runs = execute(contender, count: count)
        let operations = Double(count * contender.threads)
        let isRight = runs.allSatisfy { $0.successes == count }
        precondition(isRight, "\(contender.name): wrong answers")
        return Cost(
            wall: (now() - wall) / operations,
            cpu: (spent(contender.server) - cpu) / operations,
            running: 1 / runs.reduce(0) { $0 + Double(count) / $1.running }
        )
    }

    /// One run on each thread, all at the same time.
    private static func execute(_ contender: Contender, count: Int) -> [Run] {
        guard contender.threads > 1 else { return [Run(contender, count: count, thread: 0)] }
        let runs = Mutex<[Run]>([])
        let group = DispatchGroup()
        for thread in 0..<contender.threads {
            group.enter()
            Thread.detachNewThread {
                let run = Run(contender, count: count, thread: thread)
                runs.withLock { $0.append(run) }
                group.leave()
            }
        }
        group.wait()
        return runs.withLock { $0 }
    }

    /// One thread's share.
    private struct Run {
        let successes: Int
        /// Nanoseconds without the time in which other processes used the core, so that a busy machine does not look like a
        /// lock.
        let running: Double

        init(_ contender: Contender, count: Int, thread: Int) {
            let start = now() - Double(certauth_wait_for_core())
            successes = contender.run(count, thread * 512)
            running = now() - Double(certauth_wait_for_core()) - start
        }
    }

    /// Of the wall clock.
    private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) }

    /// CPU time of the server measured, or of this process.
    private static func spent(_ server: ServerProcess?) -> Double {
        server?.cpuTime ?? Double(certauth_cpu_time(0))
    }
}
