// SPDX-License-Identifier: Apache-2.0
// The owner of one PKCS12 structure, not yet decrypted.

import COpenSSL

/// A decoded PKCS #12 file before its password is checked.
struct PKCS12Archive: ~Copyable {
    private let pointer: OpaquePointer

    /// Decodes exactly one file. Corresponds to `PKCS12_init_ex` and `d2i_PKCS12`.
    ///
    /// - Parameter library: the `OSSL_LIB_CTX *` whose ciphers decrypt it. Nil is the default context.
    init(der: [UInt8], library: OpaquePointer? = nil) throws(PKCS12Error) {
        let decoded: DecodedPrefix
        do {
            // If d2i_PKCS12 fails, it frees the structure that it received.
            var fresh: OpaquePointer? = try checked("PKCS12_init_ex") { PKCS12_init_ex(NID_pkcs7_data, library, nil) }
            decoded = try DecodedPrefix("d2i_PKCS12", of: der) { d2i_PKCS12(&fresh, &$0, $1) }
        } catch {
            throw .undecodable(error)
        }
        guard decoded.trailingCount == 0 else {
            PKCS12_free(decoded.pointer)
            throw .trailingBytes(count: decoded.trailingCount)
        }
        pointer = decoded.pointer
    }

    deinit { PKCS12_free(pointer) }

    /// The decrypted contents of the file. Corresponds to `PKCS12_verify_mac` and `PKCS12_parse`.
    borrowing func opened(password: String) throws(PKCS12Error) -> PKCS12File {
        try verifyMAC(password: password)
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var authorities: OpaquePointer?
        do {
            try checkedStatus("PKCS12_parse") { PKCS12_parse(pointer, password, &key, &certificate, &authorities) }
        } catch {
            throw .undecodable(error)
        }
        defer { CA_sk_X509_pop_free(authorities) }
        do {
            return PKCS12File(
                key: key.map(PrivateKey.init(adopting:)),
                certificate: certificate.map(X509Certificate.init(adopting:)),
                authorities: try Self.retained(authorities)
            )
        } catch {
            throw .undecodable(error)
        }
    }

    /// Distinguishes a wrong password from a damaged file before anything is decrypted.
    private borrowing func verifyMAC(password: String) throws(PKCS12Error) {
        // OpenSSL reads the password up to the first NUL, so the rest would not be checked.
        guard !password.utf8.contains(0) else { throw .wrongPassword }
        guard PKCS12_mac_present(pointer) == 1 else { throw .macMissing }
        do {
            try checkedStatus("PKCS12_verify_mac") { PKCS12_verify_mac(pointer, password, -1) }
        } catch {
            // An empty password is encoded in two ways: as an empty string or as none.
            if password.isEmpty, PKCS12_verify_mac(pointer, nil, 0) == 1 { return }
            throw error.isMACMismatch ? .wrongPassword : .undecodable(error)
        }
    }

    private static func retained(_ stack: OpaquePointer?) throws(OpenSSLError) -> [X509Certificate] {
        guard let stack else { return [] }
        var certificates: [X509Certificate] = []
        for index in 0..<max(0, CA_sk_X509_num(stack)) {
            guard let certificate = CA_sk_X509_value(stack, index) else { continue }
            certificates.append(try X509Certificate(retaining: certificate))
        }
        return certificates
    }
}

extension OpenSSLError {
    /// `PKCS12_verify_mac` reports no error if it computed the MAC and the MAC differs.
    fileprivate var isMACMismatch: Bool { entries.isEmpty }
}
