// SPDX-License-Identifier: Apache-2.0
// What a connection knows of its client after the handshake.

public import CertAuth
import NIOCore
import Synchronization

/// What a connection knows of its client after the handshake.
///
/// Delivered as a user inbound event before `TLSUserEvent.handshakeCompleted`, and by
/// `channel.clientCertificateConnection()`.
public final class ClientCertificateConnection: Sendable {
    /// The certificate mode the connection was accepted under.
    public let mode: ClientCertificateMode
    /// OpenSSL's name of the cipher suite, nil without TLS.
    public let cipherSuite: String?

    private enum Late {
        case idle
        case asking
        /// Holds for the rest of the connection; there is no way back.
        case accepted(ConnectionAuthentication)
    }

    private let policy: ServerPolicy?
    private let policies: PolicyTable?
    private let channel: (any Channel)?
    private let handshakeFacts: ConnectionFacts
    private let handshakeChain: PresentedChain?
    private let handshakeAuthentication: ConnectionAuthentication?
    private let late = Mutex(Late.idle)
    private let wasAuthenticated = Atomic(false)

    init(
        policy: ServerPolicy,
        policies: PolicyTable,
        presentedChain: PresentedChain?,
        verdict: VerdictAtHand?,
        facts: ConnectionFacts,
        cipherSuite: String?,
        channel: any Channel
    ) {
        mode = policy.mode
        self.policy = policy
        self.policies = policies
        self.channel = channel
        self.cipherSuite = cipherSuite
        handshakeChain = presentedChain
        handshakeFacts = facts
        handshakeAuthentication = policy.authenticator.map {
            ConnectionAuthentication(authenticator: $0, chain: presentedChain, facts: facts, verdict: verdict)
        }
    }

    /// A connection without TLS of ours: plain, or the one that a proxy speaks for. Nobody can be asked on it.
    package init(
        mode: ClientCertificateMode,
        presentedChain: PresentedChain?,
        facts: ConnectionFacts,
        cipherSuite: String?,
        authenticator: CertificateAuthenticator?
    ) {
        self.mode = mode
        policy = nil
        policies = nil
        channel = nil
        self.cipherSuite = cipherSuite
        handshakeChain = presentedChain
        handshakeFacts = facts
        handshakeAuthentication = authenticator.map {
            ConnectionAuthentication(authenticator: $0, chain: presentedChain, facts: facts)
        }
    }

    /// A connection without TLS.
    package convenience init(plainFrom peerAddress: String?) {
        self.init(
            mode: .none,
            presentedChain: nil,
            facts: ConnectionFacts(isSecure: false, peerAddress: peerAddress),
            cipherSuite: nil,
            authenticator: nil
        )
    }

    /// The chain that the client presented, in the handshake or accepted later; nil when it presented none.
    public var presentedChain: PresentedChain? { accepted?.presentedChain ?? handshakeChain }

    /// Server name, peer address, protocol and version.
    public var facts: ConnectionFacts { accepted?.facts ?? handshakeFacts }

    /// Judges the chain and keeps the verdict; nil only on a connection without an authenticator.
    public var authentication: ConnectionAuthentication? { accepted ?? handshakeAuthentication }

    /// What refuses or redirects the connection's unauthenticated requests.
    public var authenticator: CertificateAuthenticator? { handshakeAuthentication?.authenticator }

    /// Whether a certificate may still be asked for: in mode `delayed`, until one is accepted.
    public var canBeAskedLate: Bool { mode == .delayed && channel != nil && accepted == nil }

    private var accepted: ConnectionAuthentication? {
        late.withLock { if case .accepted(let authentication) = $0 { authentication } else { nil } }
    }

    /// Whether a request for `authority` may be answered on this connection: whether the policy of that host is the
    /// one that the connection was let in by.
    ///
    /// Layers above answer 421 Misdirected Request where it is not, for every request anew.
    ///
    /// - Parameter authority: the Host field, `:authority` or the authority of an absolute target; nil without any.
    public func serves(authority: String?) -> Bool {
        guard let policy, let policies, !policies.hasOnePolicy else { return true }
        return policies.policy(forAuthority: authority)?.treatsClientsAlike(policy) ?? false
    }

    /// Asks the client for a certificate, in mode `delayed`, and judges what it presents.
    ///
    /// To be called while a request is being answered and its body has been read. A certificate that is accepted
    /// holds for the rest of the connection and is not asked for again; a decline or a refusal counts for this call
    /// alone. In the other modes nobody is asked, and the result is that of the handshake.
    ///
    /// - Returns: nil when the client declines or was not asked; `.failure` for a certificate that was refused.
    /// - Throws: `LateCertificateError` at once when the client cannot be asked, later when it does not answer.
    public func requestClientCertificate() async throws(LateCertificateError) -> AuthenticationResult? {
        guard canBeAskedLate, let channel, let authenticator else {
            return presentedChain == nil ? nil : await authentication?.authenticate()
        }
        try begin()
        defer { end() }
        guard let chain = try await answer(of: channel) else { return nil }
        var facts = handshakeFacts
        facts.isLate = true
        let authentication = ConnectionAuthentication(authenticator: authenticator, chain: chain, facts: facts)
        let result = await authentication.authenticate()
        if case .success = result { late.withLock { $0 = .accepted(authentication) } }
        return result
    }

    /// Tells TLS that a request was authenticated by the handshake's certificate, so that its session may be resumed.
    package func clientWasAuthenticated() {
        guard let channel, mode != .delayed, policy?.issuesTickets == true else { return }
        guard !wasAuthenticated.exchange(true, ordering: .relaxed) else { return }
        channel.triggerUserOutboundEvent(ClientAuthenticatedEvent(), promise: nil)
    }

    private func answer(of channel: any Channel) async throws(LateCertificateError) -> PresentedChain? {
        let answer = channel.eventLoop.makePromise(of: PresentedChain?.self)
        let sent = channel.eventLoop.makePromise(of: Void.self)
        // On a pipeline that is gone, the event reaches nobody.
        sent.futureResult.whenFailure { _ in answer.fail(LateCertificateError.connectionEnded) }
        channel.triggerUserOutboundEvent(LateCertificateRequest(answer: answer), promise: sent)
        do {
            return try await answer.futureResult.get()
        } catch {
            throw error as? LateCertificateError ?? .connectionEnded
        }
    }

    private func begin() throws(LateCertificateError) {
        let isFirst = late.withLock { late in
            guard case .idle = late else { return false }
            late = .asking
            return true
        }
        guard isFirst else { throw .alreadyAsking }
    }

    private func end() {
        late.withLock { if case .asking = $0 { $0 = .idle } }
    }
}
