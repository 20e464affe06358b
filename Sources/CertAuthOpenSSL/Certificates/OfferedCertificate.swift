// SPDX-License-Identifier: Apache-2.0
// Copies of certificates that OpenSSL treats wrongly.

import COpenSSL

extension X509Certificate {
    /// The certificate to pass to OpenSSL so that it looks for the issuer, and frees everything that it decodes.
    ///
    /// When OpenSSL first reads the extensions, it decides in two cases that a certificate has no issuer:
    ///
    /// - It considers a certificate self-signed if issuer and subject are equal, no key identifiers differ, and a key
    ///   of its kind could have made the signature. A leaf with the name of its CA and a CA certificate from a key
    ///   rollover are self-issued, not self-signed (RFC 5280 §3.2). OpenSSL does not decide so without a key: the copy
    ///   gets its key afterwards.
    /// - It marks a certificate as invalid if a distribution point has neither a name nor a cRLIssuer, and then looks
    ///   for no trust anchor as its issuer. RFC 5280 §4.2.1.13 binds issuing CAs; path validation (§6.1) does not read
    ///   the extension. The strict profile refuses it by its own check. The copy has the same DER and is read without
    ///   the extension.
    ///
    /// OpenSSL does not free the policyConstraints of a certificate without policies (`policy_cache_new`, 3.0 to 4.0).
    /// The copy is read without them.
    ///
    /// - Parameter withoutPolicyConstraints: the same for every call with this certificate.
    /// - Returns: The same object unless one of these cases applies. A copy never verifies signatures: the library
    ///   context of the first case has no algorithms.
    func readyForPath(
        isAnchor: Bool,
        withoutPolicyConstraints: Bool
    ) throws(OpenSSLError) -> X509Certificate {
        let flags = withPointer { X509_get_extension_flags($0) }
        let isInvalid = flags & UInt32(EXFLAG_INVALID) != 0
        // The anchor ends the path, however OpenSSL marks it, and its policies are not read.
        guard !isAnchor else { return isInvalid ? try without([NID_crl_distribution_points]) : self }
        let isMarked = flags & UInt32(EXFLAG_SS) != 0 && !isSelfSigned
        guard isMarked || withoutPolicyConstraints else {
            return isInvalid ? try without([NID_crl_distribution_points]) : self
        }
        var removed: Set<Int32> = isInvalid ? [NID_crl_distribution_points] : []
        if withoutPolicyConstraints { removed.insert(NID_policy_constraints) }
        // Made only once, because the certificate can be on many paths of a mesh.
        return try unmarked.copy(of: self) { () throws(OpenSSLError) in
            isMarked ? try unmarkedAsSelfSigned(without: removed) : try without(removed)
        }
    }

    private func unmarkedAsSelfSigned(without removed: Set<Int32>) throws(OpenSSLError) -> X509Certificate {
        guard let context = LibraryContext.withoutKeys.pointer else { return self }
        let der = try encodedDER()
        guard let copy = Self.keyless(der, in: context, without: removed) else { return self }
        defer { X509_free(copy) }
        let hasKey = withPointer { pointer in
            X509_get0_pubkey(pointer).map { X509_set_pubkey(copy, $0) == 1 } ?? false
        }
        defer { ERR_clear_error() }
        guard hasKey, X509_self_signed(copy, 0) == 0 else { return self }
        return try replaced(by: copy, der: der)
    }

    /// - Parameter removed: the identifiers (NID) of the extensions to remove.
    private func without(_ removed: Set<Int32>) throws(OpenSSLError) -> X509Certificate {
        guard hasUsablePublicKey else { return self }
        let der = try encodedDER()
        let copy = try Self.decode(der)
        defer { X509_free(copy) }
        defer { ERR_clear_error() }
        guard Self.remove(removed, from: copy),
            X509_get_extension_flags(copy) & UInt32(EXFLAG_INVALID) == 0
        else { return self }
        return try replaced(by: copy, der: der)
    }

    /// Returns the copy only if its DER is the same.
    private func replaced(by copy: OpaquePointer, der: [UInt8]) throws(OpenSSLError) -> X509Certificate {
        let made = try X509Certificate(retaining: copy)
        return try made.encodedDER() == der ? made : self
    }

    /// A decoded certificate without its key decoded, but with its extensions read.
    private static func keyless(
        _ der: [UInt8],
        in context: OpaquePointer,
        without removed: Set<Int32>
    ) -> OpaquePointer? {
        defer { ERR_clear_error() }
        guard let made = try? decode(der, in: context) else { return nil }
        guard X509_get0_pubkey(made) == nil else {
            X509_free(made)
            return nil
        }
        _ = remove(removed, from: made)
        _ = X509_get_extension_flags(made)
        return made
    }

    /// Removes the extensions from the decoded object before OpenSSL reads them. The encoding is unchanged. False if the
    /// certificate does not have one of them.
    private static func remove(_ identifiers: Set<Int32>, from certificate: OpaquePointer) -> Bool {
        for identifier in identifiers {
            let index = X509_get_ext_by_NID(certificate, identifier, -1)
            guard index >= 0, let removed = X509_delete_ext(certificate, index) else { return false }
            X509_EXTENSION_free(removed)
        }
        return true
    }
}
