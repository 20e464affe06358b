// SPDX-License-Identifier: Apache-2.0
// A counter for closures that cannot capture variables.

import Synchronization

/// 0, 1, 2, …
final class Turn: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}
