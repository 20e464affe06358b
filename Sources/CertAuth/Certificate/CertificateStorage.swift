// SPDX-License-Identifier: Apache-2.0
// The bytes of a certificate, and what was decoded from them.
//
// A decoded certificate takes more than ten times the memory of its DER: OpenSSL's object, names and extensions. Trust
// stores and caches keep many certificates of which few are used, so theirs are decoded at the first use.

internal import CertAuthOpenSSL
internal import Synchronization

/// The bytes of a certificate that was decoded successfully at least once, and its decoded forms.
///
/// What is decoded stays until the storage is released, so repeated use decodes nothing again.
final class CertificateStorage: Sendable {
    /// How the bytes are decoded. Equal for all storages of one certificate.
    struct Decoding: Sendable {
        /// The extensions whose values are ignored.
        var unread: Set<OID> = []
        /// False if OpenSSL must not decode the key, whatever its form.
        var decodesKey = true
    }

    let derEncoded: [UInt8]
    /// The digest of the DER, without the key.
    let sha256: Thumbprint
    private let decoding: Decoding
    /// What was decoded before the storage was created.
    private let contents: CertificateContents?
    private let handle: CertificateHandle?
    /// What was decoded at the first use.
    private let laterContents = AtomicLazyReference<CertificateContents>()
    private let laterHandle = AtomicLazyReference<CertificateHandle>()
    /// The storage with both, whose properties are read without an atomic operation.
    private let laterDecoded = AtomicLazyReference<CertificateStorage>()

    /// Creates the storage of a decoded certificate.
    init(
        derEncoded: [UInt8],
        sha256: Thumbprint,
        decoding: Decoding,
        contents: CertificateContents,
        handle: CertificateHandle
    ) {
        self.derEncoded = derEncoded
        self.sha256 = sha256
        self.decoding = decoding
        self.contents = contents
        self.handle = handle
    }

    /// Creates the storage of a certificate that is decoded at the first use.
    ///
    /// - Parameters:
    ///   - derEncoded: bytes that were decoded successfully before, in the same way.
    ///   - sha256: the digest of exactly these bytes.
    init(undecoded derEncoded: [UInt8], sha256: Thumbprint, decoding: Decoding = Decoding()) {
        self.derEncoded = derEncoded
        self.sha256 = sha256
        self.decoding = decoding
        contents = nil
        handle = nil
    }

    /// The same certificate without anything decoded.
    var undecoded: CertificateStorage {
        CertificateStorage(undecoded: derEncoded, sha256: sha256, decoding: decoding)
    }

    /// The same certificate with everything decoded: this storage, or one that is made once and stays as long.
    var decoded: CertificateStorage {
        guard contents == nil || handle == nil else { return self }
        if let known = laterDecoded.load() { return known }
        let made = CertificateStorage(
            derEncoded: derEncoded,
            sha256: sha256,
            decoding: decoding,
            contents: parsed,
            handle: openSSL
        )
        return laterDecoded.storeIfNil(made)
    }

    /// Whether our parser has decoded it already.
    var isParsed: Bool { contents != nil || laterContents.load() != nil }

    /// What our parser decoded.
    var parsed: CertificateContents { contents ?? parsedLater() }

    /// What OpenSSL decoded.
    var openSSL: CertificateHandle { handle ?? openSSLLater() }

    private func parsedLater() -> CertificateContents {
        if let known = laterContents.load() { return known }
        do throws(CertificateError) {
            let fields = try CertificateFields(derEncoded: derEncoded, unread: decoding.unread)
            return laterContents.storeIfNil(CertificateContents(fields, sha256: sha256))
        } catch {
            // The same function accepted the same bytes before.
            preconditionFailure("a certificate can no longer be parsed: \(error)")
        }
    }

    private func openSSLLater() -> CertificateHandle {
        if let known = laterHandle.load() { return known }
        do throws(OpenSSLError) {
            let made = try CertificateHandle(parsed.fields, derEncoded: derEncoded, decodesKey: decoding.decodesKey)
            return laterHandle.storeIfNil(made)
        } catch {
            // OpenSSL accepted the same bytes before. Only memory can be missing, as for any other object.
            preconditionFailure("OpenSSL can no longer decode a certificate: \(error)")
        }
    }
}

/// The fields of a certificate as our parser decoded them.
final class CertificateContents: Sendable {
    let fields: CertificateFields
    /// The digest of the DER, with the key.
    let thumbprint: Thumbprint

    init(_ fields: CertificateFields, sha256: Thumbprint) {
        self.fields = fields
        thumbprint = Thumbprint(
            algorithm: .sha256,
            bytes: sha256.bytes,
            publicKeyInfo: fields.publicKey.derEncoded
        )
        DecodedObjects.add(1)
    }

    deinit { DecodedObjects.add(-1) }
}

/// A certificate as OpenSSL decoded it.
final class CertificateHandle: Sendable {
    let certificate: X509Certificate
    /// The position of the first extension that OpenSSL knows but cannot decode.
    let firstMalformedExtension: Int?

    init(_ certificate: X509Certificate) {
        self.certificate = certificate
        firstMalformedExtension = certificate.firstMalformedExtension
        DecodedObjects.add(1)
    }

    deinit { DecodedObjects.add(-1) }

    /// Lets OpenSSL decode the certificate, but not a key whose form is not accepted.
    ///
    /// - Parameters:
    ///   - fields: the fields of exactly these bytes.
    ///   - decodesKey: false if OpenSSL must not decode the key, whatever its form.
    convenience init(_ fields: CertificateFields, derEncoded: [UInt8], decodesKey: Bool) throws(OpenSSLError) {
        let signature = fields.knownSignature
        guard decodesKey, fields.publicKey.formDefect == nil else {
            self.init(try X509Certificate(withoutKey: derEncoded, signature: signature))
            return
        }
        self.init(
            try X509Certificate(
                der: derEncoded,
                key: fields.publicKey.decodedKind,
                isUsual: fields.publicKey.isOnUsualCurve,
                signature: signature
            )
        )
    }
}
