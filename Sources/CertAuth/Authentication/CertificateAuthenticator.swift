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
    public let events: CertificateAuthenticationEvents

    /// What verdicts rest on; posts whenever those that were given may hold no more.
    let circumstances: Circumstances
    /// How often somebody has said that verdicts hold no more; counted before it is posted.
    let invalidations = Atomic<Int>(0)
    private let policy: PolicyInForce
    let cache: (any CertificateValidationCache)?
    private let subscriptions: Subscriptions
    let evidence: Mutex<EvidenceSuccession.Holding>
    /// Where lists are remembered beyond the process.
    let listFolder = Mutex<RevocationListFolder?>(nil)
    let gatherer: RevocationGatherer?
    let claims: ClaimMapping
    let hooks: HookRunner
    private let spans: Spans
    let watch: ValidationWatch
    let shadow: ShadowJudge?

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
        self.options = options
        self.events = events
        self.cache = cache
        circumstances = Circumstances(clock: options.clock)
        policy = try PolicyInForce(options: options)
        evidence = Mutex(EvidenceSuccession.Holding(revocationEvidence))
        gatherer = options.revocationMode == .noCheck ? nil : revocationGatherer
        subscriptions = Subscriptions(to: options.trust, gatherer?.store, telling: circumstances)
        claims = ClaimMapping(claimsIssuer: options.claimsIssuer)
        spans = Spans(observability)
        watch = ValidationWatch(spans: spans, metrics: log.metrics, clock: options.clock)
        hooks = HookRunner(events: events, options: options, log: log, spans: spans, circumstances: circumstances)
        self.shadow = try shadow.map { policy throws(ConfigurationError) in try ShadowJudge(policy, log: log) }
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

    /// Whether there is somebody to fetch revocation evidence.
    var fetchesEvidence: Bool { gatherer != nil }

    /// The identity of the policy in force; it changes when a reloadable trust source does.
    public var policyFingerprint: PolicyFingerprint { policy.current.fingerprint }

    /// Engine, anchors and fingerprint of one moment.
    var policyInForce: PolicySnapshot { policy.current }

    /// The anchors in force; nil when the policy trusts none.
    public var trustStore: TrustStore? { policy.current.engine.trust }

    /// The CRLs and OCSP responses in force. Setting them goes forward only.
    ///
    /// An older list or response does not replace a newer one of the same signer, and a list that is missing from the new
    /// value stays in force, as does a response that says something else than good; the log and the metric
    /// `certauth.evidence_notices` tell which. `insecurelyReplaceRevocationEvidence(with:)` goes back.
    ///
    /// Cached verdicts that rest on other evidence become void, and open connections that rest on it are judged again.
    public var revocationEvidence: RevocationEvidence {
        get { evidence.withLock { $0.evidence } }
        set { advanceEvidence(to: newValue) }
    }

    /// Authenticates one request.
    ///
    /// - Parameters:
    ///   - chain: what the client presented; nil for no certificate.
    ///   - facts: the connection it came over.
    /// - Returns: never a principal that was not validated now or by a verdict that still holds.
    public func authenticate(_ chain: PresentedChain?, facts: ConnectionFacts) async -> AuthenticationResult {
        await authenticate(chain, facts: facts, verdict: nil).result
    }

    /// The engine's verdict on a chain, without hooks: for a handshake, which cannot wait.
    ///
    /// It rests on evidence that is held already: nothing is fetched.
    public func validate(_ chain: PresentedChain) -> ValidationVerdict {
        verdictAtHand(on: chain).verdict
    }

    /// The engine's verdict on a chain, without hooks: for a handshake that can wait.
    ///
    /// As `authenticate`, it looks into the cache, and fetches missing evidence under `revocationMode` `.online`.
    public func validateGatheringEvidence(_ chain: PresentedChain) async -> ValidationVerdict {
        for _ in 0..<Self.mostJudgements {
            let basis = VerdictBasis(of: self)
            if let refusal = refusalByHand(of: chain) { return refusal }
            let judged = await verdict(for: chain)
            switch standing(of: judged, on: chain, since: basis) {
            case .holds: return judged.verdict
            case .revoked(let failure): return .refused(failure, until: nil)
            case .doubtful: continue
            }
        }
        return .refused(Self.restlessness, until: nil)
    }

    /// Asks what an unauthenticated client of a protected resource gets.
    public func challenge(_ context: ChallengeContext) async -> ChallengeDecision {
        await hooks.challenge(context)
    }
}

