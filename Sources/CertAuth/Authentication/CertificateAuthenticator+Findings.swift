// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticator {
    /// Settings that are dangerous, looser than the default or probably wrong: in the options, in the trust anchors, and
    /// in the evidence that the authenticator was given. Each is also logged at start-up.
    public var configurationFindings: [ConfigurationFinding] {
        options.findings(hasIdentityRule: events.onCertificateValidated != nil) + sourceFindings
            + MaterialFindings(options, trust: trustStore, evidence: revocationEvidence).all
    }

    private var sourceFindings: [ConfigurationFinding] {
        guard options.revocationMode != .noCheck, options.allowedCertificateTypes.contains(.chained),
            verdicts.gatherer == nil
        else {
            return []
        }
        var found: [ConfigurationFinding] = []
        if options.revocationMode == .online {
            let text = "revocationMode is online, but there is no gatherer: nothing is fetched, as with offline"
            found.append(ConfigurationFinding("online-without-fetcher", .notice, text))
        }
        let evidence = revocationEvidence
        if evidence.revocationLists.isEmpty, evidence.ocspResponses.isEmpty, options.unknownRevocation == .deny {
            let text =
                "revocation is checked, but there is neither evidence nor a gatherer: every client is refused with"
                + " revocation-unknown until revocationEvidence is set"
            found.append(ConfigurationFinding("revocation-without-evidence", .notice, text))
        }
        return found
    }
}
