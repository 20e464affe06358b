// SPDX-License-Identifier: Apache-2.0

/// What an authenticator passes on to its replacement: revocation evidence, and the certificates that the application
/// has revoked.
///
/// It is kept while a policy has no authenticator, so that a later one does not start without it.
package struct EvidenceLegacy: Sendable {
    /// The evidence that the application supplied.
    let given: EvidenceSuccession.Holding
    /// The signed parts of the certificates that the application has revoked.
    let revokedByHand: Set<[UInt8]>
    /// The evidence that was fetched.
    let fetched: RevocationEvidenceStore?

    /// Whether there is nothing to pass on.
    package var isEmpty: Bool {
        given.evidence.generation == .none && revokedByHand.isEmpty && (fetched?.count ?? 0) == 0
    }
}

extension CertificateAuthenticator {
    /// What this authenticator passes on.
    package var legacy: EvidenceLegacy {
        EvidenceLegacy(
            given: verdicts.givenEvidence.holding,
            revokedByHand: circumstances.signedPartsRevokedByHand,
            fetched: verdicts.gatherer?.store
        )
    }

    /// Takes over what another authenticator passed on, if it is newer.
    package func take(over legacy: EvidenceLegacy) {
        circumstances.revoke(signedParts: legacy.revokedByHand)
        // This includes CRLs that were kept before, which has already been logged.
        verdicts.givenEvidence.succeed(legacy.given)
        if let fetched = legacy.fetched {
            verdicts.gatherer?.store.takeOver(from: fetched, at: options.clock.now())
        }
    }

    /// Replaces `former` at a reload.
    ///
    /// Takes over its evidence, including fetched statements, and the certificates that the application has revoked.
    /// While requests still use the former authenticator, revocations and new evidence reach both.
    package func inherit(from former: CertificateAuthenticator) {
        guard former !== self else { return }
        verdicts.replace(former.verdicts) { take(over: former.legacy) }
    }
}
