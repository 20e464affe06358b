// SPDX-License-Identifier: Apache-2.0
// The handler: certificate, cache, engine, principal, hooks, result.

internal import CertAuthOpenSSL
public import Logging
internal import Synchronization

/// Authenticates clients by their certificates, by one policy.
///
/// However a certificate arrives, this is the road it takes: `authenticate` looks the presented chain up in the cache,
/// has the engine judge it if it must, makes the principal, and asks the application's hooks.
public final class CertificateAuthenticator: Sendable {
    /// The policy.
    public let options: CertificateAuthenticationOptions
    /// The application's hooks.
    package let events: CertificateAuthenticationEvents

    let verdicts: VerdictSource
    let requests: RequestAuthentication
    private let spans: Spans
    private let subscriptions: Subscriptions

    /// Makes an authenticator.
    ///
    /// - Parameters:
    ///   - options: the policy.
    ///   - events: the application's hooks.
    ///   - cache: remembers verdicts; may be shared, entries of different policies never meet. Nil remembers nothing.
    ///   - revocationEvidence: the CRLs and OCSP responses at hand.
    ///   - revocationGatherer: fetches more of them under `revocationMode` `.online`, and keeps them; nil fetches nothing.
    ///   - logger: hears one line a decision.
    ///   - shadow: a policy to try out beside this one, without effect.
    ///   - observability: where metrics and spans go, and how many lines.
    /// - Throws: `ConfigurationError` for options that cannot mean what they say and for trust that can't be loaded.
    public init(
        options: CertificateAuthenticationOptions,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        cache: (any CertificateValidationCache)? = nil,
        revocationEvidence: RevocationEvidence = .none,
        revocationGatherer: RevocationGatherer? = nil,
        logger: Logger = Logger(label: "certauth"),
        shadow: ShadowPolicy? = nil,
        observability: Observability = Observability()
    ) throws(ConfigurationError) {
        do throws(UnsupportedOpenSSL) {
            try OpenSSLVersion.require()
        } catch {
            throw .unsupportedOpenSSL("\(error)")
        }
        try options.check()
        if options.hookReuse == .cached && cache == nil { throw .cachedHooksWithoutCache }
        let log = DecisionLog(logger: logger, options: options, observability: observability)
        let circumstances = Circumstances(clock: options.clock)
        let policies = try PolicyInForce(options: options)
        let gatherer = options.revocationMode == .noCheck ? nil : revocationGatherer
        self.options = options
        self.events = events
        spans = Spans(observability)
        verdicts = VerdictSource(
            options: options,
            policies: policies,
            cache: cache,
            givenEvidence: GivenEvidence(
                revocationEvidence,
                options: options,
                policies: policies,
                circumstances: circumstances,
                log: log
            ),
            gatherer: gatherer,
            circumstances: circumstances,
            watch: ValidationWatch(spans: spans, metrics: log.metrics, clock: options.clock),
            shadow: try shadow.map { shadow throws(ConfigurationError) in try ShadowJudge(shadow, log: log) },
            log: log
        )
        requests = RequestAuthentication(
            source: verdicts,
            hooks: HookRunner(events: events, options: options, log: log, spans: spans, circumstances: circumstances),
            claims: ClaimMapping(claimsIssuer: options.claimsIssuer)
        )
        subscriptions = Subscriptions(to: options.trust, gatherer?.store, telling: circumstances)
        for finding in configurationFindings { log.found(finding) }
    }

    /// Makes an authenticator with a gatherer of its own around `revocationFetcher`; several authenticators do better with
    /// one `RevocationGatherer` between them.
    public convenience init(
        options: CertificateAuthenticationOptions,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        cache: (any CertificateValidationCache)? = nil,
        revocationEvidence: RevocationEvidence = .none,
        revocationFetcher: any RevocationFetcher,
        logger: Logger = Logger(label: "certauth"),
        shadow: ShadowPolicy? = nil,
        observability: Observability = Observability()
    ) throws(ConfigurationError) {
        let gatherer = RevocationGatherer(
            fetcher: revocationFetcher,
            clock: options.clock,
            logger: logger,
            observability: observability
        )
        try self.init(
            options: options,
            events: events,
            cache: cache,
            revocationEvidence: revocationEvidence,
            revocationGatherer: gatherer,
            logger: logger,
            shadow: shadow,
            observability: observability
        )
    }

