// SPDX-License-Identifier: Apache-2.0

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
            moments.append(evidence.nextChange(notBefore: now, skew: options.revocation.clockSkew))
        }
        nextChange = moments.compactMap { $0 }.min()
    }
}
