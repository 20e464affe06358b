// SPDX-License-Identifier: Apache-2.0

/// Requires that every key of the path is RSA or RSA-PSS within the size limits, P-256, P-384, P-521, Ed25519 or Ed448.
/// The key's bytes are examined before any signature is computed.
///
/// Defects that `Certificate.keyDefect` finds are always refused, also in anchors: a key with exponent 1 lets any
/// client sign. The lower bounds depend on the security level. The upper bound and the refusal of explicit curve
/// parameters always apply, because both bound the cost of a signature check (CVE-2023-29409, CVE-2022-0778). The
/// strict profile requires an RSA modulus whose size is a multiple of 8 bits, as the CA/Browser Forum does (Baseline
/// Requirements §6.1.5).
package struct KeyStrengthCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, _) in path.positions {
            if let defect = certificate.keyDefect {
                throw defect.finding(at: index, of: "\(certificate)")
            }
            if let objection = objection(to: certificate.publicKey.kind, in: context) {
                throw Finding(.weakKey, at: index, "\(certificate): \(objection)")
            }
            guard certificate.publicKey.lacksParameters else { continue }
            // RFC 3279 §2.3.2: absent parameters are inherited from the issuer.
            let above = path.certificates[(index + 1)...].lazy.map(\.publicKey)
            guard above.first(where: { $0.kind != .dsa || !$0.lacksParameters })?.kind != .dsa else { continue }
            let text = "\(certificate): DSA key without parameters, and no issuer has any that it could inherit"
            throw Finding(.malformed, at: index, text, rule: "RFC 3279 §2.3.2")
        }
    }

    private func objection(to kind: PublicKeyInfo.Kind, in context: ValidationContext) -> String? {
        let limits = context.options.limits
        let level = context.options.securityLevel
        switch kind {
        case .rsa(let bits), .rsaPSS(let bits):
            let smallest = level >= 2 ? limits.smallestRSABits : level == 1 ? 1024 : 0
            guard bits >= smallest, bits <= limits.largestRSABits else {
                return "RSA key of \(bits) bits, expected \(smallest) to \(limits.largestRSABits)"
            }
            let isOdd = context.options.profile == .strict && level >= 2 && !bits.isMultiple(of: 8)
            return isOdd ? "RSA key of \(bits) bits, expected whole bytes" : nil
        case .ellipticCurve(.prime256v1), .ellipticCurve(.secp384r1), .ellipticCurve(.secp521r1), .ed25519, .ed448:
            return nil
        case .ellipticCurve(let curve):
            return level >= 2 ? "curve \(curve), expected P-256, P-384 or P-521" : nil
        case .dsa:
            return level >= 2 ? "DSA key, expected RSA, ECDSA or EdDSA" : nil
        case .explicitEllipticCurve, .other:
            // Defects of the key's form, which are refused before.
            return nil
        }
    }
}

extension PublicKeyInfo {
    fileprivate var lacksParameters: Bool { kind == .dsa && algorithm.parameters == nil }
}

extension KeyFormDefect {
    /// - Parameter certificate: the certificate as text; nil if it has not been parsed.
    package func finding(at index: Int, of certificate: String? = nil) -> Finding {
        let code: FailureCode = kind == .malformed ? .malformed : .weakKey
        return Finding(code, at: index, (certificate.map { "\($0): " } ?? "") + message, rule: rule)
    }
}
