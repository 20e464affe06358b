// SPDX-License-Identifier: Apache-2.0
// One connection's certificate, and the verdict on it as long as it holds.

internal import CertAuthOpenSSL
internal import Synchronization

/// Authenticates the requests of one connection.
///
/// The verdict is kept until the moment it ends by itself, so that a certificate that expires while the connection is
/// open stops working; hooks run as often as `hookReuse` says.
public final class ConnectionAuthentication: Sendable {
    /// The policy of this connection.
    public let authenticator: CertificateAuthenticator
    /// What the client presented in the handshake; nil for nothing. Of a chain whose client was refused only the client's
    /// certificate is kept, with as many others as fit into 8 KiB.
    public var presentedChain: PresentedChain? { state.withLock { $0.chain } }
    /// The connection.
    public let facts: ConnectionFacts

    private struct Held: Sendable {
        let verdict: ValidationVerdict
        let evidence: [UInt8]
        let policy: PolicyFingerprint
        /// The moment it was made for: before it, it says nothing.
        let madeAt: Timestamp
        /// How many of the authenticator's invalidations came before it.
        let invalidations: Int
        /// Which decisions of hooks counted when the result was made; nil without a result.
        var hookMark: HookMemory.Mark?
        /// Made once, however many requests there are.
        var principal: ClaimsPrincipal?
        var result: AuthenticationResult?
    }

    /// What let the client in, for judging it again while nothing is asked.
    private struct Acceptance: Sendable {
        let chain: ValidatedChain
        let evidence: [UInt8]
        let policy: PolicyFingerprint
        let madeAt: Timestamp
        /// How many of the authenticator's invalidations came before it.
        let invalidations: Int
        var isForgotten = false
    }

    private struct State: Sendable {
        var chain: PresentedChain?
        /// Called once, when the client has been refused.
        var refusalAction: (@Sendable () -> Void)?
        var held: Held?
        var acceptance: Acceptance?
        /// Counts invalidations, so that a request under way does not bring back what was to be forgotten.
        var invalidations = 0
        /// Counts changes that came while nobody had been accepted: a request under way may rest on what was before.
        var changesUnseen = 0
        var observer: (@Sendable (VerdictChange) -> Void)?
        var subscription: ChangeNotice<CircumstanceChange>.Subscription?
    }

    private let state = Mutex(State())
    private let digests: [[UInt8]]

    /// Begins with no verdict.
    public convenience init(authenticator: CertificateAuthenticator, chain: PresentedChain?, facts: ConnectionFacts) {
        self.init(authenticator: authenticator, chain: chain, facts: facts, verdict: nil)
    }

    /// Begins with the handshake's verdict on `chain` by `authenticator`, so that it is not made twice; one that is
    /// not final is left out, for the evidence that it lacks is to be fetched.
    package init(
        authenticator: CertificateAuthenticator,
        chain: PresentedChain?,
        facts: ConnectionFacts,
        verdict: VerdictAtHand?
    ) {
        self.authenticator = authenticator
        self.facts = facts
        state.withLock { $0.chain = chain }
        if let verdict, verdict.isFinal, verdict.verdict.isSettled, !verdict.canBeTakenBack {
            let held = Held(
                verdict: verdict.verdict,
                evidence: verdict.evidence,
                policy: verdict.policy,
                madeAt: verdict.madeAt,
                invalidations: authenticator.invalidationCount
            )
            state.withLock { $0.held = held }
        }
        // A certificate that can't be hashed has no verdict that could be kept.
        digests = chain?.derEncoded.compactMap { try? DigestAlgorithm.sha256.digest($0) } ?? []
        if let verdict, case .refused = verdict.verdict {
            keepLess(ofChainRefusedBy: verdict.verdict, canBeTakenBack: verdict.canBeTakenBack)
        }
    }

