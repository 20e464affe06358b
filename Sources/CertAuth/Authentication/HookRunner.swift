// SPDX-License-Identifier: Apache-2.0
// Runs the application's hooks and turns their answers, and their errors, into results.

/// What the hooks of one request are told beside the certificate.
struct HookRequest: Sendable {
    let facts: ConnectionFacts
    let source: PresentedChain.Source
}

/// What came of asking the hooks about a valid certificate.
struct HookAnswer: Sendable {
    let result: AuthenticationResult
    var hookThrew = false
}

/// Runs hooks; whatever they throw is a refusal.
struct HookRunner: Sendable {
    private let events: CertificateAuthenticationEvents
    private let schemeName: String
    let log: DecisionLog
    private let spans: Spans
    let memory = HookMemory()

    init(events: CertificateAuthenticationEvents, schemeName: String, log: DecisionLog, spans: Spans) {
        self.events = events
        self.schemeName = schemeName
        self.log = log
        self.spans = spans
    }

    /// The result for a valid certificate.
    ///
    /// - Parameter reuse: where a decision may be kept and found again; nil runs the hook.
    func validated(
        _ chain: ValidatedChain,
        principal: ClaimsPrincipal,
        request: HookRequest,
        reuse: HookDecisions?
    ) async -> HookAnswer {
        let decision: CertificateValidatedDecision
        do {
            decision = try await decide(chain, principal: principal, request: request, reuse: reuse)
        } catch {
            let text = "onCertificateValidated threw: \(DisplayText.escaped(String(describing: error)))"
            let failure = chain.refusal(Finding(.rejectedByHandler, at: nil, text))
            return HookAnswer(result: await failed(failure, request: request, thrown: error), hookThrew: true)
        }
        switch decision {
        case .success(let principal):
            let client = AuthenticatedClient(
                principal: principal,
                chain: chain,
                facts: request.facts,
                source: request.source,
                schemeName: schemeName
            )
            log.accepted(client)
            return HookAnswer(result: .success(client))
        case .fail(let reason):
            let finding = Finding(.rejectedByHandler, at: 0, DisplayText.escaped(reason))
            return HookAnswer(result: await failed(chain.refusal(finding), request: request))
        case .refuse(let code, let reason):
            let finding = Finding(code, at: 0, DisplayText.escaped(reason, limit: 1024))
            return HookAnswer(result: await failed(chain.refusal(finding), request: request))
        case .noResult:
            return HookAnswer(result: .noResult(.handler))
        }
    }

    /// The result for a refusal; `onAuthenticationFailed` runs exactly once.
    func failed(
        _ failure: AuthenticationFailure,
        request: HookRequest,
        thrown: (any Error)? = nil
    ) async -> AuthenticationResult {
        let failure = failure.identified
        log.refused(failure, facts: request.facts)
        guard let hook = events.onAuthenticationFailed else { return .failure(failure) }
        let context = AuthenticationFailedContext(
            failure: failure,
            thrownError: thrown,
            facts: request.facts,
            source: request.source,
            schemeName: schemeName
        )
        do {
            switch try await hook(context) {
            case .keep: return .failure(failure)
            case .fail(let reason):
                let finding = Finding(.rejectedByHandler, at: nil, DisplayText.escaped(reason))
                var replaced = AuthenticationFailure(finding, trace: failure.trace)
                replaced.identifier = failure.identifier
                log.replaced(failure, by: replaced)
                return .failure(replaced)
            case .noResult: return .noResult(.handler)
            }
        } catch {
            log.hookThrew("onAuthenticationFailed", error)
            return .failure(failure)
        }
    }

    /// The answer to an unauthenticated client; a hook that throws refuses.
    func challenge(_ context: ChallengeContext) async -> ChallengeDecision {
        guard let hook = events.onChallenge else { return .refuse }
        do {
            return try await hook(context)
        } catch {
            log.hookThrew("onChallenge", error)
            return .refuse
        }
    }

    private func decide(
        _ chain: ValidatedChain,
        principal: ClaimsPrincipal,
        request: HookRequest,
        reuse: HookDecisions?
    ) async throws -> CertificateValidatedDecision {
        guard let hook = events.onCertificateValidated else { return .success(principal) }
        let mark = memory.mark
        if let kept = reuse?.decision(since: mark) as? CertificateValidatedDecision { return kept }
        let context = CertificateValidatedContext(
            chain: chain,
            principal: principal,
            facts: request.facts,
            source: request.source,
            schemeName: schemeName
        )
        let decision = try await spans.span("certauth.hooks") { _ in await Result { try await hook(context) } }.get()
        reuse?.keep(decision, since: mark)
        return decision
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous body returns or throws.
    init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
