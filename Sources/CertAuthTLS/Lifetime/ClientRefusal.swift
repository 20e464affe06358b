// SPDX-License-Identifier: Apache-2.0

public import CertAuth
package import NIOCore
import Synchronization

/// A user inbound event: the client of this open connection was let in, has been judged again and is refused.
///
/// TLS says goodbye and closes at once, unless a handler above it has requests in flight and calls `finishRequests()`
/// while it handles the event. That handler takes no further requests, answers those it has, and closes; TLS closes when
/// `grace` is over, whatever is left. HTTP/1.1 marks its answer as the last one, HTTP/2 sends GOAWAY.
public final class ClientRefusal: Sendable {
    /// Why the client is refused.
    public let failure: AuthenticationFailure
    /// How long requests in flight may take still.
    package let grace: TimeAmount

    private let isTaken = Atomic(false)

    package init(failure: AuthenticationFailure, grace: TimeAmount) {
        self.failure = failure
        self.grace = grace
    }

    /// Claims the grace, for requests that have begun already.
    public func finishRequests() { isTaken.store(true, ordering: .relaxed) }

    package var hasRequestsInFlight: Bool { isTaken.load(ordering: .relaxed) }
}