    /// Authenticates one request, or repeats the result that still holds.
    public func authenticate() async -> AuthenticationResult {
        // First: what is said from here on is not known to what follows.
        let changes = authenticator.circumstances.count
        let scopes = authenticator.circumstances.invalidationCount
        let count = authenticator.invalidationCount
        let reuse = authenticator.options.hookReuse
        let mark = reuse == .connection ? authenticator.hooks.memory.mark : nil
        let now = authenticator.options.clock.now()
        let evidence = authenticator.evidenceGeneration(for: digests)
        let policy = authenticator.policyFingerprint
        let (chain, current, begun, unseen) = state.withLock { state -> (PresentedChain?, Held?, Int, Int) in
            guard let found = state.held, found.verdict.holds(at: now, madeAt: found.madeAt),
                found.evidence == evidence, found.policy == policy,
                state.subscription != nil || found.invalidations == count
            else { return (state.chain, nil, state.invalidations, state.changesUnseen) }
            return (state.chain, found, state.invalidations, state.changesUnseen)
        }
        if let result = current?.result, !isRevokedByHand(chain) {
            if reuse == .connection, current?.hookMark == mark { return result.confirmed(after: changes) }
            // No hook would run, so the result is unchanged.
            if case .success(let client) = result, authenticator.repeatsAcceptance(of: client) {
                return result.confirmed(after: changes)
            }
        }
        let held = current.map { found in
            HeldVerdict(
                judged: JudgedVerdict(verdict: found.verdict, evidence: evidence, madeAt: found.madeAt),
                basis: VerdictBasis(changes: changes, invalidations: scopes, policy: policy)
            )
        }
        let judgement = await authenticator.authenticate(
            chain,
            facts: facts,
            verdict: held,
            principal: current?.principal
        )
        guard let verdict = judgement.verdict else { return judgement.result }
        let madeAt = judgement.madeAt ?? current?.madeAt ?? now
        let fresh = Held(
            verdict: verdict,
            evidence: judgement.evidence ?? evidence,
            policy: policy,
            madeAt: madeAt,
            invalidations: count,
            hookMark: mark,
            principal: judgement.principal,
            result: judgement.isFinal ? judgement.result : nil
        )
        let isKept = verdict.isSettled
        state.withLock { state in
            if isKept, state.invalidations == begun, authenticator.invalidationCount == count { state.held = fresh }
        }
        if case (.success, .accepted(let chain)) = (judgement.result, verdict) {
            let acceptance = Acceptance(
                chain: chain,
                evidence: fresh.evidence,
                policy: policy,
                madeAt: madeAt,
                invalidations: count
            )
            didAccept(acceptance, invalidations: begun, changesUnseen: unseen)
        }
        if case .refused = verdict { keepLess(ofChainRefusedBy: verdict) }
        return judgement.result
    }

    /// Forgets the verdict, so that the next request is judged anew, and the open connection too where it is watched.
    public func invalidate() {
        let observer = state.withLock { state in
            state.invalidations += 1
            state.held = nil
            state.acceptance?.isForgotten = true
            return state.acceptance == nil ? nil : state.observer
        }
        observer?(.doubted)
    }

    private func isRevokedByHand(_ chain: PresentedChain?) -> Bool {
        chain.flatMap { authenticator.refusalByHand(of: $0) } != nil
    }
}

extension ConnectionAuthentication {
    /// Has `action` called once, when the client has been refused: a layer that keeps its certificates too may drop them.
    ///
    /// It is called on any thread and must not wait.
    package func whenRefused(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.refusalAction = action }
    }

    /// A refused client may leave its connection open, and may come with as many connections as it likes: nothing that
    /// was parsed is kept for it, and of a large chain only a part.
    private func keepLess(ofChainRefusedBy verdict: ValidationVerdict, canBeTakenBack: Bool = false) {
        let action = state.withLock { state in
            // What may pass by itself may also need the whole chain.
            let chain = state.chain
            state.chain = verdict.isSettled && !canBeTakenBack ? chain?.remainderAfterRefusal : chain?.unparsed
            defer { state.refusalAction = nil }
            return state.refusalAction
        }
        action?()
    }
}

