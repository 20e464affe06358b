// SPDX-License-Identifier: Apache-2.0
// Certificates out of files and texts.

internal import CertAuthOpenSSL

extension Certificate {
    /// The largest file read, in bytes: a system bundle has about 250 KB, ten times that is a mistake.
    public static let fileSizeLimit = 8 * 1024 * 1024

    /// Reads every certificate of a file, in its order: PEM with one or many, DER with one, or PKCS #12.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - password: opens a PKCS #12 file; not used for the others. Nil means the empty password.
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

    /// Reads every certificate of `contents`, whichever of PEM, DER and PKCS #12 it is.
    ///
    /// - Parameters:
    ///   - contents: the bytes of a file.
    ///   - source: names the bytes in errors.
    ///   - password: opens a PKCS #12 file. Nil means the empty password.
    public static func load(
        _ contents: [UInt8],
        source: String,
        password: String? = nil
    ) throws(CertificateLoadingError) -> [Certificate] {
        guard contents.contains(where: { $0 > 0x20 }) else { throw CertificateLoadingError(source, .empty) }
        if contents.first == DERTag.sequence {
            return try loadBinary(contents, source: source, password: password)
        }
        guard let text = String(validating: contents, as: UTF8.self) else {
            throw CertificateLoadingError(source, .unrecognised)
        }
        return try load(pem: text, source: source)
    }

    /// Reads every certificate of a PEM text, in its order. Texts between the blocks are ignored.
    ///
    /// - Parameters:
    ///   - text: RFC 7468, labels `CERTIFICATE` or `X509 CERTIFICATE`.
    ///   - source: names the text in errors.
    public static func load(pem text: String, source: String = "PEM") throws(CertificateLoadingError) -> [Certificate] {
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
        throw CertificateLoadingError(source, .noCertificate(labels: others))
    }

    /// The certificate as a PEM block.
    public var pem: String { PEMDocument.text(label: "CERTIFICATE", derEncoded) }

    private static func pemDocument(_ text: String, source: String) throws(CertificateLoadingError) -> PEMDocument {
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

    /// DER with one certificate, else PKCS #12, which begins with the version number 3 where a certificate has fields.
    private static func loadBinary(
        _ contents: [UInt8],
        source: String,
        password: String?
    ) throws(CertificateLoadingError) -> [Certificate] {
        guard !looksLikePrivateKey(contents) else {
            throw CertificateLoadingError(source, .privateKey(label: "a private key in DER"))
        }
        guard looksLikePKCS12(contents) else { return [try certificate(contents, index: 0, source: source)] }
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

    private static func looksLikePKCS12(_ contents: [UInt8]) -> Bool { version(of: contents) == 3 }

    /// PKCS #8, RSA and EC keys begin with the version number 0 or 1.
    private static func looksLikePrivateKey(_ contents: [UInt8]) -> Bool {
        version(of: contents).map { $0 <= 1 } ?? false
    }

    /// The number of one byte that the outer sequence begins with; nil where something else stands there.
    private static func version(of contents: [UInt8]) -> UInt8? {
        var reader = DERReader(contents)
        guard let outer = try? reader.value(DERTag.sequence), outer.contents.starts(with: [DERTag.integer, 1]) else {
            return nil
        }
        return outer.contents.dropFirst(2).first
    }
}
