// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Issuers of accepted paths between validations: their parsed certificates by the SHA-256 of their DER, and which of
/// them signed which.
///
/// Both are facts about bytes, not about trust: the parsed form of a certificate with a given digest, and that one
/// certificate's key verifies the signature of another. Time, names, usage, policies and revocation are checked each
/// time. Only paths that libcrypto accepted are stored, so that a client without a valid certificate cannot fill it.
/// Both tables are bounded. Each policy snapshot has its own memory, so that nothing outlives its trust.
package final class IssuerMemory: Sendable {
    /// A pair of certificates where the issuer's key verified the other's signature.
    private struct Link: Hashable, Sendable {
        let certificate: Thumbprint
        let issuer: Thumbprint

        init(_ path: CandidatePath, at index: Int) {
            certificate = path.certificates[index].sha256Thumbprint
            issuer = path.certificates[index + 1].sha256Thumbprint
        }
    }

    private struct State: Sendable {
        var certificates: LeastRecentlyUsed<Thumbprint, Certificate>
        var links: LeastRecentlyUsed<Link, Bool>
    }

    private let state: Mutex<State>
    /// The known OCSP responders under the same trust.
    package let responders: ResponderMemory

    /// - Parameter capacity: the maximum number of certificates, and of links, at least 1. At 256, it holds at most 4
    ///   MiB of DER, if each certificate has the maximum permitted size.
    package init(capacity: Int = 256, responders: ResponderMemory = ResponderMemory()) {
        self.responders = responders
        state = Mutex(
            State(
                certificates: LeastRecentlyUsed(capacity: max(1, capacity)),
                links: LeastRecentlyUsed(capacity: max(1, capacity))
            )
        )
    }

    /// The number of stored certificates.
    package var count: Int { state.withLock { $0.certificates.count } }

    /// The certificate with exactly these bytes.
    func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate? {
        let found = state.withLock { $0.certificates.value(for: digest) }
        guard let found, found.derEncoded == derEncoded else { return nil }
        return found
    }

    /// The indices of the certificates of `path` whose signature is known to verify with the next certificate's key.
    ///
    /// Never 0: the client's own signature is always verified.
    func verifiedLinks(of path: CandidatePath) -> Set<Int> {
        guard path.certificates.count > 2 else { return [] }
        let links = (1..<path.certificates.count - 1).map { (index: $0, link: Link(path, at: $0)) }
        return state.withLock { state in
            Set(links.filter { state.links.value(for: $0.link) != nil }.map(\.index))
        }
    }

    /// Stores the issuers of a path that libcrypto accepted, and their links.
    func remember(_ path: CandidatePath, unless known: Set<Int>) {
        guard path.certificates.count > 2 else { return }
        let new = (1..<path.certificates.count - 1).filter { !known.contains($0) }
        guard !new.isEmpty else { return }
        state.withLock { state in
            for index in new {
                let certificate = path.certificates[index]
                state.certificates.insert(certificate, for: certificate.sha256Thumbprint)
                state.links.insert(true, for: Link(path, at: index))
            }
        }
    }
}
