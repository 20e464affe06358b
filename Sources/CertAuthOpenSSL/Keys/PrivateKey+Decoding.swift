// SPDX-License-Identifier: Apache-2.0
// Reads private keys: PKCS #8, encrypted PKCS #8, SEC 1 and PKCS #1, from PEM or DER.

import COpenSSL

extension PrivateKey {
    /// Reads the first private key of a PEM text. Other blocks (certificates, EC parameters) are ignored.
    ///
    /// - Parameter password: decrypts an encrypted key. Ignored for an unencrypted one. OpenSSL never prompts on the
    ///   terminal.
    package convenience init(pem: String, password: String? = nil) throws(PrivateKeyError) {
        let blocks: [PEMBlock]
        do {
            blocks = try PEMBlock.blocks(in: pem)
        } catch {
            throw .undecodable(error)
        }
        guard let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw .noPrivateKey(found: blocks.map(\.label))
        }
        if block.headers.isEmpty {
            try self.init(der: block.contents, password: password)
        } else {
            self.init(adopting: try Self.decodedOldStyle(block, password: password))
        }
    }

    /// Reads exactly one key in DER: PKCS #8, encrypted PKCS #8, SEC 1 or PKCS #1.
    package convenience init(der: [UInt8], password: String? = nil) throws(PrivateKeyError) {
        if let encrypted = EncryptedPrivateKeyInfo(der: der) {
            self.init(adopting: try encrypted.decrypted(password: password))
        } else {
            self.init(adopting: try Self.decodedPlain(der))
        }
    }

    /// Corresponds to `d2i_AutoPrivateKey`.
    private static func decodedPlain(_ der: [UInt8]) throws(PrivateKeyError) -> OpaquePointer {
        let decoded: DecodedPrefix
        do {
            decoded = try DecodedPrefix("d2i_AutoPrivateKey", of: der) { d2i_AutoPrivateKey(nil, &$0, $1) }
        } catch {
            throw .undecodable(error)
        }
        guard decoded.trailingCount == 0 else {
            EVP_PKEY_free(decoded.pointer)
            throw .trailingBytes(count: decoded.trailingCount)
        }
        return decoded.pointer
    }

    /// Decrypts a key with RFC 1421 headers. Corresponds to `PEM_do_header`.
    private static func decodedOldStyle(_ block: PEMBlock, password: String?) throws(PrivateKeyError) -> OpaquePointer {
        guard password != nil else { throw .passwordRequired }
        let plain: [UInt8]
        do {
            plain = try block.decryptedContents(password: password)
        } catch {
            throw error.isBadDecryption ? .wrongPassword : .undecodable(error)
        }
        do {
            return try decodedPlain(plain)
        } catch {
            // One wrong password in 256 gives valid padding. The result is not a key.
            throw .wrongPassword
        }
    }
}

/// An object decoded from the start of some bytes, and the number of bytes left.
struct DecodedPrefix {
    let pointer: OpaquePointer
    let trailingCount: Int

    /// Calls a `d2i_…` function with a cursor into `der`.
    init(
        _ operation: StaticString,
        of der: [UInt8],
        _ decode: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?
    ) throws(OpenSSLError) {
        var unread = 0
        pointer = try checked(operation) {
            der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
                guard let start = bytes.baseAddress else { return nil }
                var cursor: UnsafePointer<UInt8>? = start
                let object = decode(&cursor, bytes.count)
                unread = bytes.count - start.distance(to: cursor ?? start)
                return object
            }
        }
        trailingCount = unread
    }
}

extension PEMBlock {
    /// Corresponds to `PEM_get_EVP_CIPHER_INFO` and `PEM_do_header`.
    fileprivate func decryptedContents(password: String?) throws(OpenSSLError) -> [UInt8] {
        var cipher = EVP_CIPHER_INFO()
        var headerText = headers.utf8CString.map { $0 }
        try checkedStatus("PEM_get_EVP_CIPHER_INFO") { PEM_get_EVP_CIPHER_INFO(&headerText, &cipher) }
        var bytes = contents
        var length = bytes.count
        try checkedStatus("PEM_do_header") {
            PasswordAnswer(password).withCallback { PEM_do_header(&cipher, &bytes, &length, $0, $1) }
        }
        return Array(bytes.prefix(length))
    }
}

extension OpenSSLError {
    /// True if the cipher reported wrong padding after the decryption.
    fileprivate var isBadDecryption: Bool {
        contains(library: ERR_LIB_PEM, reason: PEM_R_BAD_DECRYPT)
            || contains(library: ERR_LIB_EVP, reason: EVP_R_BAD_DECRYPT)
            || contains(library: ERR_LIB_PROV, reason: PROV_R_BAD_DECRYPT)
    }
}
