// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// The answer to one request, which a task makes on any thread.
///
/// Most answers are ready when the task first returns. They need no promise.
final class PendingAnswer: Sendable {
    private enum State {
        case awaited
        case made(ListenerResponse)
        case promised(EventLoopPromise<ListenerResponse>)
    }

    private let state = Mutex(State.awaited)

    /// Delivers the answer. Must be called once.
    func succeed(_ response: ListenerResponse) {
        let promise: EventLoopPromise<ListenerResponse>? = state.withLock { state in
            if case .promised(let promise) = state { return promise }
            state = .made(response)
            return nil
        }
        promise?.succeed(response)
    }

    /// The answer if it is ready. If not, `promise` is called, and receives the answer later. Must be called once.
    func response(else promise: () -> EventLoopPromise<ListenerResponse>) -> ListenerResponse? {
        state.withLock { state in
            if case .made(let response) = state { return response }
            state = .promised(promise())
            return nil
        }
    }
}
