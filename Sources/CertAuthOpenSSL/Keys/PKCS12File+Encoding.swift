// SPDX-License-Identifier: Apache-2.0
// Writes PKCS #12 files.

import COpenSSL

extension PKCS12File {
    /// The file for `key` and `certificate`, leaf first, followed by `authorities`.
    ///
    /// - Parameters:
    ///   - friendlyName: the name that importers show. Nil writes none.
    ///   - legacy: triple DES and SHA-1, for importers that do not support AES.
    package static func encode(
        key: PrivateKey,
        certificate: X509Certificate,
        authorities: [X509Certificate] = [],
        friendlyName: String? = nil,
        password: String,
        legacy: Bool = false
    ) throws(OpenSSLError) -> [UInt8] {
        let file = PKCS12File(key: key, certificate: certificate, authorities: authorities)
        return try file.encoded(
            friendlyName: friendlyName,
            password: password,
            protection: legacy ? .tripleDES : .modern
        )
    }

    /// The file with the given protection.
    ///
    /// Corresponds to `PKCS12_create_ex` and `PKCS12_set_mac`.
    package func encoded(
        friendlyName: String? = nil,
        password: String,
        protection: Protection
    ) throws(OpenSSLError) -> [UInt8] {
        guard protection == .rc2 else {
            return try encoded(friendlyName: friendlyName, password: password, protection: protection, library: nil)
        }
        return try LegacyLibraryContext().withPointer { library throws(OpenSSLError) in
            try encoded(friendlyName: friendlyName, password: password, protection: protection, library: library)
        }
    }

    private func encoded(
        friendlyName: String?,
        password: String,
        protection: Protection,
        library: OpaquePointer?
    ) throws(OpenSSLError) -> [UInt8] {
        guard !password.utf8.contains(0) else {
            // OpenSSL would use the password only up to the NUL, so the protection would be weaker than requested.
            throw OpenSSLError(operation: "PKCS12_create_ex: the password contains a NUL", entries: [])
        }
        let file = try created(friendlyName: friendlyName, password: password, protection: protection, library: library)
        defer { PKCS12_free(file) }
        try checkedStatus("PKCS12_set_mac") {
            PKCS12_set_mac(file, password, -1, nil, 0, Self.iterations, protection.macDigest)
        }
        return try CertAuthOpenSSL.encoded("i2d_PKCS12") { i2d_PKCS12(file, $0) }
    }

    /// The structure without its MAC (mac_iter -1). The caller owns it.
    private func created(
        friendlyName: String?,
        password: String,
        protection: Protection,
        library: OpaquePointer?
    ) throws(OpenSSLError) -> OpaquePointer {
        let stack = try CertificateStack(authorities)
        return try stack.withPointer { stack throws(OpenSSLError) in
            try checked("PKCS12_create_ex") {
                withPointers { key, certificate in
                    PKCS12_create_ex(
                        password,
                        friendlyName,
                        key,
                        certificate,
                        stack,
                        protection.keyCipher,
                        protection.certificateCipher,
                        Self.iterations,
                        -1,
                        0,
                        library,
                        nil
                    )
                }
            }
        }
    }
}

extension PKCS12File {
    /// OpenSSL's default. Old importers refuse much larger numbers.
    private static let iterations = Int32(CA_PKCS12_DEFAULT_ITER)

    private func withPointers(_ body: (OpaquePointer?, OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
        switch (key, certificate) {
        case (let key?, let certificate?):
            key.withPointer { key in certificate.withPointer { body(key, $0) } }
        case (let key?, nil): key.withPointer { body($0, nil) }
        case (nil, let certificate?): certificate.withPointer { body(nil, $0) }
        case (nil, nil): body(nil, nil)
        }
    }
}

extension PKCS12File.Protection {
    fileprivate var keyCipher: Int32 {
        self == .modern ? NID_aes_256_cbc : NID_pbe_WithSHA1And3_Key_TripleDES_CBC
    }

    fileprivate var certificateCipher: Int32 {
        switch self {
        case .modern: NID_aes_256_cbc
        case .tripleDES: NID_pbe_WithSHA1And3_Key_TripleDES_CBC
        case .rc2: NID_pbe_WithSHA1And40BitRC2_CBC
        }
    }

    fileprivate var macDigest: OpaquePointer? { self == .modern ? EVP_sha256() : EVP_sha1() }
}
