// SPDX-License-Identifier: Apache-2.0
// Counts the calls of a hook and keeps what it was told.

import Synchronization

/// What a hook was told, call by call.
final class HookCounter<Context: Sendable>: Sendable {
    private let calls = Mutex<[Context]>([])

    /// The contexts so far.
    var contexts: [Context] { calls.withLock { $0 } }

    /// How often it was called.
    var count: Int { calls.withLock { $0.count } }

    /// Keeps a context and returns the number of calls so far.
    @discardableResult
    func record(_ context: Context) -> Int {
        calls.withLock {
            $0.append(context)
            return $0.count
        }
    }
}
