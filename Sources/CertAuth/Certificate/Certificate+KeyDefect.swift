// SPDX-License-Identifier: Apache-2.0
// What is wrong with a certificate's key once OpenSSL has tried to decode it.

internal import CertAuthOpenSSL

extension Certificate {
    /// Why the key can't be accepted, whatever the policy: for its form, or because OpenSSL can't decode it, which
    /// says that a point is not on its curve.
    package var keyDefect: KeyFormDefect? {
        if let defect = publicKey.formDefect { return defect }
        guard handle.hasUndecodableKey else { return nil }
        // A DSA key may have its issuer's parameters, which only a path can tell.
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
