// SPDX-License-Identifier: Apache-2.0
// An operation that is measured.

/// An operation that can be repeated; it returns how often it succeeded.
struct Contender: Sendable {
    let name: String
    let threads: Int
    /// The process whose CPU time is measured; nil for this one.
    let server: ServerProcess?
    let run: @Sendable (_ count: Int, _ offset: Int) -> Int
    /// Runs for about this time and returns the cost, if another program counts; used instead of `run`.
    let timed: (@Sendable (_ milliseconds: Double) -> Cost)?

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
        timed = nil
    }

    init(_ name: String, timed: @escaping @Sendable (_ milliseconds: Double) -> Cost) {
        self.name = name
        threads = 1
        server = nil
        run = { _, _ in 0 }
        self.timed = timed
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
