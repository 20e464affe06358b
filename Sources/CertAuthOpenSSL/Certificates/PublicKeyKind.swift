// SPDX-License-Identifier: Apache-2.0

/// The kinds of public keys whose signature algorithms `CertificateSignature` knows.
package enum PublicKeyKind: Sendable {
    case ellipticCurve, rsa, ed25519, ed448

    /// OpenSSL's name for the key type.
    var keyType: String {
        switch self {
        case .ellipticCurve: "EC"
        case .rsa: "RSA"
        case .ed25519: "ED25519"
        case .ed448: "ED448"
        }
    }
}
