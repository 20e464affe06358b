// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The `SSL_CTX`s of a server. Policies share one if they differ only in what a connection can set itself.
///
/// An `SSL_CTX` takes 0.3 ms to create, and 13 KiB. It is freed with the last policy that uses it.
package final class TLSContextPool: Sendable {
    private struct Slot {
        weak var context: SharedContext?
    }

    private struct State {
        var slots: [SharedContext.Traits: Slot] = [:]
        var createdCount = 0
        /// Empty slots are removed when there are this many slots, so that their number stays in proportion.
        var sweepCount = 16
    }

    private let state = Mutex(State())

    package init() {}

    /// The number of `SSL_CTX`s that were created. For tests.
    package var createdCount: Int { state.withLock { $0.createdCount } }

    /// Returns a shared context for `settings`. It is created under the lock: once, however many threads need it.
    ///
    /// - Parameter isDedicated: whether to create one for these settings in any case. Later policies may share it.
    func context(
        for settings: TLSServerSettings,
        isDedicated: Bool
    ) throws(OpenSSLError) -> (SharedContext, isCreated: Bool) {
        let traits = SharedContext.Traits(settings)
        return try state.withLock { state throws(OpenSSLError) in
            if !isDedicated, let known = state.slots[traits]?.context { return (known, false) }
            let created = try SharedContext(server: settings)
            state.createdCount += 1
            state.slots[traits] = Slot(context: created)
            if state.slots.count >= state.sweepCount {
                state.slots = state.slots.filter { $0.value.context != nil }
                state.sweepCount = max(16, 2 * state.slots.count)
            }
            return (created, true)
        }
    }
}
