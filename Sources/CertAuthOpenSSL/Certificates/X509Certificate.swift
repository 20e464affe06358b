// SPDX-License-Identifier: Apache-2.0
// The owner of one X509: shared, immutable after init.

import COpenSSL

/// A certificate as OpenSSL holds it.
///
/// Sendable because nothing changes it after `init` has filled OpenSSL's lazy extension cache, and OpenSSL guards
/// its reference count with atomics.
package final class X509Certificate: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Decodes exactly one DER certificate; bytes behind it are an error.
    ///
    /// Corresponds to `d2i_X509`.
    package convenience init(der: [UInt8]) throws(OpenSSLError) {
        let decoded = try der.withUnsafeBufferPointer { bytes throws(OpenSSLError) -> OpaquePointer in
            var cursor = bytes.baseAddress
            let made = try checked("d2i_X509") { d2i_X509(nil, &cursor, bytes.count) }
            guard cursor == bytes.baseAddress.map({ $0 + bytes.count }) else {
                X509_free(made)
                throw OpenSSLError(operation: "d2i_X509: bytes behind the certificate", entries: [])
            }
            return made
        }
        self.init(adopting: decoded)
    }

    /// Takes over the caller's reference.
    package init(adopting pointer: OpaquePointer) {
        self.pointer = pointer
        // Fills the lazy extension cache before the object is shared between threads.
        _ = X509_get_extension_flags(pointer)
        ERR_clear_error()
    }

    /// Takes a reference of its own. Corresponds to `X509_up_ref`.
    package convenience init(retaining pointer: OpaquePointer) throws(OpenSSLError) {
        try checkedStatus("X509_up_ref") { X509_up_ref(pointer) }
        self.init(adopting: pointer)
    }

    deinit { X509_free(pointer) }

    /// Lends the `X509 *` for the length of the closure.
    package func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(pointer)
    }

    /// The certificate's DER. Corresponds to `i2d_X509`.
    package func encodedDER() throws(OpenSSLError) -> [UInt8] {
        try encoded("i2d_X509") { i2d_X509(pointer, $0) }
    }

    /// True when issuer and subject match and the signature verifies with the certificate's own key.
    ///
    /// Corresponds to `X509_self_signed` with signature verification.
    package var isSelfSigned: Bool {
        let answer = X509_self_signed(pointer, 1)
        ERR_clear_error()
        return answer == 1
    }

    /// True when `issuer`'s key verifies this certificate's signature. Corresponds to `X509_verify`.
    package func isSigned(by issuer: X509Certificate) -> Bool {
        guard let key = X509_get0_pubkey(issuer.pointer) else {
            ERR_clear_error()
            return false
        }
        let answer = X509_verify(pointer, key)
        ERR_clear_error()
        return answer == 1
    }

    /// The index of the first extension whose syntax OpenSSL knows and whose value it can't decode.
    ///
    /// Corresponds to `X509V3_EXT_d2i`.
    package var firstMalformedExtension: Int? {
        defer { ERR_clear_error() }
        return (0..<X509_get_ext_count(pointer)).first { index in
            guard let entry = X509_get_ext(pointer, index) else { return false }
            return CA_X509_extension_is_malformed(entry) == 1
        }.map(Int.init)
    }

    /// Whether OpenSSL could decode the public key. Corresponds to `X509_get0_pubkey`.
    package var hasUsablePublicKey: Bool {
        defer { ERR_clear_error() }
        return X509_get0_pubkey(pointer) != nil
    }
}
