// SPDX-License-Identifier: Apache-2.0
// The result of a measurement.

/// The cost of one run of a contender.
struct Cost: Sendable {
    /// Nanoseconds of wall-clock time for each operation, all threads together.
    let wall: Double
    /// Nanoseconds of CPU time for each operation.
    let cpu: Double
    /// Like `wall`, but without the time in which threads waited for a core that other processes used.
    let running: Double

    /// The difference in cost.
    static func - (more: Cost, less: Cost) -> Cost {
        Cost(wall: more.wall - less.wall, cpu: more.cpu - less.cpu, running: more.running - less.running)
    }
}
