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
    /// The moment it was made for.
    let madeAt: Timestamp
    /// Whether it may be taken back by `reinstate`, so that it counts once and is not kept.
    var canBeTakenBack = false
}

extension CertificateAuthenticator {
    /// The engine's verdict on a chain, without hooks, by the evidence that is held already.
    ///
    /// A verdict that fetching could change is never cached.
    package func verdictAtHand(on chain: PresentedChain) -> VerdictAtHand {
        let policy = policyInForce
        let now = options.clock.now()
        if let refusal = refusalByHand(of: chain) {
            return VerdictAtHand(
                verdict: refusal,
                isFinal: true,
                evidence: [],
                policy: policy.fingerprint,
                madeAt: now,
                canBeTakenBack: true
            )
        }
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
                policy: policy.fingerprint,
                madeAt: now
            )
        }
        do throws(Finding) {
            try PresentedLimits(options.limits).check(chain)
            let key = try ValidationCacheKey(policy: policy.fingerprint, chain: chain)
            let evidence = evidenceInForce(for: key.certificateDigests)
            let generation = evidence.generation
            if let found = cachedVerdict(for: key, evidence: generation, at: now) {
                return VerdictAtHand(
                    verdict: found.verdict,
                    isFinal: true,
                    evidence: generation,
                    policy: policy.fingerprint,
                    madeAt: found.madeAt
                )
            }
            let decision = watch.watch(at: now) { observer in
                policy.engine.decision(for: chain, evidence: evidence.evidence(), at: now, observer: observer)
            }
            let isFinal = !canBeSettledByFetching(decision)
            if isFinal {
                shadow?.compare(decision.verdict, on: chain) { evidence.evidence() }
                let entry = CachedVerdict(
                    verdict: decision.verdict,
                    key: key,
                    evidenceGeneration: generation,
                    madeAt: now
                )
                cache?.store(entry, for: key, at: now)
            }
            return VerdictAtHand(
                verdict: decision.verdict,
                isFinal: isFinal,
                evidence: generation,
                policy: policy.fingerprint,
                madeAt: now
            )
        } catch {
            let refusal = ValidationVerdict.refused(AuthenticationFailure(error), until: nil)
            return VerdictAtHand(verdict: refusal, isFinal: true, evidence: [], policy: policy.fingerprint, madeAt: now)
        }
    }

    /// The engine's verdict on a chain by the evidence that is held, and every path it tried, for tools that show them.
    ///
    /// - Parameter tried: called for each path in turn, before this returns.
    package func validate(
        _ chain: PresentedChain,
        showing tried: @escaping @Sendable (TriedPath) -> Void
    ) -> ValidationVerdict {
        let evidence = evidenceInForce(for: chain.derEncoded.compactMap { try? Certificate.digest(of: $0).bytes })
        return policyInForce.engine.verdict(for: chain, evidence: evidence.evidence(), at: options.clock.now()) {
            phase in
            if case .tried(let path) = phase { tried(path) }
        }
    }

    private func canBeSettledByFetching(_ decision: Decision) -> Bool {
        guard let gatherer, options.revocationMode == .online else { return false }
        return decision.needs.contains { !gatherer.sources(for: $0).isEmpty }
    }
}
