// SPDX-License-Identifier: Apache-2.0
// The pure core: it computes a verdict from a presented chain, trust, options, evidence and time.
//
// Nothing here waits, fetches or reads a clock. The builder proposes paths, our checks and libcrypto validate each, the
// first valid one is checked for revocation, and the trace records every attempt. A path that fails at revocation
// counts as failed: the next candidate may end at another CA with another CRL. But a revoked end-entity certificate is
// refused at once, because no other path makes it good again.

/// Validates presented chains by one set of options.
package struct ValidationEngine: Sendable {
    package let options: CertificateAuthenticationOptions
    /// Nil if the policy has no trust anchors.
    package let trust: TrustStore?
    /// The known issuers, under this trust alone; nil for none.
    package let memory: IssuerCache?
    private let selfSigned: SelfSignedPolicy
    /// The moments before a configured additional certificate becomes valid or expires.
    let additionalMoments: MomentIndex

    package init(
        options: CertificateAuthenticationOptions,
        trust: TrustStore?,
        memory: IssuerCache? = IssuerCache()
    ) {
        self.options = options
        self.trust = trust
        self.memory = memory
        selfSigned = SelfSignedPolicy(options)
        additionalMoments = MomentIndex(options.additionalChainCertificates.flatMap(\.validity.lastMoments))
    }

    /// Creates an engine that differs from `other` only in its rules about revocation.
    init(_ other: ValidationEngine, revocationRulesOf options: CertificateAuthenticationOptions) {
        self.options = options
        trust = other.trust
        memory = other.memory
        selfSigned = other.selfSigned
        additionalMoments = other.additionalMoments
    }

    /// The verdict on `chain` at `now`, by the given evidence.
    package func verdict(
        for chain: PresentedChain,
        evidence: RevocationEvidence,
        at now: Timestamp,
        observer: ValidationPhase.Observer? = nil
    ) -> ValidationVerdict {
        decision(for: chain, evidence: evidence, at: now, observer: observer).verdict
    }

    /// The verdict on `chain` at `now`, and the missing evidence that could change it.
    package func decision(
        for chain: PresentedChain,
        evidence: RevocationEvidence,
        at now: Timestamp,
        observer: ValidationPhase.Observer? = nil
    ) -> Decision {
        do throws(Finding) {
            try PresentedLimits(options.limits).check(chain)
            let presented = try ParsedChain(chain, screening: PresentedScreening(options), memory: memory)
            observer?(.parsed(certificates: chain.derEncoded.count))
            return decision(for: presented, evidence: evidence, at: now, observer: observer)
        } catch {
            return Decision(.refused(AuthenticationFailure(error), until: nil))
        }
    }

    private func decision(
        for presented: ParsedChain,
        evidence: RevocationEvidence,
        at now: Timestamp,
        observer: ValidationPhase.Observer?
    ) -> Decision {
        let context = ValidationContext(options: options, now: now)
        var search = PathSearch(leaf: presented.leaf, context: context, evidence: evidence, memory: memory)
        search.observer = observer
        do throws(Finding) {
            let path: ValidatedChain
            if presented.leaf.isSelfSigned {
                path = try selfSigned.validate(presented.leaf, by: &search)
            } else {
                path = try chained(presented, search: &search)
            }
            return Decision(.accepted(path), needs: search.needs)
        } catch {
            search.verifySignatures(ofPathRefusedWith: error.code)
            let horizon = VerdictHorizon(presented: presented, engine: self, evidence: evidence, now: now)
            let failure = AuthenticationFailure(error, trace: search.trace)
            return Decision(.refused(failure, until: horizon.nextChange), needs: search.needs)
        }
    }

    private func chained(_ presented: ParsedChain, search: inout PathSearch) throws(Finding) -> ValidatedChain {
        guard options.allowedCertificateTypes.contains(.chained), let trust else {
            let text = "\(presented.leaf): issued by another key, but only self-signed certificates are allowed"
            throw Finding(.certificateTypeNotAllowed, at: 0, text)
        }
        return try search.run(presented: presented.intermediates, trust: trust)
    }
}

/// The next moment at which time alone could change a refusal. It limits how long a refusal may be cached.
struct VerdictHorizon {
    /// The last moment before anything becomes valid or expires; nil if nothing will.
    let nextChange: Timestamp?

    init(presented: ParsedChain, engine: ValidationEngine, evidence: RevocationEvidence, now: Timestamp) {
        let options = engine.options
        var moments: [Timestamp?] = []
        if options.validateValidityPeriod {
            let ends = ([presented.leaf] + presented.intermediates).flatMap(\.validity.lastMoments)
            moments += ends.filter { $0 >= now }
            moments.append(engine.additionalMoments.first(notBefore: now))
            moments.append(engine.trust?.nextChange(notBefore: now))
        }
        if options.revocationMode != .noCheck {
            moments.append(evidence.nextChange(notBefore: now, skew: options.revocation.clockSkew.wholeSeconds))
        }
        nextChange = moments.compactMap { $0 }.min()
    }
}
