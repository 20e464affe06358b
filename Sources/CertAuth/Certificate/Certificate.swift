// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// An X.509 certificate (RFC 5280), immutable.
///
/// Both CertAuth's strict parser and OpenSSL have parsed its bytes. This says nothing about trust.
/// Two certificates are equal if their DER is equal.
public struct Certificate: Sendable, Hashable {
    private final class Storage: Sendable, Hashable {
        let derEncoded: [UInt8]
        let fields: CertificateFields
        let handle: X509Certificate
        let sha256: Thumbprint
        let firstMalformedExtension: Int?

        init(derEncoded: [UInt8], fields: CertificateFields, handle: X509Certificate, sha256: Thumbprint) {
            self.derEncoded = derEncoded
            self.fields = fields
            self.handle = handle
            self.sha256 = sha256
            firstMalformedExtension = handle.firstMalformedExtension
        }

        static func == (left: Storage, right: Storage) -> Bool {
            left.sha256 == right.sha256 && left.derEncoded == right.derEncoded
        }

        func hash(into hasher: inout Hasher) { hasher.combine(sha256) }
    }

    private let storage: Storage

    /// Parses exactly one DER certificate.
    ///
    /// - Throws: `CertificateError` naming the first violation and its offset. Trailing bytes are a violation.
    public init(derEncoded: [UInt8]) throws(CertificateError) {
        try self.init(derEncoded: derEncoded, sha256: Self.digest(of: derEncoded), handle: nil)
    }

    /// Parses the certificate of a signer. Its alternative names are not needed: they may be malformed, and are empty.
    ///
    /// - Parameter sha256: the digest of exactly these bytes.
    init(signerDER derEncoded: [UInt8], sha256: Thumbprint) throws(CertificateError) {
        try self.init(derEncoded: derEncoded, sha256: sha256, handle: nil, unread: [.subjectAltName])
    }

    /// Creates a certificate from one that OpenSSL has already parsed, for example in a TLS handshake.
    package init(handle: X509Certificate) throws(CertificateError) {
        let derEncoded: [UInt8]
        do throws(OpenSSLError) {
            derEncoded = try handle.encodedDER()
        } catch {
            throw .refusedByOpenSSL("\(error)")
        }
        try self.init(derEncoded: derEncoded, sha256: Self.digest(of: derEncoded), handle: handle)
    }

    /// Parses a certificate whose digest is known. OpenSSL may have parsed it already.
    ///
    /// - Parameters:
    ///   - sha256: the digest of exactly these bytes.
    ///   - handle: the same certificate. If nil, OpenSSL parses the bytes, but not a key whose form is not accepted.
    ///   - unread: extensions whose values are ignored.
    package init(
        derEncoded: [UInt8],
        sha256: Thumbprint,
        handle: X509Certificate?,
        unread: Set<OID> = []
    ) throws(CertificateError) {
        let fields = try CertificateFields(derEncoded: derEncoded, unread: unread)
        try self.init(fields, derEncoded: derEncoded, sha256: sha256, handle: handle, decodesKey: true)
    }

    /// Lets OpenSSL decode what our parser has parsed.
    ///
    /// - Parameters:
    ///   - fields: the fields of exactly these bytes.
    ///   - handle: the same certificate. If nil, OpenSSL parses the bytes, but not a key whose form is not accepted.
    ///   - decodesKey: false for a key that the policy does not accept. Such a key verifies nothing.
    init(
        _ fields: CertificateFields,
        derEncoded: [UInt8],
        sha256: Thumbprint,
        handle: X509Certificate?,
        decodesKey: Bool
    ) throws(CertificateError) {
        do throws(OpenSSLError) {
            let parsed: X509Certificate
            if !decodesKey || fields.publicKey.formDefect != nil {
                // Applies even if OpenSSL has already decoded the key: it must verify nothing, including CRLs.
                parsed = try X509Certificate(withoutKey: derEncoded, signature: fields.knownSignature)
            } else if let handle, !Self.needsDefaultContext(handle, fields.publicKey) {
                parsed = handle
            } else {
                parsed = try X509Certificate(
                    der: derEncoded,
                    key: fields.publicKey.decodedKind,
                    isUsual: fields.publicKey.isOnUsualCurve,
                    signature: fields.knownSignature
                )
            }
            let digest = Thumbprint(
                algorithm: .sha256,
                bytes: sha256.bytes,
                publicKeyInfo: fields.publicKey.derEncoded
            )
            storage = Storage(derEncoded: derEncoded, fields: fields, handle: parsed, sha256: digest)
        } catch {
            throw .refusedByOpenSSL("\(error)")
        }
    }

