// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// OCSP responders between validations: their parsed certificates by the SHA-256 of their DER, and who signed them.
///
/// This is separate from `IssuerMemory`, because a responder's certificate is parsed without its alternative names. A
/// responder is stored only if its certificate and a response verified, so that only responders authorized by an issuer
/// on an accepted path can fill it.
package final class ResponderMemory: KnownResponders {
    /// A pair of certificates where the issuer's key verified the responder's signature.
    private struct Link: Hashable, Sendable {
        let responder: Thumbprint
        let issuer: Thumbprint
    }

    private struct State: Sendable {
        var certificates: LeastRecentlyUsed<Thumbprint, Certificate>
        var links: LeastRecentlyUsed<Link, Bool>
    }

    private let state: Mutex<State>

    /// - Parameter capacity: the maximum number of certificates, and of links, at least 1. At 64, it holds at most 4
    ///   MiB of DER, if each response has the maximum permitted size.
    package init(capacity: Int = 64) {
        state = Mutex(
            State(
                certificates: LeastRecentlyUsed(capacity: max(1, capacity)),
                links: LeastRecentlyUsed(capacity: max(1, capacity))
            )
        )
    }

    /// The number of stored responders.
    package var count: Int { state.withLock { $0.certificates.count } }

    /// The certificate with exactly these bytes.
    package func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate? {
        let found = state.withLock { $0.certificates.value(for: digest) }
        guard let found, found.derEncoded == derEncoded else { return nil }
        return found
    }

    /// Whether the key of exactly this issuer certificate is known to verify the responder's certificate.
    package func isSigned(_ responder: Certificate, by issuer: Certificate) -> Bool {
        let link = Link(responder: responder.sha256Thumbprint, issuer: issuer.sha256Thumbprint)
        return state.withLock { $0.links.value(for: link) != nil }
    }

    /// Stores a responder whose certificate `issuer`'s key has verified.
    package func remember(_ responder: Certificate, signedBy issuer: Certificate) {
        let link = Link(responder: responder.sha256Thumbprint, issuer: issuer.sha256Thumbprint)
        state.withLock { state in
            guard state.links.value(for: link) == nil else { return }
            state.certificates.insert(responder, for: responder.sha256Thumbprint)
            state.links.insert(true, for: link)
        }
    }
}
