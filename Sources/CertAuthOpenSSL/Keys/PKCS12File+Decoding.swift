// SPDX-License-Identifier: Apache-2.0
// Reads PKCS #12 files, including those of old versions of Windows.

import COpenSSL

extension PKCS12File {
    /// Reads exactly one file.
    ///
    /// A separate library context, which ends with this call, provides the ciphers that OpenSSL 3 calls legacy.
    ///
    /// - Parameter legacyModulePath: the folder of OpenSSL's `legacy` module. Nil uses OpenSSL's compiled-in folder.
    package static func decode(
        _ der: [UInt8],
        password: String,
        legacyModulePath: String? = nil
    ) throws(PKCS12Error) -> PKCS12File {
        do {
            return try PKCS12Archive(der: der).opened(password: password)
        } catch .undecodable(let error) {
            guard let cipher = error.unknownCipher else { throw .undecodable(error) }
            return try decodeLegacy(der, password: password, cipher: cipher, modulePath: legacyModulePath)
        }
    }

    private static func decodeLegacy(
        _ der: [UInt8],
        password: String,
        cipher: String,
        modulePath: String?
    ) throws(PKCS12Error) -> PKCS12File {
        let context: LegacyLibraryContext
        do {
            context = try LegacyLibraryContext(modulePath: modulePath)
        } catch {
            throw .legacyCipherUnavailable(cipher: cipher)
        }
        return try context.withPointer { library throws(PKCS12Error) in
            let foreign = try PKCS12Archive(der: der, library: library).opened(password: password)
            return try foreign.importedIntoDefaultContext()
        }
    }

    /// The same key and certificates, decoded in the default library context.
    private func importedIntoDefaultContext() throws(PKCS12Error) -> PKCS12File {
        do {
            return PKCS12File(
                key: try key.map { try PrivateKey(der: $0.pkcs8DER()) },
                certificate: try certificate.map { try X509Certificate(der: $0.encodedDER()) },
                authorities: try authorities.map { try X509Certificate(der: $0.encodedDER()) }
            )
        } catch let error as OpenSSLError {
            throw .undecodable(error)
        } catch {
            throw .undecodable(OpenSSLError(operation: "\(error)", entries: []))
        }
    }
}

extension OpenSSLError {
    /// The algorithm that no provider of the library context has. Nil if the failure has another cause.
    ///
    /// OpenSSL gives its name only in the text of the entry: `…, Algorithm (RC2-40-CBC : 0), Properties (…)`.
    fileprivate var unknownCipher: String? {
        let entry = entries.first {
            $0.library == ERR_LIB_EVP
                && ($0.reason == CA_ERR_R_UNSUPPORTED || $0.reason == CA_ERR_R_FETCH_FAILED)
        }
        guard let entry else { return nil }
        let behindMark = entry.detail.split(separator: "Algorithm (", maxSplits: 1).dropFirst().first
        return behindMark?.split(separator: " ").first.map(String.init) ?? "an unknown cipher"
    }
}
