// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension TrustStore {
    /// Creates a store whose anchors are all certificates of the given files: DER, or PEM with one or more
    /// certificates.
    ///
    /// - Throws: `TrustStoreError` naming the first file that is missing, empty or broken. No file is skipped.
    public init(files paths: [String]) throws(TrustStoreError) {
        var anchors = Builder()
        do throws(CertificateLoadingError) {
            for path in paths { try Certificate.forEach(inFile: path) { anchors.append($0) } }
        } catch {
            throw .unusable(error)
        }
        try self.init(anchors, source: paths.joined(separator: ", "))
    }

    /// Creates a store whose anchors are all certificates of a PEM text.
    public init(pem text: String, source: String = "PEM") throws(TrustStoreError) {
        var anchors = Builder()
        do throws(CertificateLoadingError) {
            try Certificate.forEach(inPEM: Array(text.utf8), source: source) { anchors.append($0) }
        } catch {
            throw .unusable(error)
        }
        try self.init(anchors, source: source)
    }

    /// Creates a store from every `.pem`, `.crt`, `.cer` and `.der` file of a folder. Subfolders are ignored.
    ///
    /// - Throws: `TrustStoreError`, also if one of these files is broken: an incomplete trust store is refused.
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

    /// The roots of the operating system: those in `SSL_CERT_FILE`, or in the first bundle that exists.
    ///
    /// A public CA issues to anyone. Use this only together with a rule that maps certificates to known identities.
    /// - Throws: `TrustStoreError` if there is no bundle. Single certificates in it that cannot be parsed are skipped.
    public static func system() throws(TrustStoreError) -> TrustStore {
        var candidates = systemBundles
        if let configured = SystemProcess.environment("SSL_CERT_FILE"), !configured.isEmpty {
            candidates = [configured]
        }
        for path in candidates where FileSystem.isReadable(path) {
            return try TrustStore(readable(in: path), source: path)
        }
        throw .noSystemRoots(tried: candidates)
    }

    /// The bundles of Debian, Fedora, SUSE, and of Alpine and macOS, in this order.
    private static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    private static func readable(in path: String) throws(TrustStoreError) -> Builder {
        let contents: [UInt8]
        do throws(BoundedFile.Failure) {
            contents = try BoundedFile.contents(of: path, limit: Certificate.fileSizeLimit)
        } catch {
            throw .unusable(CertificateLoadingError(path, .unreadable(error.text)))
        }
        do throws(PEMDocument.Failure) {
            var anchors = Builder()
            for block in try PEMDocument(contents).blocks where block.label == "CERTIFICATE" {
                if let certificate = try? Certificate(derEncoded: block.bytes) { anchors.append(certificate) }
            }
            return anchors
        } catch {
            throw .unusable(CertificateLoadingError(path, .invalidPEM(error.text)))
        }
    }
}
