// SPDX-License-Identifier: Apache-2.0
// Holds handlers until a test lets them go on.

import Synchronization

/// A gate that is shut until it is opened.
final class Gate: Sendable {
    private enum State {
        case shut([CheckedContinuation<Void, Never>])
        case open
    }

    private let state = Mutex(State.shut([]))
    private let arrivals = Mutex(0)

    /// Waits until the gate is open, whatever becomes of the task.
    func pass() async {
        // Off the event loop, which hears of everything that comes while the gate is shut.
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

    /// How many have come.
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
