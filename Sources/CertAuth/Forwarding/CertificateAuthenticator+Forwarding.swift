// SPDX-License-Identifier: Apache-2.0
// Forwarded certificates on the road of all others.

extension CertificateAuthenticator {
    /// Authenticates a client whose certificate a trusted proxy forwarded; the engine validates it like any other.
    ///
    /// - Parameters:
    ///   - forwarded: nil when the proxy said that there is no certificate.
    ///   - facts: the connection, with `isSecure` as the proxy said.
    public func authenticate(
        forwarded: ForwardedCertificate?,
        facts: ConnectionFacts
    ) async -> AuthenticationResult {
        await authenticate(forwarded?.presented, facts: facts)
    }

    /// The result for a certificate that was forwarded in a way that is refused; `onAuthenticationFailed` is told.
    public func refuse(_ error: ForwardingError, facts: ConnectionFacts) async -> AuthenticationResult {
        let source = PresentedChain.Source.forwarded(dialect: error.dialect, verifiedByProxy: false)
        return await hooks.failed(error.failure, request: HookRequest(facts: facts, source: source))
    }

    /// Authenticates a client by the word of its proxy: nothing of the certificate is validated here, not its chain,
    /// not its validity, not its revocation.
    public func insecurelyAuthenticate(
        trusting forwarded: ProxyVerifiedChain,
        facts: ConnectionFacts
    ) async -> AuthenticationResult {
        guard facts.isSecure else { return .noResult(.notHTTPS) }
        let request = HookRequest(facts: facts, source: forwarded.presented.source)
        let changes = circumstances.count
        do throws(Finding) {
            try PresentedLimits(options.limits).check(forwarded.presented)
            if let failure = circumstances.refusalByHand(ofLeaf: forwarded.presented.derEncoded.first) {
                return await hooks.failed(failure, request: request)
            }
            let parsed = try ParsedChain(forwarded.presented, screening: nil)
            let path = CandidatePath(certificates: [parsed.leaf] + parsed.intermediates)
            let chain = ValidatedChain(
                leaf: parsed.leaf,
                path: path,
                policies: [],
                revocation: path.certificates.map { _ in .notChecked(.mode) },
                validUntil: nil,
                isValidated: false
            )
            let principal = requests.claims.principal(of: parsed.leaf)
            let decision = await hooks.ask(chain, principal: principal, request: request, reuse: nil)
            if let failure = circumstances.refusalByHand(ofLeaf: forwarded.presented.derEncoded.first) {
                return await hooks.failed(failure, request: request)
            }
            return await hooks.settle(decision, chain, request: request, changes: changes).result
        } catch {
            return await hooks.failed(AuthenticationFailure(error), request: request)
        }
    }
}
