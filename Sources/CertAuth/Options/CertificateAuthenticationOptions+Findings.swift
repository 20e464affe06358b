// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticationOptions {
    /// Reports options that work, but are dangerous or looser than the default. One rule for each such option.
    ///
    /// - Parameter hasIdentityRule: whether `onCertificateValidated` decides which clients are accepted.
    package func findings(hasIdentityRule: Bool) -> [ConfigurationFinding] {
        trustFindings(hasIdentityRule) + checkFindings + revocationFindings
    }

    private func trustFindings(_ hasIdentityRule: Bool) -> [ConfigurationFinding] {
        var found: [ConfigurationFinding] = []
        if case .system = trust, !hasIdentityRule {
            let text =
                "trust is the system's roots and no onCertificateValidated decides: every client with a certificate of"
                + " any public authority is accepted; trust your own authorities, or map certificates to users"
            found.append(ConfigurationFinding("system-trust-without-identity-rule", .warning, text))
        }
        if insecurelyAcceptAnySelfSigned {
            let text = "every self-signed certificate is accepted, and anyone can create one"
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
            let text = "validateCertificateUse is false: certificates issued for servers or for mail are accepted"
            found.append(ConfigurationFinding("no-usage-check", .warning, text))
        }
        if !validateValidityPeriod {
            let text =
                "validateValidityPeriod is false: certificates are accepted before and after their validity period"
            found.append(ConfigurationFinding("no-validity-check", .warning, text))
        }
        return found
    }

    private var revocationFindings: [ConfigurationFinding] {
        guard allowedCertificateTypes.contains(.chained) else { return [] }
        guard revocationMode != .noCheck else {
            let text = "revocationMode is noCheck: a revoked certificate is accepted until it expires"
            return [ConfigurationFinding("no-revocation", .warning, text)]
        }
        return unknownFindings + narrowFindings
    }

    private var unknownFindings: [ConfigurationFinding] {
        let passing = revocation.unknownAnswers.filter { $0.value == .allow }.keys.map(\.rawValue).sorted()
        let isSoft = unknownRevocation == .allow || !passing.isEmpty
        var found: [ConfigurationFinding] = []
        if isSoft {
            let names = passing.joined(separator: ", ")
            let what =
                unknownRevocation == .allow
                ? "unknownRevocation is allow" : "revocation.unknownAnswers accepts \(names)"
            let text =
                "\(what): an attacker who blocks the server's revocation sources can use a revoked certificate until it"
                + " expires; suitable only for certificates that are valid for a few days"
            found.append(ConfigurationFinding("soft-revocation", .warning, text))
        }
        let aged = revocation.unknownAnswers.filter { if case .allowWhileFresh = $0.value { true } else { false } }
        if !aged.isEmpty {
            let names = aged.keys.map(\.rawValue).sorted().joined(separator: ", ")
            let text = "revocation.unknownAnswers accepts \(names) while older evidence is fresh enough"
            found.append(ConfigurationFinding("soft-revocation-while-fresh", .notice, text))
        }
        return found
    }

    private var narrowFindings: [ConfigurationFinding] {
        let rules: [(Bool, String, String)] = [
            (
                revocationFlag == .endCertificateOnly, "leaf-revocation-only",
                "revocationFlag is endCertificateOnly: certificates from a revoked intermediate are accepted"
            ),
            (
                revocation.acceptsNoRevocationAvailable, "no-revocation-available-accepted",
                "revocation.acceptsNoRevocationAvailable is true: authorities may exempt certificates from revocation"
            ),
            (
                revocation.shortLivedValidity != nil, "short-lived-unchecked",
                "revocation.shortLivedValidity is set: the revocation of certificates that are valid for no longer is not checked"
            ),
            (
                revocation.responderRevocation == .onlyIfRevoked, "responders-unchecked",
                "revocation.responderRevocation is onlyIfRevoked: a responder is trusted unless it is known to be revoked"
            ),
        ]
        return rules.filter(\.0).map { ConfigurationFinding($0.1, .notice, $0.2) }
    }
}
