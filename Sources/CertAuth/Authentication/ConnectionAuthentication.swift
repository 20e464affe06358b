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
        var result: AuthenticationResult?
    }

    private struct State: Sendable {
        var held: Held?
        /// Counts invalidations, so that a request under way does not bring back what was to be forgotten.
        var invalidations = 0
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
            let held = Held(verdict: verdict.verdict, evidence: verdict.evidence, policy: verdict.policy)
            state.withLock { $0.held = held }
        }
        // A certificate that can't be hashed has no verdict that could be kept.
        digests = chain?.derEncoded.compactMap { try? DigestAlgorithm.sha256.digest($0) } ?? []
    }

    /// Authenticates one request, or hears again what still holds.
    public func authenticate() async -> AuthenticationResult {
        let now = authenticator.options.clock.now()
        let evidence = authenticator.evidenceGeneration(for: digests)
        let policy = authenticator.policyFingerprint
        let (current, begun) = state.withLock { state -> (Held?, Int) in
            guard let found = state.held, found.verdict.holds(at: now), found.evidence == evidence,
                found.policy == policy
            else { return (nil, state.invalidations) }
            return (found, state.invalidations)
        }
        if authenticator.options.hookReuse == .connection, let result = current?.result { return result }
        let judgement = await authenticator.authenticate(presentedChain, facts: facts, verdict: current?.verdict)
        if let verdict = judgement.verdict, Self.isWorthKeeping(verdict) {
            let fresh = Held(
                verdict: verdict,
                evidence: judgement.evidence ?? evidence,
                policy: policy,
                result: judgement.isFinal ? judgement.result : nil
            )
            state.withLock { state in
                if state.invalidations == begun { state.held = fresh }
            }
        }
        return judgement.result
    }

    /// Forgets the verdict, so that the next request is judged anew.
    public func invalidate() {
        state.withLock { state in
            state.invalidations += 1
            state.held = nil
        }
    }

    /// Refusals that may pass by themselves are asked for again.
    private static func isWorthKeeping(_ verdict: ValidationVerdict) -> Bool {
        CachedVerdict(verdict: verdict, evidenceGeneration: []).isCacheable
    }
}