extension ConnectionAuthentication {
    /// Tells `observer` when the client is accepted, until when that holds by itself, and when something has happened
    /// by which it may hold no more. Without a certificate there is nothing to tell.
    ///
    /// The observer is called on any thread and must not wait.
    package func observe(_ observer: @escaping @Sendable (VerdictChange) -> Void) {
        guard presentedChain != nil else { return }
        let subscription = authenticator.circumstances.subscribe { [weak self] in self?.circumstancesDidChange($0) }
        let count = authenticator.invalidationCount
        let acceptance = state.withLock { state in
            state.observer = observer
            state.subscription = subscription
            // What was said before the subscription was not heard.
            if let held = state.held, held.invalidations != count { state.held = nil }
            if let accepted = state.acceptance, accepted.invalidations != count { state.acceptance?.isForgotten = true }
            return state.acceptance
        }
        guard let acceptance else { return }
        observer(.accepted(until: acceptance.chain.validUntil))
        if !isCurrent(acceptance, isObserved: true) { observer(.doubted) }
    }

    /// Tells nobody any more.
    package func endObservation() {
        // Dropped outside of the lock, for the end of a subscription runs code of its own.
        let ended = state.withLock { state in
            defer {
                state.observer = nil
                state.subscription = nil
            }
            return (state.observer, state.subscription)
        }
        withExtendedLifetime(ended) {}
    }

    /// Judges a client that was accepted before once more, hooks included; evidence may be fetched for it.
    ///
    /// - Returns: nil when the acceptance still holds, and when there never was one.
    package func reexamine() async -> AuthenticationResult? {
        isDoubtful ? await authenticate() : nil
    }

    /// Whether something has changed since the client was accepted that its acceptance rests on.
    package var isDoubtful: Bool {
        let (acceptance, isObserved) = state.withLock { ($0.acceptance, $0.subscription != nil) }
        return acceptance.map { !isCurrent($0, isObserved: isObserved) } ?? false
    }

    /// The last moment at which the acceptance holds by itself; nil without end or acceptance.
    package var acceptedUntil: Timestamp? { state.withLock { $0.acceptance?.chain.validUntil } }

    /// - Parameter isObserved: an observed connection learns which invalidations concern it; any other one has only
    ///   their count to compare.
    private func isCurrent(_ acceptance: Acceptance, isObserved: Bool) -> Bool {
        let now = authenticator.options.clock.now()
        return !acceptance.isForgotten && (isObserved || acceptance.invalidations == authenticator.invalidationCount)
            && ValidationVerdict.accepted(acceptance.chain).holds(at: now, madeAt: acceptance.madeAt)
            && acceptance.policy == authenticator.policyFingerprint
            && acceptance.evidence == authenticator.evidenceGeneration(for: digests)
    }

    private func didAccept(_ acceptance: Acceptance, invalidations: Int, changesUnseen: Int) {
        let (observer, isNews, isDoubtful) = state.withLock { state in
            let isNews = state.acceptance?.chain.validUntil != acceptance.chain.validUntil || state.acceptance == nil
            state.acceptance = acceptance
            let isForgotten =
                state.invalidations != invalidations || acceptance.invalidations != authenticator.invalidationCount
            if isForgotten { state.acceptance?.isForgotten = true }
            return (state.observer, isNews, isForgotten || state.changesUnseen != changesUnseen)
        }
        if isNews { observer?(.accepted(until: acceptance.chain.validUntil)) }
        if isDoubtful { observer?(.doubted) }
    }

    private func circumstancesDidChange(_ change: CircumstanceChange) {
        if case .evidence(let digest?) = change, !digests.contains(digest) { return }
        let acceptance = state.withLock { state in
            state.changesUnseen += 1
            return state.acceptance
        }
        if case .invalidated(let scope) = change {
            if scope.covers(acceptance?.chain.certificates ?? []) || acceptance == nil { invalidate() }
        } else if let acceptance, !isCurrent(acceptance, isObserved: true) {
            state.withLock { $0.observer }?(.doubted)
        }
    }
}

/// What an open connection hears about its verdict.
package enum VerdictChange: Sendable, Equatable {
    /// The client was accepted; nil for an acceptance that does not end by itself.
    case accepted(until: Timestamp?)
    /// It is to be asked whether the acceptance holds still.
    case doubted
}
