// SPDX-License-Identifier: Apache-2.0
// A value that is made when it can be, and kept.

internal import Synchronization

/// Makes a value once, whoever asks first; nil is asked for again.
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
