// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension Certificate {
    /// The maximum size of a file in bytes. A system bundle has about 250 KB, so a larger file than this is a mistake.
    package static let fileSizeLimit = 8 * 1024 * 1024

    /// Loads every certificate of a file, in order: PEM with one or more, DER with one, or PKCS #12.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - password: the password of a PKCS #12 file, not used for other formats. Nil means the empty password.
    /// - Throws: `CertificateLoadingError` naming the file and the cause.
    public static func load(
        file path: String,
        password: String? = nil
    ) throws(CertificateLoadingError) -> [Certificate] {
        var certificates: [Certificate] = []
        try forEach(inFile: path, password: password) { certificates.append($0) }
        return certificates
    }

    /// Passes every certificate of a file to `body`, in order. Not more than one needs to be decoded at a time.
    ///
    /// If an error is thrown, `body` may have received the certificates before it.
    static func forEach(
        inFile path: String,
        password: String? = nil,
        _ body: (Certificate) -> Void
    ) throws(CertificateLoadingError) {
        let contents: [UInt8]
        do throws(BoundedFile.Failure) {
            contents = try BoundedFile.contents(of: path, limit: fileSizeLimit)
        } catch {
            switch error {
            case .unreadable(let reason): throw CertificateLoadingError(path, .unreadable(reason))
            case .tooLarge(let limit): throw CertificateLoadingError(path, .tooLarge(limit: limit))
            }
        }
        try forEach(in: contents, source: path, password: password, body)
    }

    /// Loads every certificate of `contents`, which is PEM, DER or PKCS #12.
    ///
    /// - Parameters:
    ///   - contents: the bytes of a file.
    ///   - source: the name of the source in errors.
    ///   - password: the password of a PKCS #12 file. Nil means the empty password.
    public static func load(
        _ contents: [UInt8],
        source: String,
        password: String? = nil
    ) throws(CertificateLoadingError) -> [Certificate] {
        var certificates: [Certificate] = []
        try forEach(in: contents, source: source, password: password) { certificates.append($0) }
        return certificates
    }

    /// Passes every certificate of `contents` to `body`, in order, as `forEach(inFile:)`.
    package static func forEach(
        in contents: consuming [UInt8],
        source: String,
        password: String? = nil,
        _ body: (Certificate) -> Void
    ) throws(CertificateLoadingError) {
        guard contents.contains(where: { $0 > 0x20 }) else { throw CertificateLoadingError(source, .empty) }
        if contents.first == DERTag.sequence {
            return try loadBinary(contents, source: source, password: password).forEach(body)
        }
        try forEach(inPEM: contents, source: source, body)
    }

    /// Loads every certificate of a PEM text, in order. Text between the blocks is ignored.
    ///
    /// - Parameters:
    ///   - text: RFC 7468 text with the labels `CERTIFICATE` or `X509 CERTIFICATE`.
    ///   - source: the name of the source in errors.
    package static func load(pem text: String, source: String = "PEM") throws(CertificateLoadingError) -> [Certificate]
    {
        var certificates: [Certificate] = []
        try forEach(inPEM: Array(text.utf8), source: source) { certificates.append($0) }
        return certificates
    }

    /// Passes every certificate of a PEM text to `body`, in order, as `forEach(inFile:)`.
    static func forEach(
        inPEM text: consuming [UInt8],
        source: String,
        _ body: (Certificate) -> Void
    ) throws(CertificateLoadingError) {
        let document = try pemDocument(text, source: source)
        // The text takes more memory than the certificates in it.
        _ = consume text
        guard !document.blocks.isEmpty else { throw CertificateLoadingError(source, .unrecognised) }
        var count = 0
        var others: [String] = []
        for block in document.blocks {
            switch block.label {
            case "CERTIFICATE", "X509 CERTIFICATE":
                body(try certificate(block.bytes, index: count, source: source))
                count += 1
            case "TRUSTED CERTIFICATE":
                throw CertificateLoadingError(source, .trustedCertificateBlock)
            default:
                others.append(block.label)
            }
        }
        guard count == 0 else { return }
        if let label = others.first(where: { $0.hasSuffix("PRIVATE KEY") }) {
            throw CertificateLoadingError(source, .privateKey(label: label))
        }
        if let kind = others.lazy.compactMap(EncodedObjectKind.init(label:)).first {
            throw CertificateLoadingError(source, .otherObject(kind))
        }
        throw CertificateLoadingError(source, .noCertificate(labels: others))
    }

    /// The certificate as a PEM block.
    public var pem: String { PEMDocument.text(label: "CERTIFICATE", derEncoded) }

    private static func pemDocument(_ text: [UInt8], source: String) throws(CertificateLoadingError) -> PEMDocument {
        do throws(PEMDocument.Failure) {
            return try PEMDocument(text)
        } catch {
            throw CertificateLoadingError(source, .invalidPEM(error.text))
        }
    }

    private static func certificate(
        _ bytes: [UInt8],
        index: Int,
        source: String
    ) throws(CertificateLoadingError) -> Certificate {
        do throws(CertificateError) {
            return try Certificate(derEncoded: bytes)
        } catch {
            throw CertificateLoadingError(source, .malformed(index: index, error))
        }
    }

    /// Loads DER with one certificate, or PKCS #12. The error for another kind of object names its kind.
    private static func loadBinary(
        _ contents: [UInt8],
        source: String,
        password: String?
    ) throws(CertificateLoadingError) -> [Certificate] {
        switch EncodedObjectKind(encoded: contents) {
        case .pkcs12: break
        case .certificate?, nil: return [try certificate(contents, index: 0, source: source)]
        case .privateKey?, .encryptedPrivateKey?:
            throw CertificateLoadingError(source, .privateKey(label: "a private key in DER"))
        case let kind?: throw CertificateLoadingError(source, .otherObject(kind))
        }
        let file: PKCS12File
        do throws(PKCS12Error) {
            file = try PKCS12File.decode(contents, password: password ?? "")
        } catch {
            if case .wrongPassword = error { throw CertificateLoadingError(source, .wrongPassword) }
            throw CertificateLoadingError(source, .invalidPKCS12("\(error)"))
        }
        let handles = (file.certificate.map { [$0] } ?? []) + file.authorities
        guard !handles.isEmpty else { throw CertificateLoadingError(source, .noCertificate(labels: ["PKCS #12"])) }
        var certificates: [Certificate] = []
        for handle in handles {
            do throws(CertificateError) {
                certificates.append(try Certificate(handle: handle))
            } catch {
                throw CertificateLoadingError(source, .malformed(index: certificates.count, error))
            }
        }
        return certificates
    }
}
