// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// An encrypted PKCS #8 key, not yet decrypted.
struct EncryptedPrivateKeyInfo: ~Copyable {
    private let pointer: OpaquePointer

    /// Nil unless `der` is exactly such a key. Corresponds to `d2i_X509_SIG`.
    init?(der: [UInt8]) {
        guard let decoded = try? DecodedPrefix("d2i_X509_SIG", of: der, { d2i_X509_SIG(nil, &$0, $1) }) else {
            return nil
        }
        guard decoded.trailingCount == 0 else {
            X509_SIG_free(decoded.pointer)
            return nil
        }
        pointer = decoded.pointer
    }

    deinit { X509_SIG_free(pointer) }

    /// The key as an `EVP_PKEY *` that the caller owns. Corresponds to `PKCS8_decrypt` and `EVP_PKCS82PKEY`.
    borrowing func decrypted(password: String?) throws(PrivateKeyError) -> OpaquePointer {
        guard let password else { throw .passwordRequired }
        let plain: OpaquePointer
        do {
            plain = try checked("PKCS8_decrypt") { PKCS8_decrypt(pointer, password, Int32(password.utf8.count)) }
        } catch {
            throw error.isWrongPKCS12Password ? .wrongPassword : .undecodable(error)
        }
        defer { PKCS8_PRIV_KEY_INFO_free(plain) }
        do {
            return try checked("EVP_PKCS82PKEY") { EVP_PKCS82PKEY(plain) }
        } catch {
            throw .undecodable(error)
        }
    }
}

extension OpenSSLError {
    /// True if the decryption with a password failed with wrong padding, or gave bytes that can't be decoded.
    var isWrongPKCS12Password: Bool {
        contains(library: ERR_LIB_PKCS12, reason: PKCS12_R_PKCS12_CIPHERFINAL_ERROR)
            || contains(library: ERR_LIB_PKCS12, reason: PKCS12_R_DECODE_ERROR)
    }
}
