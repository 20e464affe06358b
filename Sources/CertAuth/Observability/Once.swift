// SPDX-License-Identifier: Apache-2.0
// A value that is made when it is first asked for.

internal import Synchronization

/// Makes a value once, whoever asks first.
final class Once<Value: Sendable>: Sendable {
    private let make: @Sendable () -> Value
    private let made = Mutex<Value?>(nil)

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    var value: Value {
        made.withLock { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}
