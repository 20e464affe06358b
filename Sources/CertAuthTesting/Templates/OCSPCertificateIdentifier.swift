// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import CertAuthOpenSSL

/// A CertID: identifies a certificate by hashes of its issuer and by its serial number (RFC 6960 section 4.1.1).
package struct OCSPCertificateIdentifier: Sendable, Hashable {
    /// The hash algorithm of the CertID.
    package enum Digest: Sendable, Hashable {
        /// SHA-1, which most clients use.
        case sha1
        /// SHA-256, which newer clients use.
        case sha256

        fileprivate var algorithm: DigestAlgorithm { self == .sha1 ? .sha1 : .sha256 }

        fileprivate var identifier: [UInt8] {
            let dotted = self == .sha1 ? "1.3.14.3.2.26" : "2.16.840.1.101.3.4.2.1"
            return DER.sequence([DER.objectIdentifier(dotted: dotted), DER.null])
        }
    }

    /// The hash algorithm's AlgorithmIdentifier.
    package var hashAlgorithm: [UInt8]
    /// The hash of the issuer's name.
    package var issuerNameHash: [UInt8]
    /// The hash of the issuer's key, without its algorithm and length.
    package var issuerKeyHash: [UInt8]
    /// The contents octets of the serial number.
    package var serialNumber: [UInt8]

    /// Creates the identifier of a certificate that `issuer` issued.
    package init(serialNumber: [UInt8], issuer: TestAuthority, digest: Digest = .sha1) throws {
        hashAlgorithm = digest.identifier
        issuerNameHash = try digest.algorithm.digest(issuer.subject.encoded)
        issuerKeyHash = try issuer.key.publicKeyHash(digest.algorithm)
        self.serialNumber = serialNumber
    }

    /// Decodes the DER of a CertID.
    package init(derEncoded: [UInt8]) throws(DERError) {
        var outer = DERReader(derEncoded)
        var fields = try outer.constructed()
        hashAlgorithm = Array(try fields.value(DERTag.sequence).encoding)
        issuerNameHash = Array(try fields.value(DERTag.octetString).contents)
        issuerKeyHash = Array(try fields.value(DERTag.octetString).contents)
        serialNumber = Array(try fields.integer())
        try fields.finish()
        try outer.finish()
    }

    var encoded: [UInt8] {
        DER.sequence([
            hashAlgorithm, DER.octetString(issuerNameHash), DER.octetString(issuerKeyHash),
            DER.integer(contents: serialNumber),
        ])
    }
}

extension TestKey {
    /// Returns the hash of the subjectPublicKey bits alone, as OCSP uses it.
    func publicKeyHash(_ algorithm: DigestAlgorithm) throws -> [UInt8] {
        var outer = DERReader(try subjectPublicKeyInfo())
        var fields = try outer.constructed()
        _ = try fields.value()
        return try algorithm.digest(Array(try fields.bitString().bytes))
    }
}
