// SPDX-License-Identifier: Apache-2.0
// Loads server identities from files, PEM text and PKCS #12.

import CertAuth
import CertAuthOpenSSL

extension ServerIdentity {
    /// Loads an identity from PEM files. The certificates and the key may be in the same file.
    ///
    /// - Parameters:
    ///   - certificateFile: the server's certificate first, then its issuers.
    ///   - keyFile: the server's private key, encrypted or not.
    ///   - password: decrypts an encrypted key.
    /// - Throws: `TLSConfigurationError.identityUnusable` with the file and the cause.
    public init(
        certificateFile: String,
        keyFile: String,
        password: String? = nil
    ) throws(TLSConfigurationError) {
        let chain: [Certificate]
        do throws(CertificateLoadingError) {
            chain = try Certificate.load(file: certificateFile)
        } catch {
            throw .identityUnusable(source: certificateFile, reason: "\(error)")
        }
        let reading = try Self.reading(of: keyFile)
        let keyText = String(decoding: reading.contents, as: UTF8.self)
        let key = try Self.key(pem: keyText, password: password, source: keyFile)
        let source = certificateFile == keyFile ? certificateFile : "\(certificateFile) and \(keyFile)"
        try self.init(chain: chain, key: key, source: source)
        self.keyFile = KeyFile(path: keyFile, status: reading.status)
    }

    /// Loads an identity from PEM text.
    ///
    /// - Parameters:
    ///   - certificates: the server's certificate first, then its issuers.
    ///   - key: the server's private key, encrypted or not.
    ///   - password: decrypts an encrypted key.
    public init(
        certificatePEM certificates: String,
        keyPEM key: String,
        password: String? = nil
    ) throws(TLSConfigurationError) {
        let chain: [Certificate]
        do throws(CertificateLoadingError) {
            chain = try Certificate.load(pem: certificates)
        } catch {
            throw .identityUnusable(source: "the certificate's PEM text", reason: "\(error)")
        }
        let key = try Self.key(pem: key, password: password, source: "the key's PEM text")
        try self.init(chain: chain, key: key, source: "PEM texts")
    }

    /// Loads an identity from a PKCS #12 file (.pfx, .p12).
    ///
    /// - Parameter password: decrypts the file; empty if the file has no password.
    public init(pkcs12File path: String, password: String) throws(TLSConfigurationError) {
        let reading = try Self.reading(of: path)
        try self.init(pkcs12: reading.contents, password: password, source: path)
        keyFile = KeyFile(path: path, status: reading.status)
    }

    /// Loads an identity from the bytes of a PKCS #12 file.
    ///
    /// - Parameters:
    ///   - bytes: the contents of the file.
    ///   - password: decrypts the file; empty if the file has no password.
    ///   - source: the name of the bytes in error messages.
    public init(
        pkcs12 bytes: [UInt8],
        password: String,
        source: String = "the PKCS #12 bytes"
    ) throws(TLSConfigurationError) {
        let file: PKCS12File
        do throws(PKCS12Error) {
            file = try PKCS12File.decode(bytes, password: password)
        } catch {
            throw .identityUnusable(source: source, reason: error.description)
        }
        guard let key = file.key, let leaf = file.certificate else {
            let missing = file.key == nil ? "private key" : "certificate for its key"
            throw .identityUnusable(source: source, reason: "PKCS #12: no \(missing) in it")
        }
        let chain: [Certificate]
        do throws(CertificateError) {
            chain = try Self.ordered(leaf, file.authorities)
        } catch {
            throw .identityUnusable(source: source, reason: error.description)
        }
        try self.init(chain: chain, key: key, source: source)
    }

    /// Returns the leaf, then each issuer in turn, because PKCS #12 keeps no order. Self-signed roots are left out.
    private static func ordered(
        _ leaf: X509Certificate,
        _ authorities: [X509Certificate]
    ) throws(CertificateError) -> [Certificate] {
        var chain = [try Certificate(handle: leaf)]
        var rest: [Certificate] = []
        for authority in authorities { rest.append(try Certificate(handle: authority)) }
        while let last = chain.last,
            let index = rest.firstIndex(where: { $0.subject == last.issuer && last.handle.isSigned(by: $0.handle) })
        {
            let issuer = rest.remove(at: index)
            guard issuer.subject != issuer.issuer else { break }
            chain.append(issuer)
        }
        return chain
    }

    private static func key(
        pem: String,
        password: String?,
        source: String
    ) throws(TLSConfigurationError) -> PrivateKey {
        do throws(PrivateKeyError) {
            return try PrivateKey(pem: pem, password: password)
        } catch {
            throw .identityUnusable(source: source, reason: error.description)
        }
    }

    private static func reading(of path: String) throws(TLSConfigurationError) -> BoundedFile.Reading {
        do throws(BoundedFile.Failure) {
            return try BoundedFile.read(path, limit: Certificate.fileSizeLimit)
        } catch {
            switch error {
            case .unreadable(let reason): throw .identityUnusable(source: path, reason: reason)
            case .tooLarge(let limit):
                throw .identityUnusable(source: path, reason: "larger than \(limit) bytes")
            }
        }
    }
}
