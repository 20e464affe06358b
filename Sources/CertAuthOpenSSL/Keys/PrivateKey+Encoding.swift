// SPDX-License-Identifier: Apache-2.0
// Writes private keys as PKCS #8.

import COpenSSL

extension PrivateKey {
    /// The key as PKCS #8 PEM, encrypted with AES-256-CBC if a password is given.
    ///
    /// Corresponds to `PEM_write_bio_PKCS8PrivateKey`.
    package func pem(password: String? = nil) throws(OpenSSLError) -> String {
        let buffer = try PEMBuffer()
        let cipher = password == nil ? nil : EVP_aes_256_cbc()
        try buffer.withPointer { bio throws(OpenSSLError) in
            _ = try withPointer { key throws(OpenSSLError) in
                try checkedStatus("PEM_write_bio_PKCS8PrivateKey") {
                    PasswordAnswer(password).withCallback {
                        PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, nil, 0, $0, $1)
                    }
                }
            }
        }
        return buffer.text()
    }

    /// The key as unencrypted PKCS #8 DER. Corresponds to `EVP_PKEY2PKCS8`.
    package func pkcs8DER() throws(OpenSSLError) -> [UInt8] {
        let info = try withPointer { key throws(OpenSSLError) in
            try checked("EVP_PKEY2PKCS8") { EVP_PKEY2PKCS8(key) }
        }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        return try encoded("i2d_PKCS8_PRIV_KEY_INFO") { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
    }
}
