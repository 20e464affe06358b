// SPDX-License-Identifier: Apache-2.0
// Runs contenders round by round, so that each round sees the same machine, and keeps what it cost them.

import Foundation

/// Something that can be done many times; it returns how often it succeeded.
struct Contender: Sendable {
    let name: String
    let threads: Int
    /// The process whose CPU time counts, where it is not this one.
    let server: ServerProcess?
    let run: @Sendable (_ count: Int, _ offset: Int) -> Int

    init(
        _ name: String,
        threads: Int = 1,
        server: ServerProcess? = nil,
        run: @escaping @Sendable (_ count: Int, _ offset: Int) -> Int
    ) {
        self.name = name
        self.threads = threads
        self.server = server
        self.run = run
    }

    /// One operation at a time; `operation` gets a running number.
    init(_ name: String, threads: Int = 1, each operation: @escaping @Sendable (Int) -> Bool) {
        self.init(name, threads: threads) { count, offset in
            var successes = 0
            for index in offset..<offset + count where operation(index) { successes += 1 }
            return successes
        }
    }
}

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
        let counts = contenders.map(calibrated)
        var costs = contenders.map { _ in [Cost]() }
        for _ in 0..<rounds {
            for (index, contender) in contenders.enumerated() {
                costs[index].append(Self.cost(of: contender, count: counts[index]))
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
        let wall = nanoseconds(CLOCK_MONOTONIC)
        let cpu = contender.server?.cpuTime ?? nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
        let successes = execute(contender, count: count)
        let operations = Double(count * contender.threads)
        precondition(successes == count * contender.threads, "\(contender.name): wrong answers")
        return Cost(
            wall: (nanoseconds(CLOCK_MONOTONIC) - wall) / operations,
            cpu: ((contender.server?.cpuTime ?? nanoseconds(CLOCK_PROCESS_CPUTIME_ID)) - cpu) / operations
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

    private static func nanoseconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
