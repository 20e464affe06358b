// SPDX-License-Identifier: Apache-2.0
// How long a refusal may be remembered.

/// The next moment at which time alone could change a refusal.
struct VerdictHorizon {
    /// The last moment before anything begins or ends; nil when nothing will.
    let nextChange: Timestamp?

    init(
        presented: ParsedChain,
        options: CertificateAuthenticationOptions,
        evidence: RevocationEvidence,
        now: Timestamp
    ) {
        var moments: [Timestamp] = []
        if options.validateValidityPeriod {
            let certificates = [presented.leaf] + presented.intermediates + options.additionalChainCertificates
            for certificate in certificates {
                moments.append(
                    Timestamp(millisecondsSince1970: certificate.validity.notBefore.millisecondsSince1970 - 1)
                )
                moments.append(certificate.validity.notAfter)
            }
        }
        if options.revocationMode != .noCheck {
            moments += evidence.moments(skew: options.revocation.clockSkew)
        }
        nextChange = moments.filter { $0 >= now }.min()
    }
}
