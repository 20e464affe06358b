// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension Certificate {
    /// Why every policy refuses the key: because of its form, or because OpenSSL cannot decode it, which means that a
    /// point is not on its curve. Nil if neither applies.
    package var keyDefect: KeyFormDefect? {
        if let defect = publicKey.formDefect { return defect }
        guard handle.hasUndecodableKey else { return nil }
        // A DSA key may inherit its issuer's parameters. Only a path shows whether it does.
        if publicKey.kind == .dsa, publicKey.algorithm.parameters == nil { return nil }
        return switch publicKey.kind {
        case .ellipticCurve:
            KeyFormDefect(
                .malformed,
                "\(publicKey.summary) point that is not on the curve",
                "RFC 5480 §2.2, SEC 1 §3.2.2"
            )
        case .rsaPSS:
            KeyFormDefect(.malformed, "\(publicKey.summary) key whose parameters can't be decoded", "RFC 4055 §3.1")
        default:
            KeyFormDefect(.malformed, "\(publicKey.summary) key that can't be decoded", "RFC 5280 §4.1.2.7")
        }
    }
}
