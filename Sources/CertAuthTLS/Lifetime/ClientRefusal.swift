// SPDX-License-Identifier: Apache-2.0

public import CertAuth
package import NIOCore
import Synchronization

/// A user inbound event: the client of this open connection was admitted, was validated again and is now refused.
///
/// TLS sends close_notify and closes immediately, unless a handler above has requests in progress and calls
/// `finishRequests()` while it handles the event. That handler then accepts no further requests, answers those in
/// progress, and closes. TLS closes after `grace` in any case. HTTP/1.1 marks its response as the last one, HTTP/2
/// sends GOAWAY.
public final class ClientRefusal: Sendable {
    /// Why the client is refused.
    public let failure: AuthenticationFailure
    /// How long requests in progress may still take.
    package let grace: TimeAmount

    private let isTaken = Atomic(false)

    package init(failure: AuthenticationFailure, grace: TimeAmount) {
        self.failure = failure
        self.grace = grace
    }

    /// Requests the grace period, for requests that have already begun.
    public func finishRequests() { isTaken.store(true, ordering: .relaxed) }

    package var hasRequestsInFlight: Bool { isTaken.load(ordering: .relaxed) }
}
