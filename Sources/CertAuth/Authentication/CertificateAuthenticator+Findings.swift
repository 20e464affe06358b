// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticator {
    /// Settings that work, but are dangerous or looser than the default: in the options, and in what the authenticator
    /// was given. Each is also logged at start-up.
    public var configurationFindings: [ConfigurationFinding] {
        options.findings(hasIdentityRule: events.onCertificateValidated != nil) + sourceFindings
    }

    private var sourceFindings: [ConfigurationFinding] {
        guard options.revocationMode != .noCheck, options.allowedCertificateTypes.contains(.chained),
            verdicts.gatherer == nil
        else {
            return []
        }
        var found: [ConfigurationFinding] = []
        if options.revocationMode == .online {
            let text = "revocationMode is online and there is no gatherer: nothing is fetched, as in offline"
            found.append(ConfigurationFinding("online-without-fetcher", .notice, text))
        }
        let evidence = revocationEvidence
        if evidence.revocationLists.isEmpty, evidence.ocspResponses.isEmpty, options.unknownRevocation == .deny {
            let text =
                "revocation is checked, and there is neither evidence nor a gatherer: every client is refused with"
                + " revocation-unknown until revocationEvidence is set"
            found.append(ConfigurationFinding("revocation-without-evidence", .notice, text))
        }
        return found
    }
}
