// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL
internal import Synchronization

/// Authenticates the requests of one connection.
///
/// The verdict is kept until it expires, so a certificate that expires while the connection is open is no longer
/// accepted. Hooks run as often as `hookReuse` requires.
public final class ConnectionAuthentication: Sendable {
    /// The policy of this connection.
    package let authenticator: CertificateAuthenticator
    /// What the client presented in the handshake; nil for nothing. If the client was refused, only its own certificate
    /// is kept, and as many others as fit into 8 KiB.
    package var presentedChain: PresentedChain? { state.withLock { $0.chain } }
    /// The connection.
    package let facts: ConnectionFacts

    /// The verdict, and what was derived from it. A class, so that a request takes one reference and copies nothing.
    private final class Held: Sendable {
        let record: VerdictRecord
        /// Determines which decisions of hooks were valid when the result was made; nil without a result.
        let hookMark: HookDecisionScope.Mark?
        /// Created once for all requests.
        let principal: ClaimsPrincipal?
        let result: AuthenticationResult?

        init(
            _ record: VerdictRecord,
            hookMark: HookDecisionScope.Mark? = nil,
            principal: ClaimsPrincipal? = nil,
            result: AuthenticationResult? = nil
        ) {
            self.record = record
            self.hookMark = hookMark
            self.principal = principal
            self.result = result
        }
    }

    private struct State: Sendable {
        var chain: PresentedChain?
        /// Called once, when the client has been refused.
        var refusalAction: (@Sendable () -> Void)?
        var held: Held?
        /// The verdict that last accepted the client. It is used to validate the client again between requests.
        var acceptance: VerdictRecord?
        var isAcceptanceForgotten = false
        /// Counts calls of `invalidate`, so that a running request does not restore a discarded verdict.
        var invalidations = 0
        /// Counts changes before the client was accepted. A running request may be based on the state before them.
        var changesUnseen = 0
        var observer: (@Sendable (VerdictChange) -> Void)?
        var subscription: ConditionChangeNotice.Subscription?
    }

    private let state = Mutex(State())
    private let digests: [[UInt8]]

    /// Creates a connection without a verdict.
    public convenience init(authenticator: CertificateAuthenticator, chain: PresentedChain?, facts: ConnectionFacts) {
        self.init(authenticator: authenticator, chain: chain, facts: facts, verdict: nil)
    }

    /// Creates a connection with the handshake's verdict on `chain` by `authenticator`, so that it is not made twice. A
    /// verdict that is not final is ignored, because the missing evidence can be fetched.
    package init(
        authenticator: CertificateAuthenticator,
        chain: PresentedChain?,
        facts: ConnectionFacts,
        verdict: VerdictRecord?
    ) {
        self.authenticator = authenticator
        self.facts = facts
        // A certificate that cannot be hashed has no verdict that could be kept.
        digests = chain?.derEncoded.compactMap { try? DigestAlgorithm.sha256.digest($0) } ?? []
        state.withLock { state in
            state.chain = chain
            if let verdict, verdict.isReusable { state.held = Held(verdict) }
        }
        if let verdict, verdict.path == nil { reduceChain(refusedBy: verdict) }
    }

    /// Authenticates one request, or returns the previous result if it is still valid.
    public func authenticate() async -> AuthenticationResult { await authenticate(forRequest: true) }

