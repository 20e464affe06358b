// SPDX-License-Identifier: Apache-2.0
// Whose key signed a CRL, and whether it may.
//
// Mostly the certificate's issuer. Where the issuer has changed its key, keeps one for CRLs, or hands revocation to
// another authority, the signer's certificate is found by name among those at hand; it must have a valid path of its own
// to the same anchor (RFC 5280 §6.3.3 (f)), which is checked before any of the list is hashed.

/// Finds who signed a list.
struct CRLSigners {
    /// What is known of a list's signer.
    enum Outcome {
        case trusted(Certificate)
        /// Trusted to say that a certificate is revoked, not that it is good; why.
        case doubtful(Certificate, RevocationStatus.Cause)
        /// The signer is a certificate whose own revocation is being asked about.
        case circular
        case objection(RevocationStatus.Cause)
    }

    let trust: any SignerTrust
    /// Signers whose own status is being found: what they sign says nothing about themselves.
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
        for candidate in candidates(for: list, issuedBy: issuer) {
            // Nobody vouches for itself, but for a root, whose own key is its issuer's.
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
            let standing = isKnown ? .trusted : trust.standing(of: candidate, pending: pending, in: context)
            if case .refused(let reason) = standing {
                objection = objection ?? .signerNotTrusted(signer: "\(candidate)", reason: reason)
                continue
            }
            guard list.isSigned(by: candidate) else { continue }
            guard maySign else {
                objection = .issuerMayNotSign(issuer: "\(candidate)")
                continue
            }
            list.content.rememberAuthorized(candidate)
            guard let reason = doubt(about: candidate, standing, naming: list.issuer) else {
                return .trusted(candidate)
            }
            // Another certificate of the same key may leave no doubt.
            doubtful = doubtful ?? .doubtful(candidate, .signerNotTrusted(signer: "\(candidate)", reason: reason))
        }
        return doubtful ?? .objection(objection ?? .badSignature(issuer: DisplayText.escaped(list.issuer.rfc4514)))
    }

    /// Why the word of a signer proves nothing good; nil if it does.
    private func doubt(
        about signer: Certificate,
        _ standing: SignerStanding,
        naming issuer: DistinguishedName
    ) -> String? {
        if case .doubtful(let reason) = standing { return reason }
        return signer.subject.isSame(as: issuer) ? nil : "its name can't be compared with that of the list's issuer"
    }

    /// A signer may always say that its own certificate is revoked.
    private func revokesItself(_ list: CertificateRevocationList, _ certificate: Certificate) -> Bool {
        list.entry(for: certificate.serialNumber, issuedBy: certificate.issuer).map { !$0.isRemoval } ?? false
    }

    /// Certificates whose subject is the list's issuer, or can't be told from it: those first that the list's authorityKeyIdentifier names, and among
    /// equals the certificate's issuer.
    ///
    /// The identifier is a hint (RFC 5280 §5.2.1): authorities that changed their key or renewed their certificate write
    /// the former one. What counts is whose key verifies the list.
    private func candidates(for list: CertificateRevocationList, issuedBy issuer: Certificate) -> [Certificate] {
        var seen: Set<Certificate> = []
        let named = ([issuer] + trust.certificates(named: list.issuer)).filter {
            $0.subject.mayMatch(list.issuer) && seen.insert($0).inserted
        }
        // Not bounded by a number: what clients present under this name must not displace the signer, is bounded by the
        // limits on presented certificates, and is refused by its path before any of the list is hashed.
        return named.filter { list.names($0) } + named.filter { !list.names($0) }
    }
}

extension SignatureAlgorithm {
    /// MD5 and SHA-1 are refused from security level 1 on, as OpenSSL does for certificates.
    func isTooWeak(in context: ValidationContext) -> Bool { usesWeakDigest && context.options.securityLevel >= 1 }
}

extension CertificateRevocationList {
    /// False when the authorityKeyIdentifier names another key or certificate than `signer` (RFC 5280 §5.2.1).
    func names(_ signer: Certificate) -> Bool {
        guard let identifier = known.authorityKeyIdentifier else { return true }
        if let wanted = identifier.keyIdentifier, let found = signer.subjectKeyIdentifier, wanted != found {
            return false
        }
        guard let serial = identifier.serialNumber else { return true }
        return serial == signer.serialNumber.bytes
    }
}
