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
        let contents: [UInt8]
        do throws(BoundedFile.Failure) {
            contents = try BoundedFile.contents(of: path, limit: fileSizeLimit)
        } catch {
            switch error {
            case .unreadable(let reason): throw CertificateLoadingError(path, .unreadable(reason))
            case .tooLarge(let limit): throw CertificateLoadingError(path, .tooLarge(limit: limit))
            }
        }
        return try load(contents, source: path, password: password)
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
        guard contents.contains(where: { $0 > 0x20 }) else { throw CertificateLoadingError(source, .empty) }
        if contents.first == DERTag.sequence {
            return try loadBinary(contents, source: source, password: password)
        }
        return try load(pem: contents, source: source)
    }

    /// Loads every certificate of a PEM text, in order. Text between the blocks is ignored.
    ///
    /// - Parameters:
    ///   - text: RFC 7468 text with the labels `CERTIFICATE` or `X509 CERTIFICATE`.
    ///   - source: the name of the source in errors.
    package static func load(pem text: String, source: String = "PEM") throws(CertificateLoadingError) -> [Certificate]
    {
        try load(pem: Array(text.utf8), source: source)
    }

    private static func load(pem text: [UInt8], source: String) throws(CertificateLoadingError) -> [Certificate] {
        let document = try pemDocument(text, source: source)
        guard !document.blocks.isEmpty else { throw CertificateLoadingError(source, .unrecognised) }
        var certificates: [Certificate] = []
        var others: [String] = []
        for block in document.blocks {
            switch block.label {
            case "CERTIFICATE", "X509 CERTIFICATE":
                certificates.append(try certificate(block.bytes, index: certificates.count, source: source))
            case "TRUSTED CERTIFICATE":
                throw CertificateLoadingError(source, .trustedCertificateBlock)
            default:
                others.append(block.label)
            }
        }
        guard certificates.isEmpty else { return certificates }
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
