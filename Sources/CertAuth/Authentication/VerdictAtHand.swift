// SPDX-License-Identifier: Apache-2.0
// A verdict by the evidence at hand, with everything that it rests on.

/// A verdict that was made without waiting, for a handshake; whoever keeps it can tell when it holds no more.
package struct VerdictAtHand: Sendable {
    package let verdict: ValidationVerdict
    /// Whether nothing that could be fetched now would change it.
    package let isFinal: Bool
    /// The revocation evidence it was made with.
    let evidence: [UInt8]
    /// The policy that was in force.
    let policy: PolicyFingerprint
}

extension CertificateAuthenticator {
    /// The engine's verdict on a chain, without hooks, by the evidence that is held already.
    ///
    /// Never a verdict that fetching may change is left in the cache.
    package func verdictAtHand(on chain: PresentedChain) -> VerdictAtHand {
        let policy = policyInForce
        if let refusal = refusalByHand(of: chain) {
            return VerdictAtHand(verdict: refusal, isFinal: true, evidence: [], policy: policy.fingerprint)
        }
        let now = options.clock.now()
        // Nothing to look up: the digests of the chain are not needed.
        if cache == nil && gatherer == nil {
            let evidence = revocationEvidence
            let verdict = watch.watch(at: now) { observer in
                policy.engine.decision(for: chain, evidence: evidence, at: now, observer: observer)
            }.verdict
            shadow?.compare(verdict, on: chain) { evidence }
            return VerdictAtHand(
                verdict: verdict,
                isFinal: true,
                evidence: EvidenceInForce(given: evidence, held: nil).generation,
                policy: policy.fingerprint
            )
        }
        do throws(Finding) {
            try PresentedLimits(options.limits).check(chain)
            let key = try ValidationCacheKey(policy: policy.fingerprint, chain: chain)
            let evidence = evidenceInForce(for: key.certificateDigests)
            let generation = evidence.generation
            let found = cache?.cachedVerdict(for: key, evidence: generation, at: now)
            if cache != nil { watch.lookedUp(isHit: found != nil) }
            if let found {
                return VerdictAtHand(
                    verdict: found.verdict,
                    isFinal: true,
                    evidence: generation,
                    policy: policy.fingerprint
                )
            }
            let decision = watch.watch(at: now) { observer in
                policy.engine.decision(for: chain, evidence: evidence.evidence(), at: now, observer: observer)
            }
            let isFinal = !canBeSettledByFetching(decision)
            if isFinal {
                shadow?.compare(decision.verdict, on: chain) { evidence.evidence() }
                let entry = CachedVerdict(verdict: decision.verdict, evidenceGeneration: generation)
                cache?.store(entry, for: key, at: now)
            }
            return VerdictAtHand(
                verdict: decision.verdict,
                isFinal: isFinal,
                evidence: generation,
                policy: policy.fingerprint
            )
        } catch {
            let refusal = ValidationVerdict.refused(AuthenticationFailure(error), until: nil)
            return VerdictAtHand(verdict: refusal, isFinal: true, evidence: [], policy: policy.fingerprint)
        }
    }

    private func canBeSettledByFetching(_ decision: Decision) -> Bool {
        guard let gatherer, options.revocationMode == .online else { return false }
        return decision.needs.contains { !gatherer.sources(for: $0).isEmpty }
    }
}
