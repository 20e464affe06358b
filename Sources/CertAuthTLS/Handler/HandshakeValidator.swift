// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// Selects the policy of one connection, and validates its chain during the handshake.
final class HandshakeValidator {
    let policies: PolicyTable
    /// The policy that the first ClientHello selected.
    private(set) var policy: ServerPolicy?
    /// The server name for which there was no policy.
    private(set) var refusedName: String??
    /// The presented chain, once there is one.
    private(set) var presentedChain: PresentedChain?
    /// The handshake's verdict on that chain, if there is one.
    private(set) var verdict: VerdictRecord?
    /// The contents of the session that this connection resumed.
    private(set) var resumed: TicketContents?
    /// The last session that was accepted, with the verdict on its chain.
    var accepted: AcceptedSession?
    /// The client's certificate in a chain that was refused without being decoded, for the log.
    private(set) var screenedLeaf: [UInt8]?
    private var late = LatePhase.unasked

    private enum LatePhase {
        case unasked
        case expected(PresentedChain?)
        /// The requested certificate did not arrive in time, or the connection ended.
        case closed
    }

    /// Why the chain was refused.
    private(set) var failure: AuthenticationFailure?

    init(policies: PolicyTable) { self.policies = policies }

    /// Returns the context for OpenSSL's first ClientHello. Nil refuses the client.
    func context(for hello: ClientHello) -> TLSSelection? {
        policy = policies.policy(forServerName: hello.serverName)
        if policy == nil { refusedName = .some(hello.serverName) }
        return policy?.selection
    }

    /// Decides on certificates that OpenSSL has received and not decoded yet.
    ///
    /// If the handshake does not validate them, only certificates that would cost too much end it. Others are refused,
    /// with the same codes, when the chain is validated.
    func screen(_ certificates: [[UInt8]]) -> ScreeningDecision {
        guard let policy, let authenticator = policy.authenticator,
            let objection = PresentedScreening(authenticator.options).objection(to: certificates)
        else { return .accept }
        let isValidatedInHandshake = policy.mode != .delayed && policy.validation == .handshake
        guard objection.isCostly || isValidatedInHandshake else { return .acceptUnread }
        failure = AuthenticationFailure(objection.finding)
        screenedLeaf = certificates.first
        return .refuse(objection.finding.code.certificateAlert)
    }

    /// Decides on the presented chain: synchronously, without hooks, on the event loop.
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
            // Accepts only one late chain, and only if it was requested. It is validated once Finished is verified.
            guard case .expected(nil) = late else { return .refuse(.certificateUnknown) }
            late = .expected(chain)
            return .accept
        }
        guard policy.validation == .handshake else {
            // The chain is validated with the first request, which may never arrive. Therefore the parsed form of a
            // large chain is not kept until then.
            presentedChain = isLarge(chain) ? chain.unparsed : chain.withIssuersUnparsed
            return .accept
        }
        presentedChain = chain.withIssuersUnparsed
        let verdict = authenticator.verdictByHeldEvidence(on: chain)
        self.verdict = verdict
        // A verdict that fetching could change is decided after Finished, before anything from the client is released.
        guard verdict.isFinal, case .refused(let failure, _) = verdict.verdict else { return .accept }
        self.failure = failure
        return .refuse(failure.code.certificateAlert)
    }

    /// The error of a connection whose client was refused during a handshake.
    func refusal(alert: String?) -> TLSServerError? {
        failure.map { .certificateRefused(code: $0.code, message: $0.message, alert: alert) }
    }

    /// Takes the client's chain, and the verdict on it, from the session that was finally resumed.
    ///
    /// - Returns: False if it is not the session that was accepted.
    func resume(_ bytes: [UInt8]) -> Bool {
        guard let accepted, accepted.bytes == bytes, presentedChain == nil else { return false }
        resumed = accepted.contents
        presentedChain = accepted.chain
        verdict = accepted.verdict
        return true
    }

    /// Whether the client presented more than is kept for a refused client, and has not been validated.
    var hasLargeUnvalidatedChain: Bool { verdict == nil && presentedChain.map(isLarge) ?? false }

    /// Keeps only the part of the client's chain that may be validated again.
    func dropCertificates() { presentedChain = presentedChain?.remainderAfterRefusal }

    /// Releases the client's certificates: the connection ends, and nothing is validated on it any more.
    func forgetCertificates() {
        presentedChain = nil
        verdict = nil
        accepted = nil
        screenedLeaf = nil
    }

    /// More than two ordinary certificates contain. In parsed form each byte of short names takes up to 40.
    private static let usualBytes = 4_096

    private func isLarge(_ chain: PresentedChain) -> Bool { chain.byteCount > Self.usualBytes }

    /// Records that a certificate was requested after the handshake.
    func expectLateChain() { late = .expected(nil) }

    /// The chain that arrived. Nil if the client declined. Must be called once Finished is verified.
    func takeLateChain() -> PresentedChain? {
        guard case .expected(let chain) = late else { return nil }
        late = .unasked
        return chain?.withIssuersUnparsed
    }

    /// Refuses all further certificates on this connection.
    func closeToCertificates() { late = .closed }

    var isClosedToCertificates: Bool { if case .closed = late { true } else { false } }
}
