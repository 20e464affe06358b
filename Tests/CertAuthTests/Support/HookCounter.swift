// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts the calls of a hook and records its contexts.
final class HookCounter<Context: Sendable>: Sendable {
    private let calls = Mutex<[Context]>([])

    /// The contexts so far, in order.
    var contexts: [Context] { calls.withLock { $0 } }

    /// The number of calls.
    var count: Int { calls.withLock { $0.count } }

    /// Records a context and returns the number of calls so far.
    @discardableResult
    func record(_ context: Context) -> Int {
        calls.withLock {
            $0.append(context)
            return $0.count
        }
    }
}
