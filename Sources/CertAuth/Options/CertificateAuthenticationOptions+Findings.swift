// SPDX-License-Identifier: Apache-2.0
// The start-up linter of options: one rule for each option that can be loosened.

extension CertificateAuthenticationOptions {
    /// What is worth a second look.
    ///
    /// - Parameter hasIdentityRule: whether `onCertificateValidated` decides who comes in.
    package func findings(hasIdentityRule: Bool) -> [ConfigurationFinding] {
        trustFindings(hasIdentityRule) + checkFindings + revocationFindings
    }

    private func trustFindings(_ hasIdentityRule: Bool) -> [ConfigurationFinding] {
        var found: [ConfigurationFinding] = []
        if case .system = trust, !hasIdentityRule {
            let text =
                "trust is the system's roots and no onCertificateValidated decides: every client with a certificate of"
                + " any public authority is let in; trust your own authorities, or map certificates to users"
            found.append(ConfigurationFinding("system-trust-without-identity-rule", .warning, text))
        }
        if insecurelyAcceptAnySelfSigned {
            let text = "every self-signed certificate is accepted, which anybody can make for themselves"
            found.append(
                hasIdentityRule
                    ? ConfigurationFinding("any-self-signed", .notice, "\(text): onCertificateValidated alone decides")
                    : ConfigurationFinding(
                        "any-self-signed-without-identity-rule",
                        .warning,
                        "\(text), and no onCertificateValidated decides: name the certificates in selfSignedPins"
                    )
            )
        }
        return found
    }

    private var checkFindings: [ConfigurationFinding] {
        var found: [ConfigurationFinding] = []
        if !validateCertificateUse {
            let text = "validateCertificateUse is false: certificates issued for servers or for mail come in as clients"
            found.append(ConfigurationFinding("no-usage-check", .warning, text))
        }
        if !validateValidityPeriod {
            let text =
                "validateValidityPeriod is false: certificates come in after their end and before their beginning"
            found.append(ConfigurationFinding("no-validity-check", .warning, text))
        }
        return found
    }

    private var revocationFindings: [ConfigurationFinding] {
        guard allowedCertificateTypes.contains(.chained) else { return [] }
        guard revocationMode != .noCheck else {
            let text = "revocationMode is noCheck: a revoked certificate comes in until it ends"
            return [ConfigurationFinding("no-revocation", .warning, text)]
        }
        return unknownFindings + narrowFindings
    }

    private var unknownFindings: [ConfigurationFinding] {
        let passing = revocation.unknownAnswers.filter { $0.value == .allow }.keys.map(\.rawValue).sorted()
        let isSoft = unknownRevocation == .allow || !passing.isEmpty
        var found: [ConfigurationFinding] = []
        if isSoft {
            let what =
                unknownRevocation == .allow ? "unknownRevocation is allow" : passing.joined(separator: ", ") + " pass"
            let text =
                "\(what): whoever keeps the server from its sources keeps a revoked certificate alive until it ends;"
                + " fit for certificates that live for days"
            found.append(ConfigurationFinding("soft-revocation", .warning, text))
        }
        let aged = revocation.unknownAnswers.filter { if case .allowWhileFresh = $0.value { true } else { false } }
        if !aged.isEmpty {
            let names = aged.keys.map(\.rawValue).sorted().joined(separator: ", ")
            let text = "an unknown status lets \(names) pass while older evidence is fresh enough"
            found.append(ConfigurationFinding("soft-revocation-while-fresh", .notice, text))
        }
        return found
    }

    private var narrowFindings: [ConfigurationFinding] {
        let rules: [(Bool, String, String)] = [
            (
                revocationFlag == .endCertificateOnly, "leaf-revocation-only",
                "revocationFlag is endCertificateOnly: what a revoked intermediate issued comes in"
            ),
            (
                revocation.acceptsNoRevocationAvailable, "no-revocation-available-accepted",
                "revocation.acceptsNoRevocationAvailable is true: authorities may exempt certificates from revocation"
            ),
            (
                revocation.shortLivedValidity != nil, "short-lived-unchecked",
                "revocation.shortLivedValidity is set: certificates that live no longer are not asked about"
            ),
            (
                revocation.responderRevocation == .onlyIfRevoked, "responders-unchecked",
                "revocation.responderRevocation is onlyIfRevoked: responders count as good while nobody says otherwise"
            ),
        ]
        return rules.filter(\.0).map { ConfigurationFinding($0.1, .notice, $0.2) }
    }
}
