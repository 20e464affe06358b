// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The owner of a `STACK_OF(X509)`, the list of certificates that OpenSSL's verifier takes.
///
/// It keeps the Swift owners alive, so the stack itself holds no references of its own.
final class CertificateStack {
    private let pointer: OpaquePointer
    private let owners: [X509Certificate]

    /// Corresponds to `sk_X509_new_null` and `sk_X509_push`.
    init(_ certificates: [X509Certificate]) throws(OpenSSLError) {
        pointer = try checked("sk_X509_new_null") { CA_sk_X509_new() }
        owners = certificates
        for certificate in certificates {
            let position = certificate.withPointer { CA_sk_X509_push(pointer, $0) }
            guard position > 0 else { throw OpenSSLError.drained(after: "sk_X509_push") }
        }
    }

    deinit { CA_sk_X509_free(pointer) }

    /// Lends the stack for the duration of the closure.
    func withPointer<Result>(
        _ body: (OpaquePointer) throws(OpenSSLError) -> Result
    ) throws(OpenSSLError) -> Result {
        try body(pointer)
    }
}
