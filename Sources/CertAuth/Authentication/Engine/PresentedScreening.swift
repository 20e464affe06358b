// SPDX-License-Identifier: Apache-2.0
// Examines presented certificates on their bytes, before OpenSSL decodes any of them.
//
// OpenSSL decodes a certificate's key together with the rest, in libssl before any callback can refuse. A key with
// explicit curve parameters costs 90 ms there, so sizes, counts and forms of keys are checked first.

/// Finds certificates that OpenSSL must not decode.
package struct PresentedScreening: Sendable {
    /// Why certificates are not decoded.
    package struct Objection: Sendable {
        package let finding: Finding
        /// Whether decoding them, or the proof of possession, would cost too much. Otherwise they may be refused later.
        package let isCostly: Bool
    }

    private let limits: ValidationLimits
    private let securityLevel: Int

    package init(_ options: CertificateAuthenticationOptions) {
        limits = options.limits
        securityLevel = options.securityLevel
    }

    /// The first objection to presented certificates, the end-entity certificate first. Nil if OpenSSL may decode all
    /// of them.
    package func objection(to certificates: [[UInt8]]) -> Objection? {
        let limits = PresentedLimits(limits)
        do throws(Finding) {
            try limits.checkSizes(certificates)
        } catch {
            return Objection(finding: error, isCostly: true)
        }
        var objections = certificates.indices.lazy.compactMap { objection(to: certificates[$0], at: $0) }.makeIterator()
        var first: Objection?
        while let next = objections.next() {
            if next.isCostly { return next }
            if first == nil { first = next }
        }
        if let first { return first }
        do throws(Finding) {
            // Such values cost time in our own parser, but little in OpenSSL, so the refusal can wait for the request.
            try limits.checkValues(certificates)
            return nil
        } catch {
            return Objection(finding: error, isCostly: false)
        }
    }

    /// Throws if the form or kind of a certificate's key is not accepted.
    func check(_ key: PublicKeyInfo, at index: Int) throws(Finding) {
        if let objection = objection(to: key, at: index) { throw objection.finding }
    }

    private func objection(to derEncoded: [UInt8], at index: Int) -> Objection? {
        let key: PublicKeyInfo
        do throws(DERError) {
            key = try CertificateOutline.publicKey(of: derEncoded)
        } catch {
            let finding = Finding(.malformed, at: index, "malformed certificate: \(error)", rule: "RFC 5280 §4.1")
            // OpenSSL also accepts BER: it might find a key where this parser found none.
            return Objection(finding: finding, isCostly: true)
        }
        return objection(to: key, at: index)
    }

    private func objection(to key: PublicKeyInfo, at index: Int) -> Objection? {
        if let defect = key.formDefect {
            // An issuer whose key is only weak is refused if a path needs it. Clients may send cross-certificates with
            // keys of future algorithms.
            guard index == 0 || defect.kind != .weak else { return nil }
            return Objection(finding: defect.finding(at: index), isCostly: defect.kind == .costly)
        }
        return policyObjection(to: key.kind, at: index)
    }

    private func policyObjection(to kind: PublicKeyInfo.Kind, at index: Int) -> Objection? {
        switch kind {
        case .rsa(let bits) where bits > limits.largestRSABits, .rsaPSS(let bits) where bits > limits.largestRSABits:
            let text = "RSA key of \(bits) bits, expected at most \(limits.largestRSABits) (limits.largestRSABits)"
            return Objection(finding: Finding(.weakKey, at: index, text), isCostly: true)
        case _ where index == 0 && !accepts(kind):
            let text =
                if case .ellipticCurve(let curve) = kind {
                    "curve \(curve), expected P-256, P-384 or P-521"
                } else {
                    "DSA key, expected RSA, ECDSA or EdDSA"
                }
            return Objection(finding: Finding(.weakKey, at: index, text), isCostly: false)
        default: return nil
        }
    }

    /// Whether a key of this kind is usable at the security level. Other keys are not decoded.
    ///
    /// Verifying signatures takes milliseconds with some of OpenSSL's curves.
    func accepts(_ kind: PublicKeyInfo.Kind) -> Bool {
        switch kind {
        case .ellipticCurve(.prime256v1), .ellipticCurve(.secp384r1), .ellipticCurve(.secp521r1): true
        case .ellipticCurve, .dsa: securityLevel < 2
        case .rsa, .rsaPSS, .explicitEllipticCurve, .ed25519, .ed448, .other: true
        }
    }
}
