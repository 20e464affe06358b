// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticator {
    /// Authenticates a client whose certificate a trusted proxy forwarded. The engine validates it like any other.
    ///
    /// - Parameters:
    ///   - forwarded: the certificate; nil if the proxy stated that there is none.
    ///   - facts: the connection. `isSecure` is what the proxy stated.
    public func authenticate(
        forwarded: ForwardedCertificate?,
        facts: ConnectionFacts
    ) async -> AuthenticationResult {
        await authenticate(forwarded?.presented, facts: facts)
    }

    /// The result for a forwarded certificate that is refused. It calls `onAuthenticationFailed`.
    public func refuse(_ error: ForwardingError, facts: ConnectionFacts) async -> AuthenticationResult {
        let source = PresentedChain.Source.forwarded(dialect: error.dialect, verifiedByProxy: false)
        return await hooks.failed(error.failure, request: HookRequest(facts: facts, source: source))
    }

    /// Refuses a request whose headers claim what its peer may not claim. `onAuthenticationFailed` runs, but cannot make
    /// the request anonymous.
    ///
    /// - Returns: the refusal as it is in the log.
    package func reject(_ error: ForwardingError, facts: ConnectionFacts) async -> AuthenticationFailure {
        let source = PresentedChain.Source.forwarded(dialect: error.dialect, verifiedByProxy: false)
        return await hooks.logged(error.failure, request: HookRequest(facts: facts, source: source)).failure
    }

    /// Authenticates a client by its proxy's statement alone. Nothing of the certificate is validated: neither its
    /// chain nor its validity period nor its revocation status.
    public func insecurelyAuthenticate(
        trusting forwarded: ProxyVerifiedChain,
        facts: ConnectionFacts
    ) async -> AuthenticationResult {
        guard facts.isSecure else { return .noResult(.notHTTPS) }
        let request = HookRequest(
            facts: facts,
            source: forwarded.presented.source,
            leaf: forwarded.presented.derEncoded.first
        )
        let changes = conditions.count
        do throws(Finding) {
            try PresentedLimits(options.limits).check(forwarded.presented)
            if let failure = conditions.applicationRefusal(ofLeaf: forwarded.presented.derEncoded.first) {
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
            let principal = requests.principals.principal(of: parsed.leaf)
            let decision = await hooks.ask(chain, principal: principal, request: request, reuse: nil)
            if let failure = conditions.applicationRefusal(ofLeaf: forwarded.presented.derEncoded.first) {
                return await hooks.failed(failure, request: request)
            }
            return await hooks.settle(decision, chain, request: request, changes: changes).result
        } catch {
            return await hooks.failed(AuthenticationFailure(error), request: request)
        }
    }
}
