// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Creates a value once and keeps it. If creation returns nil, it is tried again at the next access.
final class Once<Value: Sendable>: Sendable {
    private let make: @Sendable () -> Value?
    private let made = Mutex<Value?>(nil)

    init(_ make: @escaping @Sendable () -> Value?) { self.make = make }

    var value: Value? {
        made.withLock { made in
            if made == nil { made = make() }
            return made
        }
    }
}
