// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts the values that are visited by searches and comparisons.
///
/// Tests use it to prove that the work of a validation does not grow with the configuration. Only debug builds count,
/// and only within `count`.
package final class VisitCounter: Sendable {
    @TaskLocal private static var current: VisitCounter?

    private let visits = Atomic(0)

    /// Adds `count` visited values.
    package static func add(_ count: Int) {
        #if DEBUG
        current?.visits.add(count, ordering: .relaxed)
        #endif
    }

    /// The number of values that `body` visits, on its own task and its child tasks. Zero in a release build.
    package static func count(_ body: () throws -> Void) rethrows -> Int {
        let counter = VisitCounter()
        try $current.withValue(counter) { try body() }
        return counter.visits.load(ordering: .relaxed)
    }
}
