// SPDX-License-Identifier: Apache-2.0

/// What an authenticator passes on to its replacement: revocation evidence, and the certificates that the application
/// has revoked.
///
/// It is kept while a policy has no authenticator, so that a later one does not start without it.
package struct InheritedEvidence: Sendable {
    /// The evidence that the application supplied.
    let given: EvidenceSuccession.Holding
    /// The signed parts of the certificates that the application has revoked.
    let revokedByApplication: Set<[UInt8]>
    /// The evidence that was fetched.
    let fetched: RevocationEvidenceStore?

    /// Whether there is nothing to pass on.
    package var isEmpty: Bool {
        given.evidence.generation == .none && revokedByApplication.isEmpty && (fetched?.count ?? 0) == 0
    }
}

extension CertificateAuthenticator {
    /// What this authenticator passes on.
    package var inheritableEvidence: InheritedEvidence {
        InheritedEvidence(
            given: verdicts.givenEvidence.holding,
            revokedByApplication: conditions.signedPartsRevokedByApplication,
            fetched: verdicts.gatherer?.store
        )
    }

    /// Takes over what another authenticator passed on, if it is newer.
    package func take(over evidence: InheritedEvidence) {
        conditions.revoke(signedParts: evidence.revokedByApplication)
        // This includes CRLs that were kept before, which has already been logged.
        verdicts.givenEvidence.succeed(evidence.given)
        if let fetched = evidence.fetched {
            verdicts.gatherer?.store.takeOver(from: fetched, at: options.clock.now())
        }
    }

    /// Replaces `former` at a reload.
    ///
    /// Takes over its evidence, including fetched statements, and the certificates that the application has revoked.
    /// While requests still use the former authenticator, revocations and new evidence reach both.
    package func inherit(from former: CertificateAuthenticator) {
        guard former !== self else { return }
        hooks.log.expiryNotices.takeOver(from: former.hooks.log.expiryNotices)
        verdicts.replace(former.verdicts) { take(over: former.inheritableEvidence) }
    }
}
