// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// All fields of an unsigned certificate. Any field can be made invalid; the defaults conform to RFC 5280.
public struct CertificateTemplate: Sendable {
    /// The encoded version number: 2 is v3; nil omits it, which means v1.
    package var version: Int? = 2
    /// The contents octets of the serial number, written unchanged.
    public var serialNumber: [UInt8] = SerialNumbers.random()
    /// The signature scheme; nil uses the usual scheme of the signing key.
    package var signatureScheme: SignatureScheme?
    /// A key that signs instead of the issuer's key: a forged certificate.
    package var signingKey: TestKey?
    /// Replaces the AlgorithmIdentifier in the signed part.
    package var innerAlgorithm: [UInt8]?
    /// Replaces the AlgorithmIdentifier outside the signed part.
    package var outerAlgorithm: [UInt8]?
    /// The issuer's name.
    package var issuer: NameTemplate
    /// The subject's name.
    public var subject: NameTemplate
    /// The first moment of validity.
    public var notBefore: TimeTemplate
    /// The last moment of validity.
    public var notAfter: TimeTemplate
    /// The SubjectPublicKeyInfo.
    package var subjectPublicKeyInfo: [UInt8]
    /// The issuer's unique identifier; nil omits it.
    package var issuerUniqueID: [UInt8]?
    /// The subject's unique identifier; nil omits it.
    package var subjectUniqueID: [UInt8]?
    /// The extensions, in encoding order.
    public var extensions: [ExtensionTemplate] = []
    /// Writes the extensions field even if it is empty, which RFC 5280 forbids.
    package var writesEmptyExtensions = false
    /// The defect of the signature.
    public var signatureDefect = SignatureDefect.none
    /// Bytes after the certificate.
    package var trailingBytes: [UInt8] = []
    /// Changes the signed part before it is signed, for defects that no field can express.
    package var rewriteSignedPart: (@Sendable ([UInt8]) -> [UInt8])?

    /// The key identifier for certificates that this certificate's key signs; not a field of the certificate itself.
    var keyIdentifier: [UInt8] = []

    /// Creates a template with the fields that have no default.
    package init(
        subject: NameTemplate,
        issuer: NameTemplate,
        validity: ClosedRange<Timestamp>,
        subjectPublicKeyInfo: [UInt8]
    ) {
        self.subject = subject
        self.issuer = issuer
        notBefore = .automatic(validity.lowerBound)
        notAfter = .automatic(validity.upperBound)
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
    }

    /// Returns the certificate's DER, signed with `key` unless `signingKey` is set.
    package func signed(by key: TestKey) throws -> [UInt8] {
        let signer = signingKey ?? key
        let scheme = signatureScheme ?? .preferred(for: signer)
        let part = toBeSigned(innerAlgorithm ?? scheme.identifier)
        let envelope = SignedEnvelope(
            scheme: scheme,
            outerAlgorithm: outerAlgorithm,
            defect: signatureDefect,
            trailingBytes: trailingBytes
        )
        return try envelope.sealed(rewriteSignedPart?(part) ?? part, with: signer)
    }

    /// TBSCertificate, RFC 5280 section 4.1.
    private func toBeSigned(_ algorithm: [UInt8]) -> [UInt8] {
        DER.sequence([
            version.map { DER.constructed(0, [DER.integer($0)]) } ?? [],
            DER.integer(contents: serialNumber),
            algorithm,
            issuer.encoded,
            DER.sequence([notBefore.encoded, notAfter.encoded]),
            subject.encoded,
            subjectPublicKeyInfo,
            issuerUniqueID.map { DER.context(1, [0] + $0) } ?? [],
            subjectUniqueID.map { DER.context(2, [0] + $0) } ?? [],
            encodedExtensions,
        ])
    }

    private var encodedExtensions: [UInt8] {
        guard !extensions.isEmpty || writesEmptyExtensions else { return [] }
        return DER.constructed(3, [DER.sequence(extensions.map(\.encoded))])
    }
}
