// SPDX-License-Identifier: Apache-2.0
// Who OpenSSL may take for an issuer: the next certificate of the offered path, and nobody else.

import COpenSSL

/// The store whose only purpose is to bring a callback into a verification; it holds no certificate.
///
/// OpenSSL drops an issuer when the key identifier, or the issuer's name and serial number, that the certificate gives
/// do not fit. RFC 5280 §4.2.1.1 and RFC 4158 §3.5.12 know these as hints for finding paths, and a cross-certificate
/// or a renewed one need not fit. The order of the path is settled before, so names are all that has to agree here;
/// signatures and everything else are checked afterwards as ever.
///
/// Sendable because nothing changes it after `init`, and X509_STORE locks what it would look up.
final class IssuerOrder: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Nil when OpenSSL has no memory for a store.
    static let shared = IssuerOrder()

    /// Corresponds to `X509_STORE_set_check_issued`.
    private init?() {
        guard let pointer = X509_STORE_new() else { return nil }
        self.pointer = pointer
        X509_STORE_set_check_issued(pointer, Self.isIssuer)
    }

    deinit { X509_STORE_free(pointer) }

    /// Lends the `X509_STORE *` for the length of the closure.
    func withPointer<Result>(
        _ body: (OpaquePointer) throws(OpenSSLError) -> Result
    ) throws(OpenSSLError) -> Result {
        try body(pointer)
    }

    private static let isIssuer: X509_STORE_CTX_check_issued_fn = { context, certificate, issuer in
        guard let context, let certificate, let issuer,
            let data = X509_STORE_CTX_get_ex_data(context, VerifyRecord.index),
            X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0
        else { return 0 }
        let record = data.assumingMemoryBound(to: VerifyRecord.self)
        return record.pointee.follows(issuer, certificate) ? 1 : 0
    }
}
