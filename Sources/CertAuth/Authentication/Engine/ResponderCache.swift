// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// OCSP responders, remembered between validations.
///
/// It is separate from the memory of issuers, because a responder's certificate is parsed without its alternative names.
/// A responder is remembered only after its certificate and its response were verified, so a responder that no issuer of
/// an accepted path authorized cannot fill the memory.
package final class ResponderCache: KnownResponders {
    private let responders: Mutex<VerifiedCertificates>

    /// - Parameter capacity: the maximum number of certificates, and of links; at least 1.
    ///   At 64 it holds at most 4 MiB of DER, if each response is as large as permitted.
    package init(capacity: Int = 64) { responders = Mutex(VerifiedCertificates(capacity: capacity)) }

    /// The number of remembered responders.
    package var count: Int { responders.withLock { $0.count } }

    /// The certificate with exactly these bytes.
    package func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate? {
        responders.withLock { $0.certificate(digest, derEncoded: derEncoded) }
    }

    /// Whether the key of exactly this issuer certificate is known to verify the responder's certificate.
    package func isSigned(_ responder: Certificate, by issuer: Certificate) -> Bool {
        responders.withLock { $0.isSigned(responder, by: issuer) }
    }

    /// Stores a responder whose certificate `issuer`'s key has verified.
    package func remember(_ responder: Certificate, signedBy issuer: Certificate) {
        responders.withLock { responders in
            guard !responders.isSigned(responder, by: issuer) else { return }
            responders.insert(responder, signedBy: issuer)
        }
    }
}
