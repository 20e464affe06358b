// SPDX-License-Identifier: Apache-2.0

public import CertAuth
package import CertAuthOpenSSL

/// The certificate chain and private key by which a server authenticates.
public struct ServerIdentity: Sendable {
    /// The server's certificate, then its issuers. Not decoded: a decoded certificate takes ten times the memory.
    package let chain: [Certificate]
    /// The same certificates for OpenSSL.
    let handles: [X509Certificate]
    let key: PrivateKey
    /// An OCSP response about the certificate, which is stapled for clients that ask for it (RFC 6066 section 8); nil for
    /// none.
    ///
    /// It is stapled only while it is current and says good. If the issuer's certificate is known, from the chain or the
    /// clients' trust, the issuer or a responder that it authorized must have signed the response; if it is not known, the
    /// finding `staple-not-verified` says that nothing was verified. The configuration has a finding if it is not stapled.
    /// Without it, a current response in the authenticator's revocation evidence is stapled.
    public var stapledOCSPResponse: OCSPResponse?
    /// The file that the private key was read from; nil if it was not a regular file.
    package var keyFile: KeyFile?

    /// A file with a private key.
    package struct KeyFile: Sendable, Hashable {
        package let path: String
        /// The permissions of owner, group and others.
        package let permissions: UInt32

        /// Nil if the file is not a regular file.
        package init?(path: String, status: FileStatus) {
            guard status.isRegular else { return nil }
            self.path = path
            permissions = status.permissions
        }
    }

    /// Creates an identity from a chain and its key.
    ///
    /// - Throws: `TLSConfigurationError.identityUnusable` if the chain is empty or the key is not the leaf's.
    package init(chain: [Certificate], key: PrivateKey, source: String) throws(TLSConfigurationError) {
        guard let leaf = chain.first else {
            throw .identityUnusable(source: source, reason: "no certificate found, expected the server's certificate")
        }
        guard key.matches(leaf.handle) else {
            if let own = chain.firstIndex(where: { key.matches($0.handle) }) {
                throw .identityUnusable(
                    source: source,
                    reason: "the certificate of the key is number \(own + 1) of \(chain.count), expected it first: the "
                        + "server's own certificate (\(DisplayText.escaped(chain[own].subject.rfc4514))) must come first, "
                        + "then each issuer after the certificate that it issued"
                )
            }
            throw .identityUnusable(
                source: source,
                reason: "the key is not that of certificate 0 (\(DisplayText.escaped(leaf.subject.rfc4514))): "
                    + "the server's own certificate must come first, its issuers after it"
            )
        }
        self.chain = chain.map(\.undecoded)
        handles = chain.map(\.handle)
        self.key = key
    }
}

extension ServerIdentity {
    /// The server's certificate.
    package var leaf: Certificate? { chain.first }

    /// The certificate that issued the server's: the next in the chain, or one of `others`. Nil if none is known.
    func issuer(among others: [Certificate]) -> Certificate? {
        guard let leaf else { return nil }
        let candidates = chain.dropFirst().prefix(1) + (leaf.isSelfIssued ? [leaf] : []) + others
        return candidates.first { $0.subject.matches(leaf.issuer) && leaf.handle.isSigned(by: $0.handle) }
    }

    /// The subject and the key, for messages: `CN=a.example (P-256)`.
    var summary: String {
        leaf.map { "\(DisplayText.escaped($0.subject.rfc4514)) (\($0.publicKey.summary))" } ?? "no certificate"
    }
}
