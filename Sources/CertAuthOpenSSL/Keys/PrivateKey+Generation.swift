// SPDX-License-Identifier: Apache-2.0
// Generates private keys.

import COpenSSL

extension PrivateKey {
    /// Generates a key with OpenSSL's random generator. Corresponds to `EVP_PKEY_generate`.
    package static func generate(_ kind: PrivateKeyKind) throws(OpenSSLError) -> PrivateKey {
        switch kind {
        case .p256: try generateEC("P-256")
        case .p384: try generateEC("P-384")
        case .p521: try generateEC("P-521")
        case .secp256k1: try generateEC("secp256k1")
        case .rsa(let bits): try generateRSA("RSA", bits: bits)
        case .rsaPSS(let bits): try generateRSA("RSA-PSS", bits: bits)
        case .ed25519: try KeyContext(algorithm: "ED25519").generatedKey { _ in 1 }
        case .ed448: try KeyContext(algorithm: "ED448").generatedKey { _ in 1 }
        case .dsa(let bits): try generateDSA(bits: bits)
        }
    }

    private static func generateEC(_ curve: String) throws(OpenSSLError) -> PrivateKey {
        try KeyContext(algorithm: "EC").generatedKey { EVP_PKEY_CTX_set_group_name($0, curve) }
    }

    private static func generateRSA(_ algorithm: String, bits: Int) throws(OpenSSLError) -> PrivateKey {
        let bits = Int32(clamping: bits)
        return try KeyContext(algorithm: algorithm).generatedKey { EVP_PKEY_CTX_set_rsa_keygen_bits($0, bits) }
    }

    private static func generateDSA(bits: Int) throws(OpenSSLError) -> PrivateKey {
        let bits = Int32(clamping: bits)
        let parameters = try KeyContext(algorithm: "DSA").generatedParameters {
            EVP_PKEY_CTX_set_dsa_paramgen_bits($0, bits)
        }
        return try KeyContext(parameters: parameters).generatedKey { _ in 1 }
    }
}

/// The context that generates one key or its parameters.
private struct KeyContext: ~Copyable {
    private let pointer: OpaquePointer

    init(algorithm: String) throws(OpenSSLError) {
        pointer = try checked("EVP_PKEY_CTX_new_from_name") { EVP_PKEY_CTX_new_from_name(nil, algorithm, nil) }
    }

    init(parameters: PrivateKey) throws(OpenSSLError) {
        pointer = try parameters.withPointer { parameters throws(OpenSSLError) in
            try checked("EVP_PKEY_CTX_new_from_pkey") { EVP_PKEY_CTX_new_from_pkey(nil, parameters, nil) }
        }
    }

    deinit { EVP_PKEY_CTX_free(pointer) }

    consuming func generatedKey(settings: (OpaquePointer) -> Int32) throws(OpenSSLError) -> PrivateKey {
        try checkedStatus("EVP_PKEY_keygen_init") { EVP_PKEY_keygen_init(pointer) }
        return try generated(settings: settings)
    }

    consuming func generatedParameters(settings: (OpaquePointer) -> Int32) throws(OpenSSLError) -> PrivateKey {
        try checkedStatus("EVP_PKEY_paramgen_init") { EVP_PKEY_paramgen_init(pointer) }
        return try generated(settings: settings)
    }

    private borrowing func generated(settings: (OpaquePointer) -> Int32) throws(OpenSSLError) -> PrivateKey {
        try checkedStatus("EVP_PKEY_CTX_set_params") { settings(pointer) }
        var key: OpaquePointer?
        let made = try checked("EVP_PKEY_generate") { EVP_PKEY_generate(pointer, &key) > 0 ? key : nil }
        return PrivateKey(adopting: made)
    }
}
