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

    private let policy: PolicyInForce
    private let cache: (any CertificateValidationCache)?
    private let evidence: Mutex<EvidenceInUse>
    private let claims: ClaimMapping
    private let hooks: HookRunner

    /// Makes an authenticator.
    ///
    /// - Parameters:
    ///   - options: the policy.
    ///   - events: the application's hooks.
    ///   - cache: remembers verdicts; may be shared, entries of different policies never meet. Nil remembers nothing.
    ///   - revocationEvidence: the CRLs at hand.
    ///   - logger: hears one line a decision.
    /// - Throws: `ConfigurationError` for options that cannot mean what they say and for trust that can't be loaded.
    public init(
        options: CertificateAuthenticationOptions,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        cache: (any CertificateValidationCache)? = nil,
        revocationEvidence: RevocationEvidence = .none,
        logger: Logger = Logger(label: "certauth")
    ) throws(ConfigurationError) {
        do throws(UnsupportedOpenSSL) {
            try OpenSSLVersion.require()
        } catch {
            throw .unsupportedOpenSSL("\(error)")
        }
        try options.check()
        if options.hookReuse == .cached && cache == nil { throw .cachedHooksWithoutCache }
        let log = DecisionLog(logger: logger, schemeName: options.schemeName)
        if case .system = options.trust, events.onCertificateValidated == nil { log.warnOfSystemTrust() }
        log.warnOfLoosened(options)
        self.options = options
        self.events = events
        self.cache = cache
        policy = try PolicyInForce(options: options)
        evidence = Mutex(EvidenceInUse(revocationEvidence))
        claims = ClaimMapping(claimsIssuer: options.claimsIssuer)
        hooks = HookRunner(events: events, schemeName: options.schemeName, log: log)
    }

    /// The identity of the policy in force; it changes when a reloadable trust source does.
    public var policyFingerprint: PolicyFingerprint { policy.current.fingerprint }

    /// The anchors in force; nil when the policy trusts none.
    public var trustStore: TrustStore? { policy.current.engine.trust }

    /// The CRLs in use. Setting them makes every cached verdict that rests on others void.
    public var revocationEvidence: RevocationEvidence {
        get { evidence.withLock { $0 }.evidence }
        set { evidence.withLock { $0 = EvidenceInUse(newValue) } }
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
    public func validate(_ chain: PresentedChain) -> ValidationVerdict {
        let now = options.clock.now()
        let inUse = evidence.withLock { $0 }
        let policy = policy.current
        let validateNow = { policy.engine.verdict(for: chain, evidence: inUse.evidence, at: now) }
        guard let cache else { return validateNow() }
        do throws(Finding) {
            try PresentedLimits(options.limits).check(chain)
            let key = try ValidationCacheKey(policy: policy.fingerprint, chain: chain)
            if let found = cache.cachedVerdict(for: key, evidence: inUse.generation, at: now) {
                return found.verdict
            }
            let verdict = validateNow()
            let cached = CachedVerdict(verdict: verdict, evidenceGeneration: inUse.generation)
            cache.store(cached, for: key, at: now)
            return verdict
        } catch {
            return .refused(AuthenticationFailure(error), until: nil)
        }
    }

    /// Asks what an unauthenticated client of a protected resource gets.
    public func challenge(_ context: ChallengeContext) async -> ChallengeDecision {
        await hooks.challenge(context)
    }
}

extension CertificateAuthenticator {
    /// A result with the verdict it rests on, for a connection that keeps it.
    package struct Judgement: Sendable {
        package let result: AuthenticationResult
        package let verdict: ValidationVerdict?
        /// False when a hook threw: trouble that may pass, so that the next request asks again.
        package var isFinal = true
    }

    /// Authenticates by a verdict that is still known to hold, or by a new one.
    package func authenticate(
        _ chain: PresentedChain?,
        facts: ConnectionFacts,
        verdict held: ValidationVerdict?
    ) async -> Judgement {
        guard facts.isSecure else { return Judgement(result: .noResult(.notHTTPS), verdict: nil) }
        guard let chain else { return Judgement(result: .noResult(.noCertificate), verdict: nil) }
        let verdict: ValidationVerdict
        if let held { verdict = held } else { verdict = await self.verdict(for: chain) }
        let request = HookRequest(facts: facts, source: chain.source)
        switch verdict {
        case .accepted(let path):
            let reuse = options.hookReuse == .cached ? hookKey(chain, verdict) : nil
            let principal = claims.principal(of: path.leaf)
            let answer = await hooks.validated(path, principal: principal, request: request, reuse: reuse)
            return Judgement(result: answer.result, verdict: verdict, isFinal: !answer.hookThrew)
        case .refused(let failure, _):
            return Judgement(result: await hooks.failed(failure, request: request), verdict: verdict)
        }
    }

    /// Forgets cached decisions of hooks, for instance after a change of roles; only `.cached` keeps any.
    public func removeCachedHookDecisions() { hooks.forget() }

    private func verdict(for chain: PresentedChain) async -> ValidationVerdict {
        guard let cache else { return validate(chain) }
        let now = options.clock.now()
        let evidence = revocationEvidence
        do throws(Finding) {
            try PresentedLimits(options.limits).check(chain)
            let policy = policy.current
            let key = try ValidationCacheKey(policy: policy.fingerprint, chain: chain)
            let generation = evidence.generation
            return await cache.verdict(for: key, evidence: generation, at: now) {
                let verdict = policy.engine.verdict(for: chain, evidence: evidence, at: now)
                return CachedVerdict(verdict: verdict, evidenceGeneration: generation)
            }.verdict
        } catch {
            return .refused(AuthenticationFailure(error), until: nil)
        }
    }

    private func hookKey(_ chain: PresentedChain, _ verdict: ValidationVerdict) -> HookDecisionKey? {
        do throws(Finding) {
            return HookDecisionKey(
                chain: try ValidationCacheKey(policy: policyFingerprint, chain: chain),
                evidence: revocationEvidence.generation,
                validUntil: verdict.validUntil,
                now: options.clock.now()
            )
        } catch {
            return nil
        }
    }
}
