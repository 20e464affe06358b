// SPDX-License-Identifier: Apache-2.0
// The certificate chain and private key that a server proves itself with.

package import CertAuth
package import CertAuthOpenSSL

/// The certificate chain and private key that a server proves itself with.
public struct ServerIdentity: Sendable {
    /// The server's certificate, then its issuers.
    package let chain: [Certificate]
    let key: PrivateKey

    /// Puts an identity together.
    ///
    /// - Throws: `TLSConfigurationError.identityUnusable` when the chain is empty or the key is not its leaf's.
    package init(chain: [Certificate], key: PrivateKey, source: String) throws(TLSConfigurationError) {
        guard let leaf = chain.first else {
            throw .identityUnusable(source: source, reason: "no certificate found, expected the server's")
        }
        guard key.matches(leaf.handle) else {
            throw .identityUnusable(
                source: source,
                reason: "the key is not that of certificate 0 (\(leaf.subject.rfc4514)): "
                    + "the server's own certificate must come first, its issuers after it"
            )
        }
        self.chain = chain
        self.key = key
    }
}
