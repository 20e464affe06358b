// SPDX-License-Identifier: Apache-2.0
// The signature of a CRL, checked without OpenSSL's own copy of the list.

import COpenSSL

/// A CRL as OpenSSL holds it, only for checking its signature.
///
/// Sendable because nothing changes it after init.
package final class X509RevocationList: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Decodes exactly one DER CRL; bytes behind it are an error. Corresponds to `d2i_X509_CRL`.
    package init(der: [UInt8]) throws(OpenSSLError) {
        pointer = try der.withUnsafeBufferPointer { bytes throws(OpenSSLError) -> OpaquePointer in
            var cursor = bytes.baseAddress
            let made = try checked("d2i_X509_CRL") { d2i_X509_CRL(nil, &cursor, bytes.count) }
            guard cursor == bytes.baseAddress.map({ $0 + bytes.count }) else {
                X509_CRL_free(made)
                throw OpenSSLError(operation: "d2i_X509_CRL: bytes behind the list", entries: [])
            }
            return made
        }
    }

    deinit { X509_CRL_free(pointer) }

    /// True when `issuer`'s key verifies the signature. Corresponds to `X509_CRL_verify`.
    package func isSigned(by issuer: X509Certificate) -> Bool {
        issuer.withPointer { certificate in
            defer { ERR_clear_error() }
            guard let key = X509_get0_pubkey(certificate) else { return false }
            return X509_CRL_verify(pointer, key) == 1
        }
    }
}
