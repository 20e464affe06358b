// SPDX-License-Identifier: Apache-2.0
// Judges the presented chain inside the handshake and remembers what came of it.

import CertAuth
import CertAuthOpenSSL

/// Chooses the policy of one connection and judges its chain, inside its handshake.
final class HandshakeJudge {
    let policies: PolicyTable
    /// The policy that the first ClientHello chose.
    private(set) var policy: ServerPolicy?
    /// The name for which there was no policy.
    private(set) var refusedName: String??
    /// The chain as presented, once there is one.
    private(set) var presentedChain: PresentedChain?
    /// The handshake's verdict on that chain, where it made one.
    private(set) var verdict: VerdictRecord?
    /// What the session held that this connection resumed.
    private(set) var resumed: TicketContents?
    /// The last session that was found good, with the verdict on its chain.
    var accepted: AcceptedSession?
    private var late = LatePhase.unasked

    private enum LatePhase {
        case unasked
        case expected(PresentedChain?)
        /// What was asked for did not come in time, or the connection ended.
        case closed
    }

    /// Why the chain was refused.
    private(set) var failure: AuthenticationFailure?

    init(policies: PolicyTable) { self.policies = policies }

    /// Answers OpenSSL's first ClientHello: the context that serves the client, nil to refuse it.
    func context(for hello: ClientHello) -> TLSContext? {
        policy = policies.policy(forServerName: hello.serverName)
        if policy == nil { refusedName = .some(hello.serverName) }
        return policy?.openSSL
    }

    /// Answers OpenSSL, which has received certificates and not decoded any yet.
    ///
    /// Where the handshake does not judge them, only those end it that would cost too much; the others are refused when
    /// the chain is judged, with the same codes.
    func screen(_ certificates: [[UInt8]]) -> ScreeningDecision {
        guard let policy, let authenticator = policy.authenticator,
            let objection = PresentedScreening(authenticator.options).objection(to: certificates)
        else { return .accept }
        let isJudgedInHandshake = policy.mode != .delayed && policy.validation == .handshake
        guard objection.isCostly || isJudgedInHandshake else { return .acceptUnread }
        failure = AuthenticationFailure(objection.finding)
        return .refuse(objection.finding.code.certificateAlert)
    }

    /// Answers OpenSSL: synchronous, without hooks, on the event loop.
    func decide(on certificates: PresentedCertificates) -> ChainDecision {
        guard let policy, let authenticator = policy.authenticator, policy.authenticates,
            let chain = PresentedChain(
                handles: certificates.handles,
                derEncoded: certificates.encodings,
                source: .tls
            )
        else {
            return .refuse(.internalError)
        }
        if policy.mode == .delayed {
            // Only one that was asked for, and only one; it is judged once Finished is verified.
            guard case .expected(nil) = late else { return .refuse(.certificateUnknown) }
            late = .expected(chain)
            return .accept
        }
        guard policy.validation == .handshake else {
            // Judged with the first request, which may not come: what is parsed of a large chain does not wait for it.
            presentedChain = isLarge(chain) ? chain.unparsed : chain
            return .accept
        }
        presentedChain = chain
        let verdict = authenticator.verdictByHeldEvidence(on: chain)
        self.verdict = verdict
        // What fetching may still change is settled after Finished, before anything of the client's is released.
        guard verdict.isFinal, case .refused(let failure, _) = verdict.verdict else { return .accept }
        self.failure = failure
        return .refuse(failure.code.certificateAlert)
    }

    /// The error of a connection whose client was refused inside of a handshake.
    func refusal(alert: String?) -> TLSServerError? {
        failure.map { .certificateRefused(code: $0.code, message: $0.message, alert: alert) }
    }

    /// Takes the client's chain, and the verdict on it, from the session that was resumed in the end.
    ///
    /// - Returns: false when it is not the one that was found good.
    func resume(_ bytes: [UInt8]) -> Bool {
        guard let accepted, accepted.bytes == bytes, presentedChain == nil else { return false }
        resumed = accepted.contents
        presentedChain = accepted.chain
        verdict = accepted.verdict
        return true
    }

    /// Whether the client presented more than is kept of a refused one, and has not been judged.
    var hasLargeUnjudgedChain: Bool { verdict == nil && presentedChain.map(isLarge) ?? false }

    /// Keeps of the client's chain what may be judged again.
    func dropCertificates() { presentedChain = presentedChain?.remainderAfterRefusal }

    /// Keeps nothing of the client's certificates: the connection ends, and nothing is judged on it any more.
    func forgetCertificates() {
        presentedChain = nil
        verdict = nil
        accepted = nil
    }

    /// More than two usual certificates have: parsed, each byte of short names takes up to 40.
    private static let usualBytes = 4_096

    private func isLarge(_ chain: PresentedChain) -> Bool { chain.byteCount > Self.usualBytes }

    /// A certificate has been asked for after the handshake.
    func expectLateChain() { late = .expected(nil) }

    /// The chain that came, nil for a decline; to be called once Finished is verified.
    func takeLateChain() -> PresentedChain? {
        guard case .expected(let chain) = late else { return nil }
        late = .unasked
        return chain
    }

    /// No certificate is taken on this connection any more.
    func closeToCertificates() { late = .closed }

    var isClosedToCertificates: Bool { if case .closed = late { true } else { false } }
}
