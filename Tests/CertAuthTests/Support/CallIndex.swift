// SPDX-License-Identifier: Apache-2.0
// A counter for closures that cannot capture variables.

import Synchronization

/// Returns 0, 1, 2, … in turn.
final class CallIndex: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}
