// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// An X.509 certificate (RFC 5280), immutable.
///
/// Both CertAuth's strict parser and OpenSSL have parsed its bytes. This says nothing about trust.
public struct Certificate: Sendable {
    private let storage: CertificateStorage

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
        try self.init(
            fields,
            derEncoded: derEncoded,
            sha256: sha256,
            handle: handle,
            decoding: CertificateStorage.Decoding(unread: unread)
        )
    }

    /// Lets OpenSSL decode what our parser has parsed.
    ///
    /// - Parameters:
    ///   - fields: the fields of exactly these bytes.
    ///   - handle: the same certificate. If nil, OpenSSL parses the bytes, but not a key whose form is not accepted.
    ///   - decoding: how the bytes were parsed, and whether the policy accepts the key. Any other key verifies nothing.
    init(
        _ fields: CertificateFields,
        derEncoded: [UInt8],
        sha256: Thumbprint,
        handle: X509Certificate?,
        decoding: CertificateStorage.Decoding
    ) throws(CertificateError) {
        do throws(OpenSSLError) {
            let decoded: CertificateHandle
            // A key that is not accepted must verify nothing, even if OpenSSL has already decoded it.
            if let handle, decoding.decodesKey, fields.publicKey.formDefect == nil,
                !Self.needsDefaultContext(handle, fields.publicKey)
            {
                decoded = CertificateHandle(handle)
            } else {
                decoded = try CertificateHandle(fields, derEncoded: derEncoded, decodesKey: decoding.decodesKey)
            }
            storage = CertificateStorage(
                derEncoded: derEncoded,
                sha256: sha256,
                decoding: decoding,
                contents: CertificateContents(fields, sha256: sha256),
                handle: decoded
            )
        } catch {
            throw .refusedByOpenSSL("\(error)")
        }
    }

    init(_ storage: CertificateStorage) { self.storage = storage }

    /// The same certificate with nothing decoded. It is decoded at the first use, and again for each copy that this
    /// property returns.
    package var undecoded: Certificate { Certificate(storage.undecoded) }

    /// Whether its fields can be read without decoding.
    var isParsed: Bool { storage.isParsed }

    /// The same certificate with everything decoded. Copies of one certificate share what is decoded.
    var decoded: Certificate { Certificate(storage.decoded) }

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

    package var handle: X509Certificate { storage.openSSL.certificate }

    /// Whether the signature algorithm is the same inside and outside of the signed part, and is one of the common
    /// ones.
    package var hasUsualSignature: Bool { storage.parsed.fields.knownSignature != nil }

    /// Whether OpenSSL refuses the signature at a security level before it verifies it, whatever the issuer's key.
    package func isSignatureTooWeak(securityLevel: Int) -> Bool {
        handle.isSignatureTooWeak(known: storage.parsed.fields.knownSignature?.algorithm, securityLevel: securityLevel)
    }

    /// The position of the first extension that OpenSSL knows but cannot decode.
    package var firstMalformedExtension: Int? { storage.openSSL.firstMalformedExtension }

    /// The SHA-256 digest of the DER.
    public var sha256Thumbprint: Thumbprint { storage.parsed.thumbprint }

    /// The same digest without the key. Nothing is decoded for it.
    package var digest: Thumbprint { storage.sha256 }

    /// The certificate's DER, unchanged.
    public var derEncoded: [UInt8] { storage.derEncoded }
    /// The subject.
    public var subject: DistinguishedName { storage.parsed.fields.subject }
    /// The issuer.
    public var issuer: DistinguishedName { storage.parsed.fields.issuer }
    /// The serial number.
    public var serialNumber: SerialNumber { storage.parsed.fields.serialNumber }
    /// The validity period.
    public var validity: Validity { storage.parsed.fields.validity }
    /// The subject's public key.
    public var publicKey: PublicKeyInfo { storage.parsed.fields.publicKey }
    /// The version: 1, 2 or 3.
    package var version: Int { storage.parsed.fields.version }
    /// The algorithm of the issuer's signature, as given outside of the signed part.
    package var signatureAlgorithm: AlgorithmIdentifier { storage.parsed.fields.outerSignatureAlgorithm }
    /// The signature algorithm as given inside the signed part. It must be the same.
    package var innerSignatureAlgorithm: AlgorithmIdentifier { storage.parsed.fields.innerSignatureAlgorithm }
    package var hasUniqueIdentifiers: Bool { storage.parsed.fields.hasUniqueIdentifiers }
    /// All extensions, in the order of the encoding.
    public var extensions: [CertificateExtension] { storage.parsed.fields.extensions }

    /// All subject alternative names, in order. Empty without the extension.
    public var subjectAlternativeNames: [GeneralName] { storage.parsed.fields.known.subjectAlternativeNames }
    /// The permitted uses of the key; nil without the extension, which permits every use.
    public var keyUsage: KeyUsage? { storage.parsed.fields.known.keyUsage }
    /// The permitted purposes; nil without the extension, which permits every purpose.
    public var extendedKeyUsage: [OID]? { storage.parsed.fields.known.extendedKeyUsage }
    /// Whether it may issue certificates; nil without the extension, which forbids it.
    package var basicConstraints: BasicConstraints? { storage.parsed.fields.known.basicConstraints }
    /// The certificate policies that it asserts, in order.
    package var policies: [OID] { storage.parsed.fields.known.policies }
    /// The names that it may certify; nil without the extension, which permits every name.
    package var nameConstraints: NameConstraints? { storage.parsed.fields.known.nameConstraints }
    /// The descriptions of the issuer's services.
    package var authorityInfoAccess: [AccessDescription] { storage.parsed.fields.known.authorityInfoAccess }
    /// The distribution points of the CRLs that cover it.
    package var crlDistributionPoints: [CRLDistributionPoint] { storage.parsed.fields.known.crlDistributionPoints }
    /// The identifier of the certificate's own key.
    package var subjectKeyIdentifier: [UInt8]? { storage.parsed.fields.known.subjectKeyIdentifier }
    /// The identifier of the issuer's key.
    package var authorityKeyIdentifier: AuthorityKeyIdentifier? { storage.parsed.fields.known.authorityKeyIdentifier }
}
