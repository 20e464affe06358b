// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// An accepted client that `VerdictWatch` watches.
package protocol WatchedClient: AnyObject, Sendable {
    /// Reports every verdict that accepts the client, and every change by which a verdict may have become invalid.
    func observe(_ observer: @escaping @Sendable (VerdictChange) -> Void)

    /// Stops observing.
    func endObservation()

    /// Validates the client again if its verdict may have become invalid; nil if it is still valid.
    func revalidate() async -> AuthenticationResult?

    /// The last moment at which the verdict is valid; nil without end or acceptance.
    var acceptedUntil: Timestamp? { get }

    /// The clock by which verdicts end; nil if the client is never validated.
    var verdictClock: VerificationClock? { get }
}

extension ConnectionAuthentication: WatchedClient {
    package var verdictClock: VerificationClock? { authenticator.options.clock }
}
