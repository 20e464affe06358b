// SPDX-License-Identifier: Apache-2.0

public import CertAuth
package import NIOCore
import Synchronization

/// A user inbound event: the client of this open connection was admitted, was validated again and is now refused.
///
/// TLS sends close_notify and closes immediately, unless a handler above has requests in progress and calls
/// `finishRequests()` while it handles the event. That handler then accepts no further requests and answers those in
/// progress. Once they are answered, it calls `requestsDidFinish()` or closes the channel itself. TLS closes after the
/// grace period in any case. HTTP/1.1 marks its response as the last one, HTTP/2 sends GOAWAY.
public final class ClientRefusal: Sendable {
    /// Why the client is refused.
    public let failure: AuthenticationFailure
    /// How long requests in progress may still take.
    package let grace: TimeAmount

    private struct State {
        /// The number of handlers that still have requests in progress.
        var claims = 0
        var wasClaimed = false
        /// False once all handlers have received the event.
        var isClaimable = true
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init(failure: AuthenticationFailure, grace: TimeAmount) {
        self.failure = failure
        self.grace = grace
    }

    /// Requests the grace period, for requests that have already begun.
    ///
    /// Must be called while the event is handled. Later calls have no effect.
    public func finishRequests() {
        state.withLock { state in
            guard state.isClaimable else { return }
            state.claims += 1
            state.wasClaimed = true
        }
    }

    /// Ends the grace period early: the requests in progress are answered, and the responses are flushed.
    ///
    /// TLS closes once this was called as often as `finishRequests()`, so each handler calls it once. May be called on
    /// any thread, after the responses were flushed.
    public func requestsDidFinish() {
        let action = state.withLock { state in
            guard state.claims > 0 else { return nil as (@Sendable () -> Void)? }
            state.claims -= 1
            guard state.claims == 0 else { return nil }
            defer { state.action = nil }
            return state.action
        }
        action?()
    }

    /// Ends the time in which handlers can request the grace period.
    ///
    /// - Returns: whether one did. Its requests may be finished already, and their responses wait for the event loop.
    package func endOfEvent() -> Bool {
        state.withLock { state in
            state.isClaimable = false
            return state.wasClaimed
        }
    }

    /// Calls `action` once, when all requests in progress are finished; on the thread that reports the last of them, or
    /// at once if none is in progress.
    package func whenRequestsFinish(_ action: @escaping @Sendable () -> Void) {
        let isFinished = state.withLock { state in
            guard state.claims > 0 else { return true }
            state.action = action
            return false
        }
        if isFinished { action() }
    }
}
