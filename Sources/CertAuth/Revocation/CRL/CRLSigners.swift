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
            return .objection(.weakSignature(issuer: DisplayText.escaped(list.issuer.rfc4514)))
        }
        var objection: RevocationStatus.Cause?
        for candidate in candidates(for: list, issuedBy: issuer) {
            // Nobody vouches for itself, but for a root, whose own key is its issuer's.
            guard candidate != certificate || candidate == issuer || pending.contains(candidate) else { continue }
            guard candidate.keyUsage?.contains(.cRLSign) ?? true else {
                if list.isSigned(by: candidate) { objection = .issuerMayNotSign(issuer: "\(candidate)") }
                continue
            }
            if pending.contains(candidate) {
                guard list.isSigned(by: candidate) else { continue }
                return revokesItself(list, certificate) ? .trusted(candidate) : .circular
            }
            let isKnown = candidate == issuer || trust.isValidated(candidate)
            if !isKnown, let reason = trust.objection(to: candidate, pending: pending, in: context) {
                objection = .signerNotTrusted(signer: "\(candidate)", reason: reason)
                continue
            }
            if list.isSigned(by: candidate) {
                list.content.rememberAuthorized(candidate)
                return .trusted(candidate)
            }
        }
        return .objection(objection ?? .badSignature(issuer: DisplayText.escaped(list.issuer.rfc4514)))
    }

    /// A signer may always say that its own certificate is revoked.
    private func revokesItself(_ list: CertificateRevocationList, _ certificate: Certificate) -> Bool {
        list.entry(for: certificate.serialNumber, issuedBy: certificate.issuer).map { !$0.isRemoval } ?? false
    }

    /// Certificates with the list's issuer as subject and no other key identifier, the certificate's issuer first.
    private func candidates(for list: CertificateRevocationList, issuedBy issuer: Certificate) -> [Certificate] {
        var seen: Set<Certificate> = []
        let named = ([issuer] + trust.certificates(named: list.issuer)).filter {
            $0.subject.matches(list.issuer) && seen.insert($0).inserted
        }
        return Array(named.filter { list.admits($0) }.prefix(Self.mostCandidates))
    }

    /// Clients choose what they present; one name has a handful of keys in its life.
    private static let mostCandidates = 8
}

extension SignatureAlgorithm {
    /// MD5 and SHA-1 are refused from security level 1 on, as OpenSSL does for certificates.
    func isTooWeak(in context: ValidationContext) -> Bool { usesWeakDigest && context.options.securityLevel >= 1 }
}

extension CertificateRevocationList {
    /// False when the authorityKeyIdentifier names another key than `signer`'s (RFC 5280 §5.2.1).
    func admits(_ signer: Certificate) -> Bool {
        guard let identifier = known.authorityKeyIdentifier else { return true }
        if let wanted = identifier.keyIdentifier, let found = signer.subjectKeyIdentifier, wanted != found {
            return false
        }
        guard let serial = identifier.serialNumber else { return true }
        return serial == signer.serialNumber.bytes
    }
}