    /// - Parameter forRequest: if false, nothing is kept for requests on a connection that has had none.
    private func authenticate(forRequest: Bool) async -> AuthenticationResult {
        let mark = hookMark
        let (known, begun, unseen) = state.withLock { ($0.held, $0.invalidations, $0.changesUnseen) }
        let held = known.flatMap(confirmed)
        if let held, let result = result(held, hookMark: mark) { return result }
        let chain = presentedChain
        let request = await authenticator.authenticate(
            chain,
            facts: facts,
            held: held?.record,
            former: known?.record,
            // The principal depends on the client's certificate alone.
            principal: known?.principal
        )
        guard let record = request.record else { return request.result }
        // Under `.connection`, the decision of the hook is kept with the result.
        let keepsResult = forRequest || known?.result != nil || authenticator.options.hookReuse == .connection
        let fresh = Held(
            record,
            hookMark: mark,
            principal: keepsResult ? request.principal : nil,
            result: keepsResult && request.isFinal ? request.result : nil
        )
        state.withLock { state in
            if record.isReusable, state.invalidations == begun { state.held = fresh }
        }
        if case .success = request.result { didAccept(record, invalidations: begun, changesUnseen: unseen) }
        if record.path == nil { reduceChain(refusedBy: record) }
        return request.result
    }

    /// The previous result, if it is still valid and no hook has to run. Nil if the request must be authenticated.
    package func repeatedResult() -> AuthenticationResult? {
        let mark = hookMark
        guard let held = state.withLock({ $0.held }).flatMap(confirmed) else { return nil }
        return result(held, hookMark: mark)
    }

    /// Discards the verdict. The next request is validated again, and so is the open connection if it is observed.
    public func invalidate() { invalidate(isUrgent: true) }

    private func invalidate(isUrgent: Bool) {
        let observer = state.withLock { state in
            state.invalidations += 1
            state.held = nil
            state.isAcceptanceForgotten = true
            return state.acceptance == nil ? nil : state.observer
        }
        observer?(.doubted(isUrgent: isUrgent))
    }

    private var hookMark: HookDecisionScope.Mark? {
        authenticator.options.hookReuse == .connection ? authenticator.hooks.memory.mark : nil
    }

    /// The result of a verdict that is still valid; nil if a hook has to run.
    private func result(_ held: Held, hookMark: HookDecisionScope.Mark?) -> AuthenticationResult? {
        guard let result = held.result else { return nil }
        if authenticator.options.hookReuse == .connection, held.hookMark == hookMark {
            return result.confirmed(after: held.record.changes)
        }
        // No hook would run, so the result is unchanged.
        guard case .success(let client) = result, authenticator.repeatsAcceptance(of: client) else { return nil }
        return result.confirmed(after: held.record.changes)
    }

    /// The verdict if it is still valid. Later calls need not compare the changes up to now again.
    private func confirmed(_ held: Held) -> Held? {
        if authenticator.verdicts.isUnchanged(held.record) { return held }
        guard case .holds(let record) = authenticator.verdicts.validity(of: held.record, digests: digests) else {
            return nil
        }
        guard record.changes != held.record.changes else { return held }
        let confirmed = Held(record, hookMark: held.hookMark, principal: held.principal, result: held.result)
        state.withLock { state in
            // Another request may have replaced it meanwhile.
            if state.held?.record.changes == held.record.changes { state.held = confirmed }
        }
        return confirmed
    }
}

extension ConnectionAuthentication {
    /// Calls `action` once when the client has been refused, so that a layer with its own copies of the certificates
    /// can release them.
    ///
    /// The action is called on any thread and must not wait.
    package func whenRefused(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.refusalAction = action }
    }

    /// Releases memory. A refused client can keep any number of connections open, so no parsed certificate is kept for
    /// it, and only a part of a large chain.
    private func reduceChain(refusedBy record: VerdictRecord) {
        // A temporary refusal may need the whole chain again.
        let isLasting = record.verdict.isSettled && !record.isRevokedByApplication
        let action = state.withLock { state in
            let chain = state.chain
            state.chain = isLasting ? chain?.remainderAfterRefusal : chain?.unparsed
            defer { state.refusalAction = nil }
            return state.refusalAction
        }
        action?()
    }
}

