// SPDX-License-Identifier: Apache-2.0
// A certificate: what it says, immutable, equal by its DER.

package import CertAuthOpenSSL

/// An X.509 certificate (RFC 5280).
///
/// Holding one means that both CertAuth's strict parser and OpenSSL could read the bytes; it says nothing about trust.
public struct Certificate: Sendable {
    private final class Storage: Sendable {
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
    }

    private let storage: Storage

    /// Reads exactly one DER certificate.
    ///
    /// - Throws: `CertificateError` naming the first breach and its offset; bytes behind the certificate are one.
    public init(derEncoded: [UInt8]) throws(CertificateError) {
        try self.init(derEncoded: derEncoded, sha256: Self.digest(of: derEncoded), handle: nil)
    }

    /// Reads the certificate of a signer whose alternative names nobody asks for: they may be malformed, and are empty.
    ///
    /// - Parameter sha256: the digest of exactly these bytes.
    init(signerDER derEncoded: [UInt8], sha256: Thumbprint) throws(CertificateError) {
        try self.init(derEncoded: derEncoded, sha256: sha256, handle: nil, unread: [.subjectAltName])
    }

    /// Takes a certificate that OpenSSL has parsed already, for instance from a TLS handshake.
    package init(handle: X509Certificate) throws(CertificateError) {
        let derEncoded: [UInt8]
        do throws(OpenSSLError) {
            derEncoded = try handle.encodedDER()
        } catch {
            throw .refusedByOpenSSL("\(error)")
        }
        try self.init(derEncoded: derEncoded, sha256: Self.digest(of: derEncoded), handle: handle)
    }

    /// Reads a certificate whose digest is known, and which OpenSSL may have parsed already.
    ///
    /// - Parameters:
    ///   - sha256: the digest of exactly these bytes.
    ///   - handle: the same certificate; nil has OpenSSL parse the bytes, but not a key whose form can't be accepted.
    ///   - unread: extensions whose values are not looked at.
    package init(
        derEncoded: [UInt8],
        sha256: Thumbprint,
        handle: X509Certificate?,
        unread: Set<OID> = []
    ) throws(CertificateError) {
        let fields = try CertificateFields(derEncoded: derEncoded, unread: unread)
        try self.init(fields, derEncoded: derEncoded, sha256: sha256, handle: handle, decodesKey: true)
    }

    /// Has OpenSSL decode what our own reader has read.
    ///
    /// - Parameters:
    ///   - fields: of exactly these bytes.
    ///   - handle: the same certificate; nil has OpenSSL parse the bytes, but not a key whose form can't be accepted.
    ///   - decodesKey: false for a key that the policy can't accept: it verifies nothing.
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
                // Also where OpenSSL has decoded the key already: it must verify nothing, revocation lists neither.
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

    /// Whether the key is of a kind that OpenSSL decodes in the default context alone.
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

    /// Whether the algorithm of the signature is the same inside and outside of the signed part, and one of the usual.
    package var hasUsualSignature: Bool { storage.fields.knownSignature != nil }

    /// The position of the first extension that OpenSSL knows and can't decode.
    package var firstMalformedExtension: Int? { storage.firstMalformedExtension }

    /// The SHA-256 digest of the DER.
    public var sha256Thumbprint: Thumbprint { storage.sha256 }

    /// The certificate's DER, byte for byte as it was read.
    public var derEncoded: [UInt8] { storage.derEncoded }
    /// Whom it names.
    public var subject: DistinguishedName { storage.fields.subject }
    /// Who signed it.
    public var issuer: DistinguishedName { storage.fields.issuer }
    /// The issuer's number for it.
    public var serialNumber: SerialNumber { storage.fields.serialNumber }
    /// From when until when it holds.
    public var validity: Validity { storage.fields.validity }
    /// The key it certifies.
    public var publicKey: PublicKeyInfo { storage.fields.publicKey }
    /// 1, 2 or 3.
    package var version: Int { storage.fields.version }
    /// The algorithm of the issuer's signature, as the signature itself is labelled.
    package var signatureAlgorithm: AlgorithmIdentifier { storage.fields.outerSignatureAlgorithm }
    /// The algorithm inside the signed part, which must be the same.
    package var innerSignatureAlgorithm: AlgorithmIdentifier { storage.fields.innerSignatureAlgorithm }
    package var hasUniqueIdentifiers: Bool { storage.fields.hasUniqueIdentifiers }
    /// Every extension in the order of the encoding.
    package var extensions: [CertificateExtension] { storage.fields.extensions }

    /// Every alternative name of every kind, in order; empty without the extension.
    public var subjectAlternativeNames: [GeneralName] { storage.fields.known.subjectAlternativeNames }
    /// What the key may be used for; nil without the extension, which permits everything.
    public var keyUsage: KeyUsage? { storage.fields.known.keyUsage }
    /// The purposes named; nil without the extension, which permits everything.
    public var extendedKeyUsage: [OID]? { storage.fields.known.extendedKeyUsage }
    /// Whether it may issue others; nil without the extension, which forbids it.
    package var basicConstraints: BasicConstraints? { storage.fields.known.basicConstraints }
    /// The certificate policies asserted, in order.
    package var policies: [OID] { storage.fields.known.policies }
    /// The names it may certify; nil without the extension, which permits all.
    package var nameConstraints: NameConstraints? { storage.fields.known.nameConstraints }
    /// The issuer's services.
    package var authorityInfoAccess: [AccessDescription] { storage.fields.known.authorityInfoAccess }
    /// Where its CRLs are.
    package var crlDistributionPoints: [CRLDistributionPoint] { storage.fields.known.crlDistributionPoints }
    /// The identifier of its own key.
    public var subjectKeyIdentifier: [UInt8]? { storage.fields.known.subjectKeyIdentifier }
    /// The identifier of the issuer's key.
    package var authorityKeyIdentifier: AuthorityKeyIdentifier? { storage.fields.known.authorityKeyIdentifier }
}
