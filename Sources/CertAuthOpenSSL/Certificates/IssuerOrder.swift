// SPDX-License-Identifier: Apache-2.0
// Makes OpenSSL use the next certificate of the offered path as issuer, and no other.

import COpenSSL

/// A store without certificates that installs a callback for the issuer check of a verification.
///
/// OpenSSL rejects an issuer if the certificate gives another key identifier, or another issuer name and serial number.
/// RFC 5280 §4.2.1.1 and RFC 4158 §3.5.12 treat these as hints for building paths, and those of a cross-certificate or
/// a renewed certificate may differ. The order of the path is already fixed, so only names have to match here.
/// Signatures and everything else are still checked afterwards.
///
/// Sendable because nothing changes it after `init`, and X509_STORE locks its lookups.
final class IssuerOrder: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Nil if OpenSSL could not allocate a store.
    static let shared = IssuerOrder()

    /// Corresponds to `X509_STORE_set_check_issued`.
    private init?() {
        guard let pointer = X509_STORE_new() else { return nil }
        self.pointer = pointer
        X509_STORE_set_check_issued(pointer, Self.isIssuer)
    }

    deinit { X509_STORE_free(pointer) }

    /// Lends the `X509_STORE *` for the duration of the closure.
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