extension ConnectionAuthentication {
    /// Notifies `observer` when the client is accepted, with the end of that acceptance, and when something has
    /// happened that may end it. Without a certificate there are no notifications.
    ///
    /// The observer is called on any thread and must not wait.
    package func observe(_ observer: @escaping @Sendable (VerdictChange) -> Void) {
        guard presentedChain != nil else { return }
        let subscription = authenticator.conditions.subscribe(presented: digests) { [weak self] in
            self?.conditionsDidChange($0)
        }
        // A former subscription is released outside the lock.
        let (acceptance, former) = state.withLock { state in
            let former = state.subscription
            state.observer = observer
            state.subscription = subscription
            if let path = state.acceptance?.path { subscription.limitInvalidations(to: path.certificates) }
            return (state.acceptance, former)
        }
        withExtendedLifetime(former) {}
        guard let acceptance else { return }
        observer(.accepted(until: acceptance.verdict.validUntil))
        // Changes before the subscription were not reported.
        if isDoubtful { observer(.doubted(isUrgent: false)) }
    }

    /// Stops observing.
    package func endObservation() {
        // Released outside the lock, because the end of a subscription runs its own code.
        let ended = state.withLock { state in
            defer {
                state.observer = nil
                state.subscription = nil
            }
            return (state.observer, state.subscription)
        }
        withExtendedLifetime(ended) {}
    }

    /// Validates an accepted client again, including hooks. Evidence may be fetched.
    ///
    /// - Returns: nil if the acceptance is still valid, or if there is none.
    package func revalidate() async -> AuthenticationResult? {
        isDoubtful ? await authenticate(forRequest: false) : nil
    }

    /// Whether anything that the acceptance is based on has changed since the client was accepted.
    package var isDoubtful: Bool {
        let (acceptance, isForgotten) = state.withLock { ($0.acceptance, $0.isAcceptanceForgotten) }
        guard let acceptance else { return false }
        return isForgotten || !isCurrent(acceptance)
    }

    /// The last moment at which the acceptance is valid; nil for no limit or no acceptance.
    package var acceptedUntil: Timestamp? { state.withLock { $0.acceptance?.verdict.validUntil } }

    private func isCurrent(_ acceptance: VerdictRecord) -> Bool {
        if case .holds = authenticator.verdicts.validity(of: acceptance, digests: digests) { true } else { false }
    }

    private func didAccept(_ record: VerdictRecord, invalidations: Int, changesUnseen: Int) {
        let (observer, isNews, isDoubtful) = state.withLock { state in
            let former = state.acceptance
            state.acceptance = record
            // Under the lock, so that the subscription always fits the last acceptance.
            if let path = record.path, former?.path?.certificates != path.certificates {
                state.subscription?.limitInvalidations(to: path.certificates)
            }
            state.isAcceptanceForgotten = state.invalidations != invalidations
            return (
                state.observer, former == nil || former?.verdict.validUntil != record.verdict.validUntil,
                state.isAcceptanceForgotten || state.changesUnseen != changesUnseen
            )
        }
        if isNews { observer?(.accepted(until: record.verdict.validUntil)) }
        // A change between the verdict and the new limit of the subscription may not have been reported.
        let isMissed = observer != nil && authenticator.conditions.count != record.changes && !isCurrent(record)
        if isDoubtful || isMissed { observer?(.doubted(isUrgent: false)) }
    }

    private func conditionsDidChange(_ change: ConditionChange) {
        if case .evidence(let digest?) = change, !digests.contains(digest) { return }
        let acceptance = state.withLock { state in
            state.changesUnseen += 1
            return state.acceptance
        }
        if case .invalidated(let scope) = change {
            guard scope.covers(acceptance?.path?.certificates ?? []) || acceptance == nil else { return }
            invalidate(isUrgent: scope != .everything)
        } else if let acceptance, !isCurrent(acceptance) {
            state.withLock { $0.observer }?(.doubted(isUrgent: false))
        }
    }
}

/// A notification about the verdict of an open connection.
package enum VerdictChange: Sendable, Equatable {
    /// The client was accepted. Nil if the acceptance does not expire.
    case accepted(until: Timestamp?)
    /// The acceptance must be rechecked. Urgent if the application has named this client, its issuer or this connection.
    case doubted(isUrgent: Bool)
}
