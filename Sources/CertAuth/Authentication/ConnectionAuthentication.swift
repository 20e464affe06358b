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
    /// What the client presented in the handshake; nil for nothing.
    public let presentedChain: PresentedChain?
    /// The connection.
    public let facts: ConnectionFacts

    private struct Held: Sendable {
        let verdict: ValidationVerdict
        let evidence: [UInt8]
        let policy: PolicyFingerprint
        /// How many of the authenticator's invalidations came before it.
        let invalidations: Int
        /// Made once, however many requests there are.
        var principal: ClaimsPrincipal?
        var result: AuthenticationResult?
    }

    /// What let the client in, for judging it again while nothing is asked.
    private struct Acceptance: Sendable {
        let chain: ValidatedChain
        let evidence: [UInt8]
        let policy: PolicyFingerprint
        /// How many of the authenticator's invalidations came before it.
        let invalidations: Int
        var isForgotten = false
    }

    private struct State: Sendable {
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
        presentedChain = chain
        self.facts = facts
        if let verdict, verdict.isFinal, Self.isWorthKeeping(verdict.verdict) {
            let held = Held(
                verdict: verdict.verdict,
                evidence: verdict.evidence,
                policy: verdict.policy,
                invalidations: authenticator.invalidationCount
            )
            state.withLock { $0.held = held }
        }
        // A certificate that can't be hashed has no verdict that could be kept.
        digests = chain?.derEncoded.compactMap { try? DigestAlgorithm.sha256.digest($0) } ?? []
    }

    /// Authenticates one request, or hears again what still holds.
    public func authenticate() async -> AuthenticationResult {
        // First: what is said from here on is not known to what follows.
        let count = authenticator.invalidationCount
        let now = authenticator.options.clock.now()
        let evidence = authenticator.evidenceGeneration(for: digests)
        let policy = authenticator.policyFingerprint
        let (current, begun, unseen) = state.withLock { state -> (Held?, Int, Int) in
            guard let found = state.held, found.verdict.holds(at: now), found.evidence == evidence,
                found.policy == policy, state.subscription != nil || found.invalidations == count
            else { return (nil, state.invalidations, state.changesUnseen) }
            return (found, state.invalidations, state.changesUnseen)
        }
        if let result = current?.result, !isRevokedByHand {
            if authenticator.options.hookReuse == .connection { return result }
            // Nobody is to be asked, so it would come to the same.
            if case .success(let client) = result, authenticator.repeatsAcceptance(of: client) { return result }
        }
        let judgement = await authenticator.authenticate(
            presentedChain,
            facts: facts,
            verdict: current?.verdict,
            principal: current?.principal
        )
        guard let verdict = judgement.verdict else { return judgement.result }
        let fresh = Held(
            verdict: verdict,
            evidence: judgement.evidence ?? evidence,
            policy: policy,
            invalidations: count,
            principal: judgement.principal,
            result: judgement.isFinal ? judgement.result : nil
        )
        let isKept = Self.isWorthKeeping(verdict)
        state.withLock { state in
            if isKept, state.invalidations == begun, authenticator.invalidationCount == count { state.held = fresh }
        }
        if case (.success, .accepted(let chain)) = (judgement.result, verdict) {
            let acceptance = Acceptance(
                chain: chain,
                evidence: fresh.evidence,
                policy: policy,
                invalidations: count
            )
            didAccept(acceptance, invalidations: begun, changesUnseen: unseen)
        }
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

    private var isRevokedByHand: Bool { presentedChain.flatMap { authenticator.refusalByHand(of: $0) } != nil }

    /// Refusals that may pass by themselves are asked for again.
    private static func isWorthKeeping(_ verdict: ValidationVerdict) -> Bool {
        CachedVerdict(verdict: verdict, evidenceGeneration: []).isCacheable
    }
}

extension ConnectionAuthentication {
    /// Tells `observer` when the client is accepted, until when that holds by itself, and when something has happened
    /// by which it may hold no more. Without a certificate there is nothing to tell.
    ///
    /// The observer is called on any thread and must not wait.
    package func observe(_ observer: @escaping @Sendable (VerdictChange) -> Void) {
        guard presentedChain != nil else { return }
        let subscription = authenticator.changes.subscribe { [weak self] in self?.circumstancesDidChange($0) }
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
            && acceptance.chain.validUntil.map { now <= $0 } ?? true
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
