// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import CertAuthOpenSSL

/// The certificate chain and private key by which a server authenticates.
public struct ServerIdentity: Sendable {
    /// The server's certificate, then its issuers. Not decoded: a decoded certificate takes ten times the memory.
    package let chain: [Certificate]
    /// The same certificates for OpenSSL.
    let handles: [X509Certificate]
    let key: PrivateKey

    /// Creates an identity from a chain and its key.
    ///
    /// - Throws: `TLSConfigurationError.identityUnusable` if the chain is empty or the key is not the leaf's.
    package init(chain: [Certificate], key: PrivateKey, source: String) throws(TLSConfigurationError) {
        guard let leaf = chain.first else {
            throw .identityUnusable(source: source, reason: "no certificate found, expected the server's certificate")
        }
        guard key.matches(leaf.handle) else {
            throw .identityUnusable(
                source: source,
                reason: "the key is not that of certificate 0 (\(leaf.subject.rfc4514)): "
                    + "the server's own certificate must come first, its issuers after it"
            )
        }
        self.chain = chain.map(\.undecoded)
        handles = chain.map(\.handle)
        self.key = key
    }
}
