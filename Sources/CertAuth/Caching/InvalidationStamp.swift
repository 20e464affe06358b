// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A moment between the invalidations of the process. It orders a cached verdict and an invalidation, whatever cache and
/// authenticators they belong to.
package struct InvalidationStamp: Sendable, Comparable {
    private static let counter = Atomic<Int>(0)

    private let number: Int

    /// The moment after all invalidations so far.
    package static var now: InvalidationStamp {
        InvalidationStamp(number: counter.load(ordering: .sequentiallyConsistent))
    }

    /// The moment of a new invalidation.
    static func next() -> InvalidationStamp {
        InvalidationStamp(number: counter.add(1, ordering: .sequentiallyConsistent).newValue)
    }

    /// The moment before all invalidations.
    static let beginning = InvalidationStamp(number: 0)

    package static func < (first: InvalidationStamp, second: InvalidationStamp) -> Bool { first.number < second.number }
}
