// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import Synchronization

/// A counter that several tasks increment.
final class Counted: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
}
#endif
