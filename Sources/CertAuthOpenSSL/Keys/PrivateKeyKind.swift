// SPDX-License-Identifier: Apache-2.0

/// An algorithm and size of private keys that can be generated.
package enum PrivateKeyKind: Hashable, Sendable {
    case p256
    case p384
    case p521
    case secp256k1
    case rsa(bits: Int)
    /// A key whose algorithm identifier is id-RSASSA-PSS, without restrictions on its parameters.
    case rsaPSS(bits: Int)
    case ed25519
    case ed448
    /// For negative tests: no TLS version that CertAuth supports accepts DSA.
    case dsa(bits: Int)
}
