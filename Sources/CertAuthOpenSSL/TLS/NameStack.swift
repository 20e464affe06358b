// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Creates `STACK_OF(X509_NAME)`, the list of names in a CertificateRequest.
enum NameStack {
    /// Returns a new stack, which the caller owns. Corresponds to `d2i_X509_NAME` and `sk_X509_NAME_push`.
    ///
    /// - Parameter names: the DER of each name. May be empty.
    static func created(of names: [[UInt8]]) throws(OpenSSLError) -> OpaquePointer {
        let stack = try checked("sk_X509_NAME_new") { CA_sk_X509_NAME_new() }
        do throws(OpenSSLError) {
            for encoded in names {
                let name = try encoded.withUnsafeBufferPointer { bytes throws(OpenSSLError) in
                    var cursor = bytes.baseAddress
                    return try checked("d2i_X509_NAME") { d2i_X509_NAME(nil, &cursor, bytes.count) }
                }
                guard CA_sk_X509_NAME_push(stack, name) > 0 else {
                    X509_NAME_free(name)
                    throw OpenSSLError.drained(after: "sk_X509_NAME_push")
                }
            }
        } catch {
            CA_sk_X509_NAME_pop_free(stack)
            throw error
        }
        return stack
    }
}