    /// The identity of the policy in force; it changes when a reloadable trust source does.
    public var policyFingerprint: PolicyFingerprint { verdicts.policy.fingerprint }

    /// The anchors in force; nil when the policy trusts none.
    package var trustStore: TrustStore? { verdicts.policy.engine.trust }

    /// Authenticates one request.
    ///
    /// - Parameters:
    ///   - chain: the certificates that the client presented; nil for none.
    ///   - facts: the connection.
    /// - Returns: a principal only if the chain was validated now, or by a verdict that is still valid.
    public func authenticate(_ chain: PresentedChain?, facts: ConnectionFacts) async -> AuthenticationResult {
        await authenticate(chain, facts: facts, held: nil, principal: nil).result
    }

    /// The engine's verdict on a chain, without hooks, for a handshake, which cannot wait.
    ///
    /// It uses the evidence that is held; nothing is fetched.
    public func validate(_ chain: PresentedChain) -> ValidationVerdict {
        verdictByHeldEvidence(on: chain).verdict
    }

    /// The engine's verdict on a chain, without hooks, for a handshake that can wait.
    ///
    /// Like `authenticate`, it uses the cache, and fetches missing evidence under `revocationMode` `.online`.
    package func validateGatheringEvidence(_ chain: PresentedChain) async -> ValidationVerdict {
        await requests.verdict(on: chain)
    }

    /// Asks what an unauthenticated client of a protected resource gets.
    public func challenge(_ context: ChallengeContext) async -> ChallengeDecision {
        await hooks.challenge(context)
    }

    /// Forgets the decisions of hooks, for instance after a change of roles: those that `.cached` keeps with verdicts, and
    /// those that `.connection` keeps on open connections. Hooks run again at the next request.
    public func removeCachedHookDecisions() { hooks.memory.forget() }
}

extension CertificateAuthenticator {
    var circumstances: Circumstances { verdicts.circumstances }
    var hooks: HookRunner { requests.hooks }

    /// Whether a line of the log about `key` is one too many; nil when it is, else how many were too many before it.
    package func linesSuppressed(before key: String) -> Int? { hooks.log.limiter.suppressedBefore(key) }

    /// Whether spans are made.
    package var isTraced: Bool { spans.areWanted }

    /// Runs `body`, whose spans belong to the trace of the request with these fields.
    package func inTrace<Result>(of fields: TraceFields, _ body: () async -> Result) async -> Result {
        await spans.inContext(of: fields, body)
    }

    /// The engine's verdict on a chain, without hooks, by the evidence that is held.
    package func verdictByHeldEvidence(on chain: PresentedChain) -> VerdictRecord {
        verdicts.verdictByHeldEvidence(on: chain)
    }

    /// Authenticates by a verdict that is known to be valid, or by a new one.
    ///
    /// - Parameter principal: the default principal that was made for that verdict; nil makes it.
    func authenticate(
        _ chain: PresentedChain?,
        facts: ConnectionFacts,
        held: VerdictRecord?,
        principal: ClaimsPrincipal?
    ) async -> AuthenticatedRequest {
        await spans.span("certauth.authenticate") { span in
            let request = await requests.authenticate(chain, facts: facts, held: held, principal: principal)
            span?.describe(request.result, schemeName: options.schemeName, facts: facts)
            return request
        }
    }

    /// Counts and logs one more acceptance of a client by a valid verdict, if no hook has to be called and no span made;
    /// false if there is more to do.
    func repeatsAcceptance(of client: AuthenticatedClient) -> Bool {
        guard events.onCertificateValidated == nil, !spans.areWanted else { return false }
        hooks.log.accepted(client)
        return true
    }

    /// The engine's verdict on a chain by the evidence that is held, and every path it tried, for tools that show them.
    ///
    /// - Parameter tried: called for each path in turn, before this returns.
    package func validate(
        _ chain: PresentedChain,
        showing tried: @escaping @Sendable (TriedPath) -> Void
    ) -> ValidationVerdict {
        let evidence = verdicts.evidence(about: chain.derEncoded.compactMap { try? Certificate.digest(of: $0).bytes })
        let now = options.clock.now()
        return verdicts.policy.engine.verdict(for: chain, evidence: evidence.evidence(), at: now) { phase in
            if case .tried(let path) = phase { tried(path) }
        }
    }
}
