// SPDX-License-Identifier: Apache-2.0

/// The context of a request's hooks besides the certificate.
struct HookRequest: Sendable {
    let facts: ConnectionFacts
    let source: PresentedChain.Source
    /// The client's certificate as presented, for the log.
    var leaf: [UInt8]?

    var client: RefusedClient { RefusedClient(facts: facts, leaf: leaf) }
}

/// The outcome of calling `onCertificateValidated`.
enum HookDecision: Sendable {
    case decided(CertificateValidatedDecision)
    case threw(any Error)
    /// It did not answer in time, or the client has gone.
    case unanswered(HookFailure)
}

/// A decision, and the path it was made for.
struct HookAnswer: Sendable {
    let decision: HookDecision
    let path: ValidatedChain

    /// Whether the decision is also valid for a new verdict: the path is the same.
    func applies(to other: ValidatedChain) -> Bool { path.certificates == other.certificates }
}

/// Runs the application's hooks and converts their answers to results. An error refuses the client.
struct HookRunner: Sendable {
    private let events: CertificateAuthenticationEvents
    private let schemeName: String
    private let deadline: Duration
    let log: DecisionLog
    private let spans: Spans
    private let conditions: VerdictConditions
    let memory = HookDecisionScope()

    init(
        events: CertificateAuthenticationEvents,
        options: CertificateAuthenticationOptions,
        log: DecisionLog,
        spans: Spans,
        conditions: VerdictConditions
    ) {
        self.events = events
        schemeName = options.schemeName
        deadline = options.hookDeadline
        self.log = log
        self.spans = spans
        self.conditions = conditions
    }

    /// Whether there is an `onCertificateValidated` hook.
    var hasValidatedHook: Bool { events.onCertificateValidated != nil }

    /// Calls `onCertificateValidated` for a valid certificate.
    ///
    /// - Parameter reuse: where decisions are stored and looked up; nil always calls the hook.
    func ask(
        _ chain: ValidatedChain,
        principal: ClaimsPrincipal,
        request: HookRequest,
        reuse: HookDecisions?
    ) async -> HookDecision {
        guard let hook = events.onCertificateValidated else { return .decided(.success(principal)) }
        let mark = memory.mark
        if let kept = reuse?.decision(since: mark) as? CertificateValidatedDecision { return .decided(kept) }
        let context = CertificateValidatedContext(
            chain: chain,
            principal: principal,
            facts: request.facts,
            source: request.source,
            schemeName: schemeName
        )
        do {
            let decision = try await spans.span("certauth.hooks") { [deadline] _ in
                await Result { try await HookRace.run(within: deadline) { try await hook(context) } }
            }.get()
            reuse?.keep(decision, since: mark)
            return .decided(decision)
        } catch let silence as HookFailure {
            return .unanswered(silence)
        } catch {
            return .threw(error)
        }
    }

    /// The result of a decision about a valid certificate. It is not final if the next request must call the hook
    /// again.
    ///
    /// - Parameter changes: the number of changes of the conditions that are known to make no difference.
    func settle(
        _ decision: HookDecision,
        _ chain: ValidatedChain,
        request: HookRequest,
        changes: Int
    ) async -> (result: AuthenticationResult, isFinal: Bool) {
        switch decision {
        case .decided(let decision):
            return (await settle(decision, chain, request: request, changes: changes), true)
        case .threw(let error):
            let text = "onCertificateValidated threw: \(DisplayText.escaped(String(describing: error)))"
            let failure = chain.refusal(Finding(.rejectedByHandler, at: nil, text))
            return (await failed(failure, request: request, thrown: error), false)
        case .unanswered(let silence):
            let failure = chain.refusal(Finding(.rejectedByHandler, at: nil, "onCertificateValidated \(silence)"))
            return (await failed(failure, request: request), false)
        }
    }

    private func settle(
        _ decision: CertificateValidatedDecision,
        _ chain: ValidatedChain,
        request: HookRequest,
        changes: Int
    ) async -> AuthenticationResult {
        let finding: Finding
        switch decision {
        case .success(let principal):
            guard principal.isAnonymous else {
                var client = AuthenticatedClient(
                    principal: principal,
                    chain: chain,
                    facts: request.facts,
                    source: request.source,
                    schemeName: schemeName
                )
                (client.conditions, client.changes) = (conditions, changes)
                log.accepted(client)
                return .success(client)
            }
            let text = "onCertificateValidated returned a principal without an authenticated identity"
            finding = Finding(.rejectedByHandler, at: 0, text)
        case .fail(let reason):
            finding = Finding(.rejectedByHandler, at: 0, DisplayText.escaped(reason))
        case .refuse(let code, let reason):
            finding = Finding(code.ofRefusal, at: 0, DisplayText.escaped(reason, limit: 1024))
        case .noResult:
            return .noResult(.handler)
        }
        return await failed(chain.refusal(finding), request: request)
    }

    /// The result of a refusal. `onAuthenticationFailed` runs exactly once, before the one line in the log.
    func failed(
        _ failure: AuthenticationFailure,
        request: HookRequest,
        thrown: (any Error)? = nil
    ) async -> AuthenticationResult {
        await logged(failure, request: request, thrown: thrown).result
    }

    /// The result of a refusal, and the refusal as it is in the log, which exists even if the hook makes the client
    /// anonymous.
    func logged(
        _ failure: AuthenticationFailure,
        request: HookRequest,
        thrown: (any Error)? = nil
    ) async -> (result: AuthenticationResult, failure: AuthenticationFailure) {
        let failure = failure.identified.reported
        guard let hook = events.onAuthenticationFailed else {
            log.refused(failure, request.client)
            return (.failure(failure), failure)
        }
        let context = AuthenticationFailedContext(
            failure: failure,
            thrownError: thrown,
            facts: request.facts,
            source: request.source,
            schemeName: schemeName
        )
        do {
            switch try await HookRace.run(within: deadline, { try await hook(context) }) {
            case .keep:
                log.refused(failure, request.client)
                return (.failure(failure), failure)
            case .fail(let reason):
                let finding = Finding(.rejectedByHandler, at: nil, DisplayText.escaped(reason))
                var replaced = AuthenticationFailure(finding, trace: failure.trace)
                replaced.decision = failure.decision
                replaced.isReported = true
                log.refused(replaced, request.client, insteadOf: failure)
                return (.failure(replaced), replaced)
            case .noResult:
                log.refused(failure, request.client)
                return (.noResult(.handler), failure)
            }
        } catch {
            log.refused(failure, request.client)
            log.hookThrew("onAuthenticationFailed", error)
            return (.failure(failure), failure)
        }
    }

    /// The answer to an unauthenticated client. If the hook throws or does not answer in time, the client is refused.
    func challenge(_ context: ChallengeContext) async -> ChallengeDecision {
        guard let hook = events.onChallenge else { return .refuse }
        do {
            return try await HookRace.run(within: deadline) { try await hook(context) }
        } catch {
            log.hookThrew("onChallenge", error)
            return .refuse
        }
    }
}

extension Result where Failure == any Error {
    /// The result or error of an asynchronous closure.
    init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
