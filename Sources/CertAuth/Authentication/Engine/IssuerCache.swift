// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Issuers of accepted paths, remembered between validations: their parsed certificates, and which of them signed which.
///
/// Time, names, usage, policies and revocation are validated again each time. Only paths that libcrypto accepted are
/// remembered, so a client without a valid certificate cannot fill the memory. Each policy snapshot has a memory of its
/// own, so nothing outlives the trust under which it was verified.
package final class IssuerCache: Sendable {
    private let issuers: Mutex<VerifiedCertificates>
    /// The OCSP responders under the same trust.
    package let responders: ResponderCache

    /// - Parameter capacity: the maximum number of certificates, and of links; at least 1.
    ///   At 256 it holds at most 4 MiB of DER, if each certificate is as large as the limits permit.
    package init(capacity: Int = 256, responders: ResponderCache = ResponderCache()) {
        self.responders = responders
        issuers = Mutex(VerifiedCertificates(capacity: capacity))
    }

    /// The number of remembered certificates.
    package var count: Int { issuers.withLock { $0.count } }

    /// The certificate with exactly these bytes.
    func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate? {
        issuers.withLock { $0.certificate(digest, derEncoded: derEncoded) }
    }

    /// The indices of the certificates of `path` whose signature is known to verify with the next certificate's key.
    ///
    /// Never 0: the client's own signature is always verified.
    func verifiedLinks(of path: CandidatePath) -> Set<Int> {
        let certificates = path.certificates
        guard certificates.count > 2 else { return [] }
        return issuers.withLock { issuers in
            Set((1..<certificates.count - 1).filter { issuers.isSigned(certificates[$0], by: certificates[$0 + 1]) })
        }
    }

    /// Stores the issuers of a path that libcrypto accepted, and their links.
    func remember(_ path: CandidatePath, unless known: Set<Int>) {
        let certificates = path.certificates
        guard certificates.count > 2 else { return }
        let new = (1..<certificates.count - 1).filter { !known.contains($0) }
        guard !new.isEmpty else { return }
        issuers.withLock { issuers in
            for index in new { issuers.insert(certificates[index], signedBy: certificates[index + 1]) }
        }
    }
}
