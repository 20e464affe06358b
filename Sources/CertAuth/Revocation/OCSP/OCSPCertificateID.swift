// SPDX-License-Identifier: Apache-2.0
// How OCSP names a certificate.

internal import CertAuthOpenSSL

/// A CertID (RFC 6960 §4.1.1): digests of the issuer's name and key, and a serial number.
public struct OCSPCertificateID: Sendable, Hashable {
    /// The digest algorithms CertAuth asks with.
    public enum Digest: String, Sendable, Hashable, CaseIterable {
        /// What every responder knows (RFC 5019).
        case sha1
        /// SHA-256.
        case sha256
    }

    /// Which digest.
    package let digestAlgorithm: OID
    /// The digest of the issuer's name.
    package let issuerNameHash: [UInt8]
    /// The digest of the issuer's key, without algorithm.
    package let issuerKeyHash: [UInt8]
    /// The certificate's number.
    package let serialNumber: SerialNumber

    /// Names `certificate` as issued by `issuer`. Nil when OpenSSL lacks the digest.
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

    /// True if this names exactly `certificate` as issued by `issuer`, by whichever digest it uses.
    ///
    /// The name is the one that the certificate has as its issuer (RFC 6960 §4.1.1). Some responders use the subject of
    /// the issuer's certificate, which is the same name but may be spelled differently; the digest of the key is there too.
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

    /// The DER, with the NULL parameters that RFC 6960's examples have.
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
