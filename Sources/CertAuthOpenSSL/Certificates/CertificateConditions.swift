// SPDX-License-Identifier: Apache-2.0
// The properties that X509_verify_cert checks of single certificates before it verifies the signatures of a path.

import COpenSSL

extension X509Certificate {
    /// The position of a certificate in a path.
    package enum PathPosition: Sendable {
        case leaf, issuer, anchor
    }

    /// Whether `X509_verify_cert` certainly accepts the properties of this certificate that it checks before
    /// signatures.
    ///
    /// False if that is uncertain. Then only a complete run decides.
    ///
    /// - Source: `check_extensions` and `check_auth_level` of OpenSSL.
    package func passesBeforeSignatures(
        at position: PathPosition,
        isForClientAuthentication: Bool,
        securityLevel: Int
    ) -> Bool {
        withPointer { pointer in
            defer { ERR_clear_error() }
            let doubtful = EXFLAG_INVALID | EXFLAG_CRITICAL | EXFLAG_PROXY | EXFLAG_INVALID_POLICY
            guard X509_get_extension_flags(pointer) & UInt32(doubtful) == 0 else { return false }
            if position != .leaf {
                let certifies = X509_get_key_usage(pointer) & UInt32(KU_KEY_CERT_SIGN) != 0
                guard certifies, X509_check_ca(pointer) == 1 else { return false }
            }
            if isForClientAuthentication {
                let isIssuer: Int32 = position == .leaf ? 0 : 1
                guard X509_check_purpose(pointer, X509_PURPOSE_SSL_CLIENT, isIssuer) == 1 else { return false }
            }
            return isStrong(pointer, at: position, securityLevel: securityLevel)
        }
    }

    /// Whether `X509_verify_cert` refuses the certificate's signature algorithm, as too weak or unknown, before it
    /// verifies any signature.
    ///
    /// - Parameter known: the algorithm if it is one of the common ones. For all other certificates OpenSSL decodes the
    ///   extensions here.
    package func isSignatureTooWeak(known: CertificateSignature.Algorithm?, securityLevel: Int) -> Bool {
        guard let smallest = Self.securityBits(of: securityLevel) else { return false }
        if let known { return known.securityBits < smallest }
        return withPointer { pointer in
            defer { ERR_clear_error() }
            return !Self.hasStrongSignature(pointer, smallest)
        }
    }

    private static func hasStrongSignature(_ pointer: OpaquePointer, _ smallest: Int32) -> Bool {
        var bits: Int32 = 0
        return X509_get_signature_info(pointer, nil, nil, &bits, nil) == 1 && bits >= smallest
    }

    private func isStrong(_ pointer: OpaquePointer, at position: PathPosition, securityLevel: Int) -> Bool {
        guard let smallest = Self.securityBits(of: securityLevel) else { return true }
        guard let key = X509_get0_pubkey(pointer), EVP_PKEY_get_security_bits(key) >= smallest else { return false }
        return position == .anchor || Self.hasStrongSignature(pointer, smallest)
    }

    /// The bits of security that OpenSSL requires of keys and digests. Nil if it requires none.
    private static func securityBits(of level: Int) -> Int32? {
        let demands: [Int32] = [80, 112, 128, 192, 256]
        return level < 1 ? nil : demands[min(level, demands.count) - 1]
    }
}
