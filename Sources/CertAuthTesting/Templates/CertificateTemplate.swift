// SPDX-License-Identifier: Apache-2.0
// A certificate before it is signed, in which every field can be wrong.

package import CertAuth

/// All fields of a certificate; what is not touched is as RFC 5280 wants it.
public struct CertificateTemplate: Sendable {
    /// The version number as written: 2 is v3; nil leaves it out, which means v1.
    package var version: Int? = 2
    /// The contents octets of the serial number, taken as they are.
    public var serialNumber: [UInt8] = SerialNumbers.random()
    /// The scheme of the signature; nil takes the usual one of the key that signs.
    public var signatureScheme: SignatureScheme?
    /// Signs in place of the issuer's key: a forged certificate.
    package var signingKey: TestKey?
    /// Replaces the AlgorithmIdentifier inside what is signed.
    package var innerAlgorithm: [UInt8]?
    /// Replaces the AlgorithmIdentifier beside the signature.
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
    /// The issuer's unique identifier, nil leaves it out.
    package var issuerUniqueID: [UInt8]?
    /// The subject's unique identifier, nil leaves it out.
    package var subjectUniqueID: [UInt8]?
    /// The extensions in the order in which they are written.
    public var extensions: [ExtensionTemplate] = []
    /// Writes the extensions field even when it holds none, which RFC 5280 forbids.
    package var writesEmptyExtensions = false
    /// What becomes of the signature.
    public var signatureDefect = SignatureDefect.none
    /// Bytes behind the certificate.
    public var trailingBytes: [UInt8] = []
    /// Changes the part to be signed before it is signed, for defects that no field can express.
    package var rewriteSignedPart: (@Sendable ([UInt8]) -> [UInt8])?

    /// The identifier that what this certificate's key signs will point to; not a field of the certificate itself.
    var keyIdentifier: [UInt8] = []

    /// A template with the fields that have no default.
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

    /// The certificate's DER, signed with `key` unless `signingKey` is set.
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

    /// TBSCertificate, RFC 5280 §4.1.
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
