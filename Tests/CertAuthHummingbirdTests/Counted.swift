// SPDX-License-Identifier: Apache-2.0
// A number that several tasks count up.

#if Hummingbird
import Synchronization

/// A number that several tasks count up.
final class Counted: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
}
#endif
