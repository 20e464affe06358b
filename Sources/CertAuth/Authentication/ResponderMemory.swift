// SPDX-License-Identifier: Apache-2.0
// What is remembered of OCSP responders between validations: their parsed certificates, and who signed them.
//
// Apart from the memory of issuers, because a responder's certificate is read without its alternative names. Only
// responders get in whose certificate and response verified, so that nobody whom no issuer on an accepted path has
// authorised can fill it.

internal import Synchronization

/// Responders by the SHA-256 of their DER.
package final class ResponderMemory: KnownResponders {
    /// That one certificate's key verified another's signature.
    private struct Link: Hashable, Sendable {
        let responder: Thumbprint
        let issuer: Thumbprint
    }

    private struct State: Sendable {
        var certificates: LeastRecentlyUsed<Thumbprint, Certificate>
        var links: LeastRecentlyUsed<Link, Bool>
    }

    private let state: Mutex<State>

    /// - Parameter capacity: certificates, and links, at least 1. At 64 it holds at most 4 MiB of DER, when each response
    ///   is as large as it may be.
    package init(capacity: Int = 64) {
        state = Mutex(
            State(
                certificates: LeastRecentlyUsed(capacity: max(1, capacity)),
                links: LeastRecentlyUsed(capacity: max(1, capacity))
            )
        )
    }

    /// How many responders are remembered.
    package var count: Int { state.withLock { $0.certificates.count } }

    /// The certificate with exactly these bytes.
    package func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate? {
        let found = state.withLock { $0.certificates.value(for: digest) }
        guard let found, found.derEncoded == derEncoded else { return nil }
        return found
    }

    /// Whether the key of exactly this issuer's certificate is known to verify the responder's.
    package func isSigned(_ responder: Certificate, by issuer: Certificate) -> Bool {
        let link = Link(responder: responder.sha256Thumbprint, issuer: issuer.sha256Thumbprint)
        return state.withLock { $0.links.value(for: link) != nil }
    }

    /// Remembers a responder whose certificate `issuer`'s key has verified.
    package func remember(_ responder: Certificate, signedBy issuer: Certificate) {
        let link = Link(responder: responder.sha256Thumbprint, issuer: issuer.sha256Thumbprint)
        state.withLock { state in
            guard state.links.value(for: link) == nil else { return }
            state.certificates.insert(responder, for: responder.sha256Thumbprint)
            state.links.insert(true, for: link)
        }
    }
}
