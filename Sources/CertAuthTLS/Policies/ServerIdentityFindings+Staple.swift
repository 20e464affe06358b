// SPDX-License-Identifier: Apache-2.0
// Findings about the OCSP response that is stapled for a server certificate.

import CertAuth

extension ServerIdentityFindings {
    /// Why the response that was given is not stapled, or why a certificate needs one.
    var stapleFindings: [ConfigurationFinding] {
        guard let leaf = identity.leaf else { return [] }
        let isRequired = leaf.requiresStapledResponse
        guard isRequired || identity.stapledOCSPResponse != nil else { return [] }
        let choice = StapleSource(identity: identity, authenticator: authenticator).choice(at: now)
        var found = givenFinding(choice).map { [$0] } ?? []
        if isRequired, choice.response == nil {
            let text =
                "the server's certificate \(name(leaf)) requires a stapled OCSP response (RFC 7633), and there is none to"
                + " staple: clients that follow this refuse the connection; give a current response of the issuer's"
                + " responder in stapledOCSPResponse"
            found.append(ConfigurationFinding("must-staple-without-response", .warning, text))
        }
        return found
    }

    private func givenFinding(_ choice: StapleSource.Choice) -> ConfigurationFinding? {
        guard let leaf = identity.leaf, let given = choice.given else { return nil }
        let what = "the OCSP response for the server's certificate \(name(leaf))"
        switch given {
        case .usable:
            guard !choice.isVerified else { return nil }
            let text =
                "\(what) is stapled, but its signature is not verified, because the certificate of the issuer"
                + " \(DisplayText.escaped(leaf.issuer.rfc4514)) is not known; append it to the server's certificate"
            return ConfigurationFinding("staple-not-verified", .notice, text)
        case .revoked(let moment):
            let text =
                "\(what) says that the certificate was revoked at \(moment): it is not stapled, and clients that check"
                + " revocation refuse the connection; replace the certificate"
            return ConfigurationFinding("server-certificate-revoked", .warning, text)
        case .notAbout:
            let text =
                "\(what) is about another certificate, expected serial number \(leaf.serialNumber) of its issuer: it is not"
                + " stapled; get a response about this certificate"
            return ConfigurationFinding("staple-unusable", .warning, text)
        case .unusable(let cause):
            let text = "\(what) is not stapled: \(cause); now \(now); get a current one from the issuer's responder"
            switch cause.kind {
            case .stale, .tooOld, .notYetCurrent: return ConfigurationFinding("staple-stale", .warning, text)
            default: return ConfigurationFinding("staple-unusable", .warning, text)
            }
        }
    }
}