extension CertificateAuthenticator {
    /// How often somebody has said that verdicts hold no more.
    var invalidationCount: Int { invalidations.load(ordering: .sequentiallyConsistent) }

    /// Whether a line of the log about `key` is one too many; nil when it is, else how many were too many before it.
    package func linesSuppressed(before key: String) -> Int? { hooks.log.limiter.suppressedBefore(key) }

    /// Whether spans are made.
    package var isTraced: Bool { spans.areWanted }

    /// Runs `body`, whose spans belong to the trace of the request with these fields.
    package func inTrace<Result>(of fields: TraceFields, _ body: () async -> Result) async -> Result {
        await spans.inContext(of: fields, body)
    }

    /// A result with the verdict it rests on, for a connection that keeps it.
    package struct Judgement: Sendable {
        package let result: AuthenticationResult
        package let verdict: ValidationVerdict?
        /// The evidence that the verdict rests on; nil when it is the one that was handed in.
        package var evidence: [UInt8]?
        /// The moment that the verdict was made for; nil when it is the one that was handed in.
        package var madeAt: Timestamp?
        /// The default principal of an accepted leaf, whatever the hooks made of it.
        package var principal: ClaimsPrincipal?
        /// False when a hook threw: trouble that may pass, so that the next request asks again.
        package var isFinal = true
    }

    /// Authenticates by a verdict that is still known to hold, or by a new one.
    ///
    /// - Parameter principal: the default principal that was made for that verdict; nil makes it.
    package func authenticate(
        _ chain: PresentedChain?,
        facts: ConnectionFacts,
        verdict held: HeldVerdict?,
        principal: ClaimsPrincipal? = nil
    ) async -> Judgement {
        await spans.span("certauth.authenticate") { span in
            let judgement = await judge(chain, facts: facts, held: held, principal: principal)
            span?.describe(judgement.result, schemeName: options.schemeName, facts: facts)
            return judgement
        }
    }

    private func judge(
        _ chain: PresentedChain?,
        facts: ConnectionFacts,
        held: HeldVerdict?,
        principal known: ClaimsPrincipal?
    ) async -> Judgement {
        guard facts.isSecure else { return Judgement(result: .noResult(.notHTTPS), verdict: nil) }
        guard let chain else { return Judgement(result: .noResult(.noCertificate), verdict: nil) }
        var basis = held?.basis ?? VerdictBasis(of: self)
        let request = HookRequest(facts: facts, source: chain.source)
        guard chain.source != .offline else {
            let text = "a chain of source offline: the client has not proven that it holds the key"
            let failure = AuthenticationFailure(Finding(.keyNotProven, at: 0, text))
            return Judgement(result: await hooks.failed(failure, request: request), verdict: nil)
        }
        if case .refused(let failure, _)? = refusalByHand(of: chain) {
            // Not to be kept: it can be taken back.
            return Judgement(result: await hooks.failed(failure, request: request), verdict: nil)
        }
        // Decisions of hooks that are kept with the cache's entries end with them: the cache is asked each time.
        let held = options.hookReuse == .cached ? nil : held
        var judged = if let held { held.judged } else { await verdict(for: chain) }
        var answer: HookAnswer?
        for _ in 0..<Self.mostJudgements {
            guard case .accepted(let path) = judged.verdict else { break }
            let principal = known ?? claims.principal(of: path.leaf)
            let decision: HookDecision
            if let answer, answer.stillCounts(for: path) {
                decision = answer.decision
            } else {
                let reuse = options.hookReuse == .cached ? judged.decisions : nil
                decision = await hooks.ask(path, principal: principal, request: request, reuse: reuse)
                answer = HookAnswer(decision: decision, path: path)
            }
            let nothingWaited = held != nil && !hooks.hasValidatedHook
            switch nothingWaited ? .holds(changes: basis.changes) : standing(of: judged, on: chain, since: basis) {
            case .holds(let changes):
                let settled = await hooks.settle(decision, path, request: request, changes: changes)
                return Judgement(
                    result: settled.result,
                    verdict: judged.verdict,
                    evidence: judged.evidence,
                    madeAt: judged.madeAt,
                    principal: principal,
                    isFinal: settled.isFinal
                )
            case .revoked(let failure):
                return Judgement(result: await hooks.failed(failure, request: request), verdict: nil)
            case .doubtful(let isInvalidated):
                if isInvalidated { answer = nil }
                basis = VerdictBasis(of: self)
                judged = await verdict(for: chain)
            }
        }
        guard case .refused(let failure, _) = judged.verdict else {
            return Judgement(result: await hooks.failed(Self.restlessness, request: request), verdict: nil)
        }
        let result = await hooks.failed(failure, request: request)
        return Judgement(result: result, verdict: judged.verdict, evidence: judged.evidence, madeAt: judged.madeAt)
    }

