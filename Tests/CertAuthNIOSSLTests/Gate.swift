// SPDX-License-Identifier: Apache-2.0
// A gate at which a hook waits until the test opens it.

#if NIOSSL
import Synchronization

/// A gate that stays open once it has been opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var hasVisitor = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watching: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Waits until the gate is open.
    func passage() async {
        await withCheckedContinuation { continuation in
            let (watching, isOpen) = state.withLock { state in
                state.hasVisitor = true
                if !state.isOpen { state.waiting.append(continuation) }
                defer { state.watching = [] }
                return (state.watching, state.isOpen)
            }
            for watcher in watching { watcher.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Waits until a caller is waiting at the gate.
    func waitForVisitor() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if !state.hasVisitor { state.watching.append(continuation) }
                return state.hasVisitor
            }
            if isThere { continuation.resume() }
        }
    }

    /// Opens the gate permanently.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for visitor in waiting { visitor.resume() }
    }
}
#endif
