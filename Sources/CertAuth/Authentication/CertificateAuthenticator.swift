// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL
public import Logging
internal import Synchronization

/// Authenticates clients by their certificates, by one policy.
///
/// Certificates from every source are authenticated in the same way. `authenticate` looks the presented chain up in the
/// cache, lets the engine validate it if necessary, creates the principal, and calls the application's hooks.
public final class CertificateAuthenticator: Sendable {
    /// The policy.
    public let options: CertificateAuthenticationOptions
    /// The application's hooks.
    package let events: CertificateAuthenticationEvents

    let verdicts: VerdictSource
    let requests: RequestAuthentication
    private let spans: Spans
    private let subscriptions: Subscriptions

    /// Creates an authenticator.
    ///
    /// - Parameters:
    ///   - options: the policy.
    ///   - events: the application's hooks.
    ///   - cache: stores verdicts. It may be shared, because entries of different policies are separate. Nil stores
    ///     nothing.
    ///   - revocationEvidence: the available CRLs and OCSP responses.
    ///   - revocationGatherer: fetches and stores more of them if `revocationMode` is `.online`; nil fetches nothing.
    ///   - logger: receives one line for each decision.
    ///   - shadow: a policy that is evaluated in addition to this one, without effect.
    ///   - observability: where metrics and spans are sent, and how many lines are logged.
    /// - Throws: `ConfigurationError` for contradictory options and for trust anchors that cannot be loaded.
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
        let conditions = VerdictConditions(clock: options.clock)
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
                conditions: conditions,
                log: log
            ),
            gatherer: gatherer,
            conditions: conditions,
            watch: ValidationWatch(spans: spans, metrics: log.metrics),
            shadow: try shadow.map { shadow throws(ConfigurationError) in try ShadowValidator(shadow, log: log) },
            log: log
        )
        requests = RequestAuthentication(
            source: verdicts,
            hooks: HookRunner(events: events, options: options, log: log, spans: spans, conditions: conditions),
            principals: PrincipalCache(ClaimMapping(claimsIssuer: options.claimsIssuer))
        )
        subscriptions = Subscriptions(
            to: options.trust,
            gatherer?.store,
            replacing: policies,
            telling: conditions
        )
        for finding in configurationFindings { log.found(finding) }
    }

    /// Creates an authenticator with its own gatherer, which uses `revocationFetcher`. Several authenticators should
    /// share one `RevocationGatherer` instead.
    package convenience init(
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

    /// The identity of the policy in force. It changes when a reloadable trust source changes.
    package var policyFingerprint: PolicyFingerprint { verdicts.policy.fingerprint }

    /// The anchors in force; nil if the policy has none.
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

    /// Decides the answer to an unauthenticated client of a protected resource.
    package func challenge(_ context: ChallengeContext) async -> ChallengeDecision {
        await hooks.challenge(context)
    }

    /// Discards the decisions of hooks, for example after a change of roles: those stored with cached verdicts
    /// (`.cached`) and those stored with open connections (`.connection`). Hooks run again at the next request.
    public func removeCachedHookDecisions() { hooks.memory.forget() }
}

extension CertificateAuthenticator {
    var conditions: VerdictConditions { verdicts.conditions }
    var hooks: HookRunner { requests.hooks }

    /// Nil if a log line about `key` should be suppressed; otherwise the number suppressed since the last one.
    package func linesSuppressed(before key: String) -> Int? { hooks.log.limiter.suppressedBefore(key) }

    /// Logs and counts a refusal that another layer decided, for example for a missing certificate.
    ///
    /// - Returns: the refusal with its identifier. A refusal that is already logged is returned unchanged.
    package func report(_ failure: AuthenticationFailure, of client: RefusedClient) -> AuthenticationFailure {
        guard !failure.isReported else { return failure }
        let failure = failure.reported
        hooks.log.refused(failure, client)
        return failure
    }

    /// Logs that an open connection ends because its client is refused now.
    package func reportEnd(_ failure: AuthenticationFailure, of client: RefusedClient) {
        hooks.log.ended(failure.reported, client)
    }

    /// Whether spans are created.
    package var isTraced: Bool { spans.areWanted }

    /// Runs `body`. Its spans belong to the trace of the request with these fields.
    package func inTrace<Result>(of fields: TraceFields, _ body: () async -> Result) async -> Result {
        await spans.inContext(of: fields, body)
    }

    /// The engine's verdict on a chain, without hooks. It uses the stored evidence.
    package func verdictByHeldEvidence(on chain: PresentedChain) -> VerdictRecord {
        verdicts.verdictByHeldEvidence(on: chain)
    }

    /// Authenticates with a verdict that is known to be valid, or with a new one.
    ///
    /// - Parameters:
    ///   - former: an earlier verdict on `chain`, which saves work if only evidence has changed since.
    ///   - principal: the default principal that was created for `chain`; nil creates it.
    func authenticate(
        _ chain: PresentedChain?,
        facts: ConnectionFacts,
        held: VerdictRecord?,
        former: VerdictRecord? = nil,
        principal: ClaimsPrincipal?
    ) async -> AuthenticatedRequest {
        await spans.span("certauth.authenticate") { span in
            let request = await requests.authenticate(
                chain,
                facts: facts,
                held: held,
                former: former,
                principal: principal
            )
            span?.describe(request.result, schemeName: options.schemeName, facts: facts)
            return request
        }
    }

    /// Counts and logs another acceptance of a client by a valid verdict, if there is no hook to call and no span to
    /// create. False if there is more to do.
    func repeatsAcceptance(of client: AuthenticatedClient) -> Bool {
        guard events.onCertificateValidated == nil, !spans.areWanted else { return false }
        hooks.log.accepted(client)
        return true
    }

    /// The engine's verdict on a chain by the stored evidence, and every path that was tried, for tools that show them.
    ///
    /// - Parameter tried: called for each path in order, before this function returns.
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
