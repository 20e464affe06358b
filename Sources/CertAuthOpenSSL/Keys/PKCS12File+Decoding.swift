// SPDX-License-Identifier: Apache-2.0
// Reading PKCS #12 files, those of old Windows included.

import COpenSSL

extension PKCS12File {
    /// Reads exactly one file.
    ///
    /// Ciphers that OpenSSL 3 calls legacy are read in a library context of their own, which ends with this call.
    ///
    /// - Parameter legacyModulePath: the folder of OpenSSL's `legacy` module; nil is where OpenSSL was built to look.
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

    /// The same key and certificates, owned by the default library context.
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
    /// The algorithm that no provider of the library context has, nil when the failure was another.
    ///
    /// OpenSSL names it only in the entry's text: `…, Algorithm (RC2-40-CBC : 0), Properties (…)`.
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
