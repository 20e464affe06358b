// SPDX-License-Identifier: Apache-2.0
// Runs contenders round by round, so that each round sees the same machine, and keeps what it cost them.

import CReference
import Dispatch

/// The cost of one run of a contender.
struct Cost: Sendable {
    /// Nanoseconds of wall-clock time for each operation, all threads together.
    let wall: Double
    /// Nanoseconds of CPU time for each operation.
    let cpu: Double
}

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

    /// How many operations fill the time wanted; running them also warms everything up.
    private func calibrated(_ contender: Contender) -> Int {
        // What only the first one does, like opening connections, must not pass for what each costs.
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
        let successes = execute(contender, count: count)
        let operations = Double(count * contender.threads)
        precondition(successes == count * contender.threads, "\(contender.name): wrong answers")
        return Cost(
            wall: (now() - wall) / operations,
            cpu: (spent(contender.server) - cpu) / operations
        )
    }

    private static func execute(_ contender: Contender, count: Int) -> Int {
        guard contender.threads > 1 else { return contender.run(count, 0) }
        let tally = Tally()
        DispatchQueue.concurrentPerform(iterations: contender.threads) { thread in
            tally.add(contender.run(count, thread * 512))
        }
        return tally.value
    }

    /// Of the wall clock.
    private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) }

    /// CPU time of the server measured, or of this process.
    private static func spent(_ server: ServerProcess?) -> Double {
        server?.cpuTime ?? Double(certauth_cpu_time(0))
    }
}
