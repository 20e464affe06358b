// SPDX-License-Identifier: Apache-2.0
// Makes signatures with a private key.

import COpenSSL

extension PrivateKey {
    /// The signature over `message`.
    ///
    /// - Parameter digest: nil for Ed25519 and Ed448, which include their own.
    package func signature(
        over message: [UInt8],
        digest: DigestAlgorithm?,
        padding: SignaturePadding = .standard
    ) throws(OpenSSLError) -> [UInt8] {
        try signature(over: message, digestName: digest?.name, padding: padding)
    }

    /// The signature over `message` with a digest given by OpenSSL's name. Weak ones such as `MD5` are permitted.
    ///
    /// Corresponds to `EVP_DigestSign`.
    package func signature(
        over message: [UInt8],
        digestName: String?,
        padding: SignaturePadding
    ) throws(OpenSSLError) -> [UInt8] {
        let context = try checked("EVP_MD_CTX_new") { EVP_MD_CTX_new() }
        defer { EVP_MD_CTX_free(context) }
        var settings: OpaquePointer?
        try withPointer { key throws(OpenSSLError) in
            _ = try checkedStatus("EVP_DigestSignInit_ex") {
                EVP_DigestSignInit_ex(context, &settings, digestName, nil, nil, key, nil)
            }
        }
        // A get0 function: `settings` belongs to `context`.
        if padding == .pss, let settings { try Self.choosePSS(settings) }
        return try Self.sign(message, with: context)
    }

    private static func choosePSS(_ settings: OpaquePointer) throws(OpenSSLError) {
        try checkedStatus("EVP_PKEY_CTX_set_rsa_padding") {
            EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING)
        }
        try checkedStatus("EVP_PKEY_CTX_set_rsa_pss_saltlen") {
            EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST)
        }
    }

    private static func sign(_ message: [UInt8], with context: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
        var length = 0
        try checkedStatus("EVP_DigestSign") {
            message.withUnsafeBufferPointer { EVP_DigestSign(context, nil, &length, $0.baseAddress, $0.count) }
        }
        var output = [UInt8](repeating: 0, count: length)
        try checkedStatus("EVP_DigestSign") {
            message.withUnsafeBufferPointer { EVP_DigestSign(context, &output, &length, $0.baseAddress, $0.count) }
        }
        // The first length is an upper bound; an ECDSA signature may be shorter.
        output.removeLast(output.count - length)
        return output
    }
}
