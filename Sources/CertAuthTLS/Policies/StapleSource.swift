// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Where the OCSP response to staple for one identity comes from.
struct StapleSource: Sendable {
    let identity: ServerIdentity
    /// Its revocation evidence may contain a response about the server's own certificate.
    let authenticator: CertificateAuthenticator?

    /// What may be stapled at some moment.
    struct Choice: Sendable {
        /// Nil if there is none.
        var response: StapledResponse?
        /// Whether it is the response that the identity was given.
        var isGiven = false
        /// Whether the issuer is known, so that signatures are verified.
        var isVerified = false
        /// The answer about the response that the identity was given; nil if it was given none.
        var given: StapledResponseCheck.Answer?
    }

    /// The response that the identity was given; if it may not be stapled, the best one of the evidence.
    func choice(at now: Timestamp) -> Choice {
        var choice = Choice()
        guard let leaf = identity.leaf else { return choice }
        let evidence = authenticator?.heldEvidence(about: leaf)
        let isInEvidence = evidence?.hasResponses(about: leaf) ?? false
        guard identity.stapledOCSPResponse != nil || isInEvidence else { return choice }
        let check = StapledResponseCheck(of: leaf, issuedBy: identity.issuer(among: knownAuthorities(of: leaf)))
        choice.isVerified = check.verifies
        if let given = identity.stapledOCSPResponse {
            let answer = check.answer(by: given, at: now)
            choice.given = answer
            switch answer {
            case .usable(let response):
                // A given response may be older than the revocation that the evidence reports.
                if isInEvidence, let evidence, case .revoked(let moment) = check.answer(by: evidence, at: now) {
                    choice.given = .revoked(at: moment)
                    return choice
                }
                choice.response = response
                choice.isGiven = true
                return choice
            // A revocation is permanent: an older good response in the evidence would be a replay.
            case .revoked: return choice
            case .notAbout, .unusable: break
            }
        }
        if isInEvidence, let evidence, case .usable(let response) = check.answer(by: evidence, at: now) {
            choice.response = response
        }
        return choice
    }

    /// The clients' anchors and intermediates, which may include the server's issuer.
    private func knownAuthorities(of leaf: Certificate) -> [Certificate] {
        (authenticator?.trustStore?.anchors(named: leaf.issuer) ?? [])
            + (authenticator?.options.additionalChainCertificates ?? [])
    }
}