    /// Counts and logs one more acceptance of a client by a verdict that holds, where no hook has a say and no span is to
    /// show it; false where there is more to do.
    func repeatsAcceptance(of client: AuthenticatedClient) -> Bool {
        guard events.onCertificateValidated == nil, !spans.areWanted else { return false }
        hooks.log.accepted(client)
        return true
    }

    /// Forgets what hooks decided, for instance after a change of roles: what `.cached` keeps with verdicts, and what
    /// `.connection` keeps on open connections. Hooks run again at the next request.
    public func removeCachedHookDecisions() { hooks.memory.forget() }

    /// The generation of the evidence about certificates with these SHA-256 digests.
    package func evidenceGeneration(for digests: @autoclosure () -> [[UInt8]]) -> [UInt8] {
        evidenceInForce(for: digests()).generation
    }

    func evidenceInForce(for digests: @autoclosure () -> [[UInt8]]) -> EvidenceInForce {
        EvidenceInForce(given: revocationEvidence, held: gatherer?.store.held(concerning: digests()))
    }

    private func verdict(for chain: PresentedChain) async -> JudgedVerdict {
        do throws(Finding) {
            try PresentedLimits(options.limits).check(chain)
            let policy = policy.current
            let key = try ValidationCacheKey(policy: policy.fingerprint, chain: chain)
            let judge = { @Sendable in await self.judge(chain, key: key, engine: policy.engine) }
            let found = if let cache { await verdict(for: key, through: cache, judge: judge) } else { await judge() }
            return JudgedVerdict(found)
        } catch {
            return JudgedVerdict(verdict: .refused(AuthenticationFailure(error), until: nil))
        }
    }

    private func judge(
        _ chain: PresentedChain,
        key: ValidationCacheKey,
        engine: ValidationEngine
    ) async -> CachedVerdict {
        let clock = options.clock
        let digests = key.certificateDigests
        guard let gatherer, options.revocationMode == .online else {
            let evidence = evidenceInForce(for: digests)
            let now = clock.now()
            let verdict = watch.watch(at: now) { observer in
                engine.decision(for: chain, evidence: evidence.evidence(), at: now, observer: observer)
            }.verdict
            shadow?.compare(verdict, on: chain) { evidence.evidence() }
            return CachedVerdict(verdict: verdict, key: key, evidenceGeneration: evidence.generation, madeAt: now)
        }
        let (verdict, generation, moment) = await watch.watch { observer in
            let gathering = EvidenceGathering(gatherer: gatherer, clock: clock) {
                self.evidenceInForce(for: digests)
            } decide: { evidence, now in
                engine.decision(for: chain, evidence: evidence, at: now, observer: observer)
            }
            return await gathering.verdict()
        }
        shadow?.compare(verdict, on: chain) { self.evidenceInForce(for: digests).evidence() }
        return CachedVerdict(verdict: verdict, key: key, evidenceGeneration: generation, madeAt: moment)
    }
}
