// SPDX-License-Identifier: Apache-2.0
// What an authenticator passes on to the one that replaces it.

/// What an authenticator passes on to the one that replaces it: revocation evidence, and the certificates revoked by hand.
///
/// It is kept where a policy has no authenticator for a while, so that a later one does not start without it.
package struct EvidenceLegacy: Sendable {
    /// The evidence that the application supplied.
    let given: EvidenceSuccession.Holding
    /// The signed parts of the certificates revoked by hand.
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

    /// Takes over what another authenticator passed on, where it is newer.
    package func take(over legacy: EvidenceLegacy) {
        circumstances.revoke(signedParts: legacy.revokedByHand)
        // Includes lists that were kept then: that was logged once.
        verdicts.givenEvidence.succeed(legacy.given)
        if let fetched = legacy.fetched {
            verdicts.gatherer?.store.takeOver(from: fetched, at: options.clock.now())
        }
    }

    /// Replaces `former` at a reload.
    ///
    /// Takes over its evidence, the fetched statements included, and the certificates revoked by hand. As long as requests
    /// use the former authenticator, revocations and new evidence reach both.
    package func inherit(from former: CertificateAuthenticator) {
        guard former !== self else { return }
        verdicts.replace(former.verdicts) { take(over: former.legacy) }
    }
}
