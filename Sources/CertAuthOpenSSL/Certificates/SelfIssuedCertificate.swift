// SPDX-License-Identifier: Apache-2.0
// Certificates that OpenSSL takes for self-signed although another key signed them.

import COpenSSL

extension X509Certificate {
    /// This certificate as OpenSSL must see it to look for its issuer.
    ///
    /// OpenSSL takes a certificate for self-signed when issuer and subject are equal, no key identifiers differ, and the
    /// kind of its key could have made the signature; it then looks for no issuer. A leaf with the name of its CA and a
    /// CA certificate from a key rollover are self-issued, not self-signed (RFC 5280 §3.2). OpenSSL decides once, when
    /// it first reads the extensions, and not without a key: so the copy gets its key afterwards.
    ///
    /// - Returns: the same object, unless OpenSSL takes it for self-signed and its own key does not verify its
    ///   signature. A copy never verifies signatures: its library context has no algorithms. It is made once, because a
    ///   mesh has it on many paths.
    func unmarkedAsSelfSigned() throws(OpenSSLError) -> X509Certificate {
        let isMarked = withPointer { X509_get_extension_flags($0) & UInt32(EXFLAG_SS) != 0 }
        guard isMarked else { return self }
        return try unmarked.copy(of: self) { () throws(OpenSSLError) in try makeUnmarked() }
    }

    private func makeUnmarked() throws(OpenSSLError) -> X509Certificate {
        guard !isSelfSigned, let context = DecodingContext.withoutKeys.pointer else { return self }
        let der = try encodedDER()
        guard let copy = Self.keyless(der, in: context) else { return self }
        defer { X509_free(copy) }
        let hasKey = withPointer { pointer in
            X509_get0_pubkey(pointer).map { X509_set_pubkey(copy, $0) == 1 } ?? false
        }
        defer { ERR_clear_error() }
        guard hasKey, X509_self_signed(copy, 0) == 0 else { return self }
        let unmarked = try X509Certificate(retaining: copy)
        // The key is encoded anew; a copy with other bytes would be another certificate.
        return try unmarked.encodedDER() == der ? unmarked : self
    }

    /// A decoded certificate whose key was not decoded, with its extensions read.
    private static func keyless(_ der: [UInt8], in context: OpaquePointer) -> OpaquePointer? {
        defer { ERR_clear_error() }
        guard let made = try? decode(der, in: context) else { return nil }
        guard X509_get0_pubkey(made) == nil else {
            X509_free(made)
            return nil
        }
        _ = X509_get_extension_flags(made)
        return made
    }
}
