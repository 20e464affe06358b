// SPDX-License-Identifier: Apache-2.0
// Evidence goes forward only.
//
// An attacker that can write to the place that evidence comes from, or can hold back what is new, must not be able to
// bring back a state in which a revoked client was good. So an offered list does not replace a later one of the same
// issuer, scope, kind and key, and a list that is not offered again stays in force. Only what an authorized signer's key
// verifies on both sides supersedes anything: a forged list stands beside the authentic one and changes nothing.

/// Evidence that takes the place of other evidence.
package struct EvidenceSuccession: Sendable {
    /// What is held at one moment.
    package struct Holding: Sendable {
        /// The evidence.
        package var evidence: RevocationEvidence
        /// The statements of it that are held although the last evidence offered lacked them.
        package var kept: Set<Thumbprint> = []

        package init(_ evidence: RevocationEvidence) { self.evidence = evidence }
    }

    /// What is in force from now on.
    package let holding: Holding
    /// What the operator must know.
    package let notices: [EvidenceNotice]

    /// Puts `offered` in the place of `former`.
    ///
    /// - Parameters:
    ///   - authorities: certificates that the operator trusts or added. Lists that their keys verify are theirs.
    ///   - now: the current time.
    ///   - skew: seconds by which a list may lie in the future and still supersede another.
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
    /// Remembers which of `authorities`, all of which have the issuer's name, signed the list.
    fileprivate func confirmSigner(among authorities: [Certificate]) {
        guard content.authorizedSigners.isEmpty else { return }
        let signer = authorities.first {
            $0.keyUsage?.contains(.cRLSign) ?? true && isSigned(by: $0)
        }
        if let signer { content.rememberAuthorized(signer) }
    }
}
