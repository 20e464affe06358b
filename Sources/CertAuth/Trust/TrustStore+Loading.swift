// SPDX-License-Identifier: Apache-2.0
// Trust stores out of files, folders and the system.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension TrustStore {
    /// Takes every certificate of the given files, PEM with one or many or DER, as anchors.
    ///
    /// - Throws: `TrustStoreError` naming the first file that is missing, empty or broken; nothing is skipped.
    public init(files paths: [String]) throws(TrustStoreError) {
        var certificates: [Certificate] = []
        for path in paths { certificates += try Self.load(path) }
        try self.init(certificates: certificates, source: paths.joined(separator: ", "))
    }

    /// Takes every certificate of a PEM text as an anchor.
    public init(pem text: String, source: String = "PEM") throws(TrustStoreError) {
        let certificates: [Certificate]
        do throws(CertificateLoadingError) {
            certificates = try Certificate.load(pem: text, source: source)
        } catch {
            throw .unusable(error)
        }
        try self.init(certificates: certificates, source: source)
    }

    /// Takes every certificate of every `.pem`, `.crt`, `.cer` and `.der` file in a folder, not in those below it.
    ///
    /// - Throws: `TrustStoreError`, also when one of those files is broken: a trust store with a hole is refused.
    public init(folder path: String) throws(TrustStoreError) {
        let names: [String]
        do throws(BoundedFile.Failure) {
            names = try BoundedFile.names(inFolder: path)
        } catch {
            throw .unreadableFolder(path: path, reason: error.text)
        }
        let endings = [".pem", ".crt", ".cer", ".der"]
        let files = names.filter { name in endings.contains { name.lowercased().hasSuffix($0) } }
        guard !files.isEmpty else { throw .empty(source: path) }
        try self.init(files: files.map { "\(path)/\($0)" })
    }

    /// Takes the roots of the operating system: those of `SSL_CERT_FILE`, or of the first bundle found.
    ///
    /// A public CA authenticates anyone it ever issued a certificate to; use this only beside an identity rule.
    /// - Throws: `TrustStoreError` when there is no bundle. Single certificates in it that can't be read are left out.
    public static func system() throws(TrustStoreError) -> TrustStore {
        var candidates = systemBundles
        if let configured = getenv("SSL_CERT_FILE").map({ String(cString: $0) }), !configured.isEmpty {
            candidates = [configured]
        }
        for path in candidates where access(path, R_OK) == 0 {
            return try TrustStore(certificates: readable(in: path), source: path)
        }
        throw .noSystemRoots(tried: candidates)
    }

    /// Where Debian and its kin, Fedora and its kin, SUSE, Alpine and macOS keep their bundle.
    private static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    private static func readable(in path: String) throws(TrustStoreError) -> [Certificate] {
        let contents: [UInt8]
        do throws(BoundedFile.Failure) {
            contents = try BoundedFile.contents(of: path, limit: Certificate.fileSizeLimit)
        } catch {
            throw .unusable(CertificateLoadingError(path, .unreadable(error.text)))
        }
        do throws(PEMDocument.Failure) {
            let document = try PEMDocument(contents)
            return document.blocks.filter { $0.label == "CERTIFICATE" }.compactMap {
                try? Certificate(derEncoded: $0.bytes)
            }
        } catch {
            throw .unusable(CertificateLoadingError(path, .invalidPEM(error.text)))
        }
    }

    private static func load(_ path: String) throws(TrustStoreError) -> [Certificate] {
        do throws(CertificateLoadingError) {
            return try Certificate.load(file: path)
        } catch {
            throw .unusable(error)
        }
    }
}
