// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Blocks handlers until a test opens it.
final class Gate: Sendable {
    private enum State {
        case shut([CheckedContinuation<Void, Never>])
        case open
    }

    private let state = Mutex(State.shut([]))
    private let arrivals = Mutex(0)

    /// Waits until the gate is open, even if the task is cancelled.
    func pass() async {
        // Off the event loop, which must still process events while the gate is closed.
        await Task.yield()
        arrivals.withLock { $0 += 1 }
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard case .shut(let waiting) = state else { return true }
                state = .shut(waiting + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    /// The number of callers that have reached the gate.
    var arrivalCount: Int { arrivals.withLock { $0 } }

    func open() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard case .shut(let waiting) = state else { return [] }
            state = .open
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
