// SPDX-License-Identifier: Apache-2.0
// Newer evidence is never replaced by older.
//
// An attacker who can write to the source of evidence, or can withhold newer evidence, must not be able to restore a
// state in which a revoked client was good. So an offered CRL does not replace a later one of the same issuer, scope,
// kind and key, and a CRL that is not offered again stays in force. A CRL supersedes another only if the key of one
// authorized signer verifies both. A forged CRL is kept in addition to the authentic one and has no effect.

/// The replacement of evidence by newly offered evidence.
package struct EvidenceSuccession: Sendable {
    /// The evidence that is in force at one moment.
    package struct Holding: Sendable {
        /// The evidence.
        package var evidence: RevocationEvidence
        /// The statements that are kept although they were missing from the last offered evidence.
        package var kept: Set<Thumbprint> = []

        package init(_ evidence: RevocationEvidence) { self.evidence = evidence }
    }

    /// What is in force after the replacement.
    package let holding: Holding
    /// What the operator must know.
    package let notices: [EvidenceNotice]

    /// Replaces `former` by `offered`.
    ///
    /// - Parameters:
    ///   - authorities: certificates that the operator trusts or added. They may have signed CRLs.
    ///   - now: the current time.
    ///   - skew: how many seconds a CRL may be in the future and still supersede another.
    package init(
        of former: Holding,
        by offered: RevocationEvidence,
        authorities: [Certificate],
        at now: Timestamp,
        skew: Int64
    ) {
        var lists = ListSuccession(former: former, now: now, latest: now.adding(seconds: skew))
        var seen: Set<Certificate> = []
        let known = former.evidence.revocationLists.flatMap(\.content.authorizedSigners) + authorities
        let signersByName = Dictionary(grouping: known.filter { seen.insert($0).inserted }) { NameKey($0.subject) }
        for list in former.evidence.revocationLists + offered.revocationLists {
            list.confirmSigner(among: signersByName[NameKey(list.issuer)] ?? [])
        }
        lists.take(offered.revocationLists)
        var responses = ResponseSuccession(former: former, authorities: authorities)
        responses.take(offered.ocspResponses)

        let offeredSigners = Set(offered.signerCertificates)
        let keptIssuers = Set(lists.kept.map { NameKey($0.issuer) })
        let signers = former.evidence.signerCertificates.filter { signer in
            !offeredSigners.contains(signer) && keptIssuers.contains(NameKey(signer.subject))
        }
        var holding = Holding(
            RevocationEvidence(
                revocationLists: lists.inForce,
                ocspResponses: responses.accepted + responses.kept,
                signerCertificates: offered.signerCertificates + signers,
                failures: offered.failures
            )
        )
        holding.kept = Set(lists.kept.map(\.fingerprint) + responses.kept.map(\.fingerprint))
        self.holding = holding
        notices = lists.notices + responses.notices
    }
}

extension CertificateRevocationList {
    /// Records which of `authorities` signed the CRL. All of them have the issuer's name.
    fileprivate func confirmSigner(among authorities: [Certificate]) {
        guard content.authorizedSigners.isEmpty else { return }
        let signer = authorities.first {
            $0.keyUsage?.contains(.cRLSign) ?? true && isSigned(by: $0)
        }
        if let signer { content.rememberAuthorized(signer) }
    }
}
