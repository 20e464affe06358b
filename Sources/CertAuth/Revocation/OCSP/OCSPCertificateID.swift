// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// A CertID (RFC 6960 §4.1.1): digests of the issuer's name and key, and a serial number.
package struct OCSPCertificateID: Sendable, Hashable {
    package typealias Digest = RevocationSourceOptions.Digest

    /// The digest algorithm.
    package let digestAlgorithm: OID
    /// The digest of the issuer's name.
    package let issuerNameHash: [UInt8]
    /// The digest of the issuer's public key, without its algorithm.
    package let issuerKeyHash: [UInt8]
    /// The serial number of the certificate.
    package let serialNumber: SerialNumber

    /// Creates the identifier of `certificate`, issued by `issuer`. Nil if OpenSSL does not offer the digest.
    package init?(of certificate: Certificate, issuedBy issuer: Certificate, digest: Digest) {
        let identifier: OID = digest == .sha1 ? .sha1 : .sha256
        self.init(of: certificate, issuedBy: issuer, named: certificate.issuer, digestAlgorithm: identifier)
    }

    private init?(
        of certificate: Certificate,
        issuedBy issuer: Certificate,
        named issuerName: DistinguishedName,
        digestAlgorithm: OID
    ) {
        guard let digest = Self.digests[digestAlgorithm],
            let name = try? digest.digest(issuerName.derEncoded),
            let key = try? digest.digest(issuer.publicKey.subjectPublicKey)
        else { return nil }
        self.digestAlgorithm = digestAlgorithm
        issuerNameHash = name
        issuerKeyHash = key
        serialNumber = certificate.serialNumber
    }

    init(from reader: inout DERReader) throws(DERError) {
        var fields = try reader.constructed()
        let algorithm = try AlgorithmIdentifier(from: &fields)
        guard algorithm.parameters == nil || algorithm.parameters == [DERTag.null, 0] else {
            throw DERError(.invalidValue("a digest with parameters"), at: fields.offset)
        }
        digestAlgorithm = algorithm.algorithm
        issuerNameHash = Array(try fields.value(DERTag.octetString).contents)
        issuerKeyHash = Array(try fields.value(DERTag.octetString).contents)
        serialNumber = SerialNumber(bytes: try fields.integer())
        try fields.finish()
    }

    /// Whether this identifies exactly `certificate`, issued by `issuer`, with any digest algorithm.
    ///
    /// The name is the issuer name in the certificate (RFC 6960 §4.1.1). Some responders use the subject of the
    /// issuer's certificate instead, which is the same name but may be encoded differently. Both are accepted, because
    /// the digest of the key must match too.
    func names(_ certificate: Certificate, issuedBy issuer: Certificate) -> Bool {
        guard serialNumber == certificate.serialNumber else { return false }
        return [certificate.issuer, issuer.subject].contains { name in
            self
                == OCSPCertificateID(
                    of: certificate,
                    issuedBy: issuer,
                    named: name,
                    digestAlgorithm: digestAlgorithm
                )
        }
    }

    /// Whether this identifies `certificate`, apart from the issuer's key, which is not compared.
    func mayName(_ certificate: Certificate) -> Bool {
        guard serialNumber == certificate.serialNumber, let digest = Self.digests[digestAlgorithm] else { return false }
        return issuerNameHash == (try? digest.digest(certificate.issuer.derEncoded))
    }

    /// The DER, with NULL parameters as in the examples of RFC 6960.
    var derEncoded: [UInt8] {
        DERWriter.sequence([
            DERWriter.sequence([
                DERWriter.value(DERTag.objectIdentifier, digestAlgorithm.contents), [DERTag.null, 0],
            ]),
            DERWriter.value(DERTag.octetString, issuerNameHash), DERWriter.value(DERTag.octetString, issuerKeyHash),
            DERWriter.value(DERTag.integer, serialNumber.bytes),
        ])
    }

    private static let digests: [OID: DigestAlgorithm] = [
        .sha1: .sha1, .sha256: .sha256, .sha384: .sha384, .sha512: .sha512,
    ]
}
