// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts the connections that wait for a person, so that a flood of idle clients is not given the time of a person.
final class HumanWaits: Sendable {
    /// One wait; it ends with its last reference.
    final class Wait: Sendable {
        private let waits: HumanWaits

        fileprivate init(_ waits: HumanWaits) { self.waits = waits }

        deinit { waits.count.withLock { $0 -= 1 } }
    }

    private let count = Mutex(0)

    /// Begins a wait. Nil if there are `most` already.
    func begin(most: Int) -> Wait? {
        let isPermitted = count.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
        return isPermitted ? Wait(self) : nil
    }
}
