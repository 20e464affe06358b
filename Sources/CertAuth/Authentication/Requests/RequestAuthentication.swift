// SPDX-License-Identifier: Apache-2.0

/// A result, and the verdict that it is based on.
package struct AuthenticatedRequest: Sendable {
    package let result: AuthenticationResult
    /// Nil if no verdict was made, or none that a later request may use.
    var record: VerdictRecord?
    /// The default principal of an accepted client, whatever the hook returned.
    var principal: ClaimsPrincipal?
    /// False if a hook threw: the next request calls it again.
    var isFinal = true
}

/// Authenticates requests: verdict, principal, hooks, and the verdict again after each wait.
struct RequestAuthentication: Sendable {
    /// How often one request is validated before it is refused. Above that, the basis of its verdict changes faster than
    /// the hook answers.
    static let validationLimit = 4

    let source: VerdictSource
    let hooks: HookRunner
    let principals: PrincipalCache

    /// The refusal of a request whose basis changes faster than it is validated.
    static var unstableBasis: AuthenticationFailure {
        let text = "the basis of the verdict changed \(validationLimit) times while the request waited"
        return AuthenticationFailure(Finding(.internalError, at: nil, text))
    }

    /// Authenticates a request.
    ///
    /// - Parameters:
    ///   - held: the connection's verdict, if it is valid now; nil makes one.
    ///   - former: the connection's last verdict, if it must be made again.
    ///   - known: the default principal that was created for this chain.
    func authenticate(
        _ chain: PresentedChain?,
        facts: ConnectionFacts,
        held: VerdictRecord?,
        former: VerdictRecord? = nil,
        principal known: ClaimsPrincipal?
    ) async -> AuthenticatedRequest {
        guard facts.isSecure else { return AuthenticatedRequest(result: .noResult(.notHTTPS)) }
        guard let chain else { return AuthenticatedRequest(result: .noResult(.noCertificate)) }
        let request = HookRequest(facts: facts, source: chain.source, leaf: chain.derEncoded.first)
        guard chain.source != .offline else {
            let text = "a chain of source offline: the client has not proven that it holds the key"
            return await refused(AuthenticationFailure(Finding(.keyNotProven, at: 0, text)), request)
        }
        // Cached hook decisions end with the cache entry, so the cache is consulted each time.
        let held = source.options.hookReuse == .cached ? nil : held
        var record: VerdictRecord
        if let held {
            record = source.applicationRefusal(of: chain) ?? held
        } else {
            record = await source.verdictGatheringEvidence(on: chain, former: former)
        }
        var answer: HookAnswer?
        for _ in 0..<Self.validationLimit {
            guard let path = record.path else { break }
            let principal = known ?? principals.principal(of: path.leaf)
            let decision = await decision(on: path, record, principal, request, earlier: answer)
            answer = HookAnswer(decision: decision, path: path)
            switch validity(of: record, on: chain) {
            case .holds(let confirmed):
                let settled = await hooks.settle(decision, path, request: request, changes: confirmed.changes)
                return AuthenticatedRequest(
                    result: settled.result,
                    record: confirmed,
                    principal: principal,
                    isFinal: settled.isFinal
                )
            case .revoked(let failure): return await refused(failure, request)
            case .doubtful(let isInvalidated):
                if isInvalidated { answer = nil }
                record = await source.verdictGatheringEvidence(on: chain)
            }
        }
        guard case .refused(let failure, _) = record.verdict else { return await refused(Self.unstableBasis, request) }
        let isKept = !record.isRevokedByApplication
        return AuthenticatedRequest(
            result: await hooks.failed(failure, request: request),
            record: isKept ? record : nil
        )
    }

    /// The verdict without hooks. It is made again until nothing changes meanwhile.
    func verdict(on chain: PresentedChain) async -> ValidationVerdict {
        for _ in 0..<Self.validationLimit {
            let record = await source.verdictGatheringEvidence(on: chain)
            guard record.path != nil else { return record.verdict }
            switch validity(of: record, on: chain) {
            case .holds: return record.verdict
            case .revoked(let failure): return .refused(failure, until: nil)
            case .doubtful: continue
            }
        }
        return .refused(Self.unstableBasis, until: nil)
    }

    /// The hook's decision. An earlier decision of this request is used if the path is the same.
    private func decision(
        on path: ValidatedChain,
        _ record: VerdictRecord,
        _ principal: ClaimsPrincipal,
        _ request: HookRequest,
        earlier answer: HookAnswer?
    ) async -> HookDecision {
        if let answer, answer.applies(to: path) { return answer.decision }
        let reuse = source.options.hookReuse == .cached ? record.hookDecisions : nil
        return await hooks.ask(path, principal: principal, request: request, reuse: reuse)
    }

    private func validity(of record: VerdictRecord, on chain: PresentedChain) -> VerdictValidity {
        source.validity(
            of: record,
            digests: try? ValidationCacheKey(policy: record.basis.policy, chain: chain).certificateDigests
        )
    }

    private func refused(_ failure: AuthenticationFailure, _ request: HookRequest) async -> AuthenticatedRequest {
        AuthenticatedRequest(result: await hooks.failed(failure, request: request))
    }
}
