// SPDX-License-Identifier: Apache-2.0
// Verifies a signature over encoded bytes, without OpenSSL decoding their content.

import COpenSSL

/// How a signature is verified: key type, digest, padding.
package struct SignatureVerification: Sendable, Hashable {
    /// RSASSA-PSS parameters.
    package struct PSS: Sendable, Hashable {
        package let maskDigestName: String
        package let saltLength: Int

        package init(maskDigestName: String, saltLength: Int) {
            self.maskDigestName = maskDigestName
            self.saltLength = saltLength
        }
    }

    /// OpenSSL's names of the key types that can make such a signature.
    package let keyTypes: [String]
    /// OpenSSL's name of the digest. Nil for Ed25519 and Ed448, which include their own.
    package let digestName: String?
    package let pss: PSS?

    package init(keyTypes: [String], digestName: String?, pss: PSS? = nil) {
        self.keyTypes = keyTypes
        self.digestName = digestName
        self.pss = pss
    }

    /// True if `signer`'s key verifies `signature` over `message`.
    ///
    /// Corresponds to `EVP_DigestVerify`. Does not copy `message`.
    package func verifies(_ signature: [UInt8], over message: ArraySlice<UInt8>, by signer: X509Certificate) -> Bool {
        defer { ERR_clear_error() }
        return signer.withPointer { certificate in
            guard let key = X509_get0_pubkey(certificate), keyTypes.contains(where: { EVP_PKEY_is_a(key, $0) == 1 })
            else { return false }
            do throws(OpenSSLError) {
                return try verifies(signature, over: message, key: key)
            } catch {
                return false
            }
        }
    }

    private func verifies(
        _ signature: [UInt8],
        over message: ArraySlice<UInt8>,
        key: OpaquePointer
    ) throws(OpenSSLError) -> Bool {
        let context = try checked("EVP_MD_CTX_new") { EVP_MD_CTX_new() }
        defer { EVP_MD_CTX_free(context) }
        var settings: OpaquePointer?
        try checkedStatus("EVP_DigestVerifyInit_ex") {
            EVP_DigestVerifyInit_ex(context, &settings, digestName, nil, nil, key, nil)
        }
        // A get0 function: `settings` belongs to `context`.
        if let pss, let settings { try Self.choose(pss, settings) }
        ERR_clear_error()
        return message.withUnsafeBufferPointer { message in
            signature.withUnsafeBufferPointer { signature in
                EVP_DigestVerify(context, signature.baseAddress, signature.count, message.baseAddress, message.count)
            }
        } == 1
    }

    private static func choose(_ pss: PSS, _ settings: OpaquePointer) throws(OpenSSLError) {
        try checkedStatus("EVP_PKEY_CTX_set_rsa_padding") {
            EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING)
        }
        try checkedStatus("EVP_PKEY_CTX_set_rsa_pss_saltlen") {
            EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, Int32(pss.saltLength))
        }
        try checkedStatus("EVP_PKEY_CTX_set_rsa_mgf1_md_name") {
            EVP_PKEY_CTX_set_rsa_mgf1_md_name(settings, pss.maskDigestName, nil)
        }
    }
}