    /// Whether OpenSSL can decode the key only in the default library context.
    private static func needsDefaultContext(_ handle: X509Certificate, _ key: PublicKeyInfo) -> Bool {
        key.kind == .dsa && !handle.hasUsablePublicKey
    }

    /// The SHA-256 of `bytes`.
    package static func digest(of bytes: [UInt8]) throws(CertificateError) -> Thumbprint {
        do throws(OpenSSLError) {
            return Thumbprint(algorithm: .sha256, bytes: try DigestAlgorithm.sha256.digest(bytes))
        } catch {
            throw .refusedByOpenSSL("\(error)")
        }
    }

    package var handle: X509Certificate { storage.handle }

    /// Whether the signature algorithm is the same inside and outside of the signed part, and is one of the common
    /// ones.
    package var hasUsualSignature: Bool { storage.fields.knownSignature != nil }

    /// Whether OpenSSL refuses the signature at a security level before it verifies it, whatever the issuer's key.
    package func isSignatureTooWeak(securityLevel: Int) -> Bool {
        handle.isSignatureTooWeak(known: storage.fields.knownSignature?.algorithm, securityLevel: securityLevel)
    }

    /// The position of the first extension that OpenSSL knows but cannot decode.
    package var firstMalformedExtension: Int? { storage.firstMalformedExtension }

    /// The SHA-256 digest of the DER.
    public var sha256Thumbprint: Thumbprint { storage.sha256 }

    /// The certificate's DER, unchanged.
    public var derEncoded: [UInt8] { storage.derEncoded }
    /// The subject.
    public var subject: DistinguishedName { storage.fields.subject }
    /// The issuer.
    public var issuer: DistinguishedName { storage.fields.issuer }
    /// The serial number.
    public var serialNumber: SerialNumber { storage.fields.serialNumber }
    /// The validity period.
    public var validity: Validity { storage.fields.validity }
    /// The subject's public key.
    public var publicKey: PublicKeyInfo { storage.fields.publicKey }
    /// The version: 1, 2 or 3.
    package var version: Int { storage.fields.version }
    /// The algorithm of the issuer's signature, as given outside of the signed part.
    package var signatureAlgorithm: AlgorithmIdentifier { storage.fields.outerSignatureAlgorithm }
    /// The signature algorithm as given inside the signed part. It must be the same.
    package var innerSignatureAlgorithm: AlgorithmIdentifier { storage.fields.innerSignatureAlgorithm }
    package var hasUniqueIdentifiers: Bool { storage.fields.hasUniqueIdentifiers }
    /// All extensions, in the order of the encoding.
    public var extensions: [CertificateExtension] { storage.fields.extensions }

    /// All subject alternative names, in order. Empty without the extension.
    public var subjectAlternativeNames: [GeneralName] { storage.fields.known.subjectAlternativeNames }
    /// The permitted uses of the key; nil without the extension, which permits every use.
    public var keyUsage: KeyUsage? { storage.fields.known.keyUsage }
    /// The permitted purposes; nil without the extension, which permits every purpose.
    public var extendedKeyUsage: [OID]? { storage.fields.known.extendedKeyUsage }
    /// Whether it may issue certificates; nil without the extension, which forbids it.
    package var basicConstraints: BasicConstraints? { storage.fields.known.basicConstraints }
    /// The certificate policies that it asserts, in order.
    public var policies: [OID] { storage.fields.known.policies }
    /// The names that it may certify; nil without the extension, which permits every name.
    package var nameConstraints: NameConstraints? { storage.fields.known.nameConstraints }
    /// The descriptions of the issuer's services.
    package var authorityInfoAccess: [AccessDescription] { storage.fields.known.authorityInfoAccess }
    /// The distribution points of the CRLs that cover it.
    package var crlDistributionPoints: [CRLDistributionPoint] { storage.fields.known.crlDistributionPoints }
    /// The identifier of the certificate's own key.
    public var subjectKeyIdentifier: [UInt8]? { storage.fields.known.subjectKeyIdentifier }
    /// The identifier of the issuer's key.
    package var authorityKeyIdentifier: AuthorityKeyIdentifier? { storage.fields.known.authorityKeyIdentifier }
}
