// SPDX-License-Identifier: Apache-2.0

/// The next moment at which time alone could change a refusal. It limits how long a refusal may be cached.
struct VerdictHorizon {
    /// The last moment before anything becomes valid or expires; nil if nothing will.
    let nextChange: Timestamp?

    init(presented: ParsedChain, engine: ValidationEngine, evidence: RevocationEvidence, now: Timestamp) {
        let options = engine.options
        var moments: [Timestamp] = []
        if options.validateValidityPeriod {
            let certificates = [presented.leaf] + presented.intermediates + options.additionalChainCertificates
            for certificate in certificates + (engine.trust?.anchors ?? []) {
                moments.append(certificate.validity.notBefore.lastMomentBefore)
                moments.append(certificate.validity.lastMoment)
            }
        }
        if options.revocationMode != .noCheck {
            moments += evidence.moments(skew: options.revocation.clockSkew.wholeSeconds)
        }
        nextChange = moments.filter { $0 >= now }.min()
    }
}
