// SPDX-License-Identifier: Apache-2.0
// Finds the signer of a CRL and decides whether it is authorized.
//
// Usually the signer is the certificate's issuer. If the issuer has changed its key, uses a separate key for CRLs, or
// delegates revocation to another CA, the signer's certificate is found by name among those available. It must have a
// valid path of its own to the same anchor (RFC 5280 §6.3.3 (f)). This is checked before any of the CRL is hashed.

/// The search for the signer of a CRL.
struct CRLSigners {
    /// The result of the search.
    enum Outcome {
        case trusted(Certificate)
        /// The signer is trusted to state that a certificate is revoked, but not that it is good, for this cause.
        case doubtful(Certificate, RevocationStatus.Cause)
        /// The signer is a certificate whose own status is being determined.
        case circular
        case objection(RevocationStatus.Cause)
    }

    let trust: any SignerTrust
    /// The signers whose own status is being determined. Their statements do not show that they are good themselves.
    let pending: [Certificate]
    let context: ValidationContext

    func signer(
        of list: CertificateRevocationList,
        for certificate: Certificate,
        issuedBy issuer: Certificate
    ) -> Outcome {
        guard let algorithm = list.signatureAlgorithm, !algorithm.isTooWeak(in: context) else {
            let issuer = DisplayText.escaped(list.issuer.rfc4514)
            return .objection(.weakSignature(issuer: issuer, algorithm: list.content.algorithmName))
        }
        var objection: RevocationStatus.Cause?
        var doubtful: Outcome?
        var candidates = Candidates(list: list, issuer: issuer, trust: trust)
        while let candidate = candidates.next() {
            // No certificate vouches for itself, except a root, which is its own issuer.
            guard candidate != certificate || candidate == issuer || pending.contains(candidate) else { continue }
            let maySign = candidate.keyUsage?.contains(.cRLSign) ?? true
            if pending.contains(candidate) {
                guard list.isSigned(by: candidate) else { continue }
                guard maySign else {
                    objection = .issuerMayNotSign(issuer: "\(candidate)")
                    continue
                }
                return revokesItself(list, certificate) ? .trusted(candidate) : .circular
            }
            let isKnown = candidate == issuer || trust.isValidated(candidate)
            let status = isKnown ? .trusted : trust.status(of: candidate, pending: pending, in: context)
            if case .refused(let reason) = status {
                objection = objection ?? .signerNotTrusted(signer: "\(candidate)", reason: reason)
                continue
            }
            guard list.isSigned(by: candidate) else { continue }
            guard maySign else {
                objection = .issuerMayNotSign(issuer: "\(candidate)")
                continue
            }
            list.content.rememberAuthorized(candidate)
            guard let reason = doubt(about: candidate, status, naming: list.issuer) else {
                return .trusted(candidate)
            }
            // Another certificate with the same key may be trusted without doubt.
            doubtful = doubtful ?? .doubtful(candidate, .signerNotTrusted(signer: "\(candidate)", reason: reason))
        }
        return doubtful ?? .objection(objection ?? .badSignature(issuer: DisplayText.escaped(list.issuer.rfc4514)))
    }

    /// Why the signer's statements cannot show that a certificate is good; nil if they can.
    private func doubt(
        about signer: Certificate,
        _ status: SignerStatus,
        naming issuer: DistinguishedName
    ) -> String? {
        if case .doubtful(let reason) = status { return reason }
        return signer.subject.isSame(as: issuer) ? nil : "its name can't be compared with that of the list's issuer"
    }

    /// A signer may always state that its own certificate is revoked.
    private func revokesItself(_ list: CertificateRevocationList, _ certificate: Certificate) -> Bool {
        list.entry(for: certificate.serialNumber, issuedBy: certificate.issuer).map { !$0.isRemoval } ?? false
    }

    /// Certificates whose subject is the CRL's issuer or may be the same. Those that the CRL's authorityKeyIdentifier
    /// names come first, and among equals the certificate's issuer.
    ///
    /// The identifier is only a hint (RFC 5280 §5.2.1): a CA that has changed its key or renewed its certificate may
    /// still write the former one. The key that verifies the CRL decides.
    private struct Candidates {
        let list: CertificateRevocationList
        let issuer: Certificate
        let trust: any SignerTrust
        /// Nil before the first one. Most CRLs need only that: then the others are not looked up.
        private var remaining: ArraySlice<Certificate>?
        private var hasPassedIssuer = false

        init(list: CertificateRevocationList, issuer: Certificate, trust: any SignerTrust) {
            self.list = list
            self.issuer = issuer
            self.trust = trust
        }

        mutating func next() -> Certificate? {
            guard remaining == nil else { return remaining?.popFirst() }
            if !hasPassedIssuer {
                hasPassedIssuer = true
                if issuer.subject.mayMatch(list.issuer), list.names(issuer) { return issuer }
                remaining = all[...]
            } else {
                remaining = all.dropFirst()
            }
            return remaining?.popFirst()
        }

        /// All of them, in order.
        private var all: [Certificate] {
            var seen: Set<Certificate> = []
            let named = ([issuer] + trust.certificates(named: list.issuer)).filter {
                $0.subject.mayMatch(list.issuer) && seen.insert($0).inserted
            }
            // The number is not limited: certificates that clients present under this name must not displace the
            // signer. The limits on presented certificates bound them, and their paths refuse them before any of the
            // CRL is hashed.
            return named.filter { list.names($0) } + named.filter { !list.names($0) }
        }
    }
}

extension SignatureAlgorithm {
    /// MD5 and SHA-1 are refused from security level 1 on, as OpenSSL does for certificates.
    func isTooWeak(in context: ValidationContext) -> Bool { usesWeakDigest && context.options.securityLevel >= 1 }
}

extension CertificateRevocationList {
    /// False if the authorityKeyIdentifier names another key or certificate than `signer` (RFC 5280 §5.2.1).
    func names(_ signer: Certificate) -> Bool {
        guard let identifier = known.authorityKeyIdentifier else { return true }
        if let wanted = identifier.keyIdentifier, let found = signer.subjectKeyIdentifier, wanted != found {
            return false
        }
        guard let serial = identifier.serialNumber else { return true }
        return serial == signer.serialNumber.bytes
    }
}
