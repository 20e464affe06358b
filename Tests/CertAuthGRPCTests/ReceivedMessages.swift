// SPDX-License-Identifier: Apache-2.0

#if GRPC
import Synchronization

/// The messages that a client has received on a call, in order, for a sender that waits for answers.
final class ReceivedMessages: Sendable {
    private struct State {
        var messages: [String] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var messages: [String] { state.withLock { $0.messages } }

    /// Records the next message.
    func note(_ message: String) {
        let ready = state.withLock { state in
            state.messages.append(message)
            let ready = state.waiting.filter { $0.count <= state.messages.count }
            state.waiting.removeAll { $0.count <= state.messages.count }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    /// Waits until the given number of messages has been received.
    func message(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.messages.count < count { state.waiting.append((count, continuation)) }
                return state.messages.count >= count
            }
            if isThere { continuation.resume() }
        }
    }
}
#endif
