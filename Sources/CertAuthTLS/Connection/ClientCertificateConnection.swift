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
    package let mode: ClientCertificateMode
    /// OpenSSL's name of the cipher suite, nil without TLS.
    package let cipherSuite: String?

    private enum Late {
        case idle
        case asking
        /// Holds for the rest of the connection; there is no way back.
        case accepted(ConnectionAuthentication)
    }

    /// What changes when a certificate comes late or another policy comes into force.
    private struct State {
        var policy: ServerPolicy?
        var policies: PolicyTable?
        var handshake: ConnectionAuthentication?
        var late = Late.idle
        /// An authenticator has come into force that has not seen the client yet.
        var isUnjudged = false
        var observer: (@Sendable (VerdictChange) -> Void)?

        var accepted: ConnectionAuthentication? { if case .accepted(let accepted) = late { accepted } else { nil } }
        var authentication: ConnectionAuthentication? { accepted ?? handshake }
    }

    private let server: TLSServerContext?
    private let channel: (any Channel)?
    private let handshakeFacts: ConnectionFacts
    /// Kept by the authentication, where there is one.
    private let unauthenticatedChain: PresentedChain?
    private let state: Mutex<State>
    private let wasAuthenticated = Atomic(false)
    /// Whether the client is a known proxy, for all requests of the connection.
    package let proxyMemory = ProxyMemory()

    init(
        policy: ServerPolicy,
        policies: PolicyTable,
        server: TLSServerContext,
        presentedChain: PresentedChain?,
        verdict: VerdictRecord?,
        facts: ConnectionFacts,
        cipherSuite: String?,
        channel: any Channel
    ) {
        mode = policy.mode
        self.server = server
        self.channel = channel
        self.cipherSuite = cipherSuite
        unauthenticatedChain = policy.authenticator == nil ? presentedChain : nil
        handshakeFacts = facts
        let authentication = policy.authenticator.map {
            ConnectionAuthentication(authenticator: $0, chain: presentedChain, facts: facts, verdict: verdict)
        }
        state = Mutex(State(policy: policy, policies: policies, handshake: authentication))
        authentication?.whenRefused { [weak channel] in Self.dropCertificates(of: channel) }
    }

    /// Tells TLS that the client's certificates, which OpenSSL keeps too, are of no use any more.
    private static func dropCertificates(of channel: (any Channel)?) {
        channel?.triggerUserOutboundEvent(ClientRefusedEvent(), promise: nil)
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
        server = nil
        channel = nil
        self.cipherSuite = cipherSuite
        unauthenticatedChain = authenticator == nil ? presentedChain : nil
        handshakeFacts = facts
        let authentication = authenticator.map {
            ConnectionAuthentication(authenticator: $0, chain: presentedChain, facts: facts)
        }
        state = Mutex(State(handshake: authentication))
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

    /// The chain that the client presented, in the handshake or accepted later; nil when it presented none. Of a refused
    /// client's chain a part may be left out, never the client's own certificate.
    public var presentedChain: PresentedChain? { authentication?.presentedChain ?? unauthenticatedChain }

    /// Server name, peer address, protocol and version.
    public var facts: ConnectionFacts { accepted?.facts ?? handshakeFacts }

    /// Judges the chain and keeps the verdict; nil only on a connection without an authenticator.
    public var authentication: ConnectionAuthentication? { state.withLock { $0.authentication } }

    /// What refuses or redirects the connection's unauthenticated requests.
    package var authenticator: CertificateAuthenticator? { state.withLock { $0.handshake?.authenticator } }

    /// Whether a certificate may still be asked for: in mode `delayed`, until one is accepted.
    package var canBeAskedLate: Bool { mode == .delayed && channel != nil && accepted == nil }

    private var accepted: ConnectionAuthentication? { state.withLock { $0.accepted } }

    /// Whether a request for `authority` may be answered on this connection: whether the policy of that host is the
    /// one that the connection was let in by.
    ///
    /// Layers above answer 421 Misdirected Request where it is not, for every request anew.
    ///
    /// - Parameter authority: the Host field, `:authority` or the authority of an absolute target; nil without any.
    public func serves(authority: String?) -> Bool { serves(authority: authority, takesForwarded: false) }

    /// The same where certificates may be forwarded, which are judged in mode `none` too.
    package func serves(authority: String?, takesForwarded: Bool) -> Bool {
        let (policy, policies) = state.withLock { ($0.policy, $0.policies) }
        guard let policy, let policies, !policies.hasOnePolicy else { return true }
        return policies.policy(forAuthority: authority)?.treatsClientsAlike(policy, takesForwarded: takesForwarded)
            ?? false
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
        guard canBeAskedLate, let channel, authenticator != nil else {
            return presentedChain == nil ? nil : await authentication?.authenticate()
        }
        guard facts.negotiatedProtocol != "h2" else { throw .forbiddenByHTTP2 }
        try begin()
        defer { end() }
        guard let chain = try await answer(of: channel) else { return nil }
        var facts = handshakeFacts
        facts.isLate = true
        while true {
            // The client may take its time: its certificate is validated by the policy that is in force now.
            guard adoptPolicyInForce(), let authenticator else {
                Self.dropCertificates(of: channel)
                throw .policyReplaced
            }
            let authentication = ConnectionAuthentication(authenticator: authenticator, chain: chain, facts: facts)
            let result = await authentication.authenticate()
            guard case .success = result else {
                Self.dropCertificates(of: channel)
                return result
            }
            guard accept(authentication, by: authenticator) else { continue }
            return result
        }
    }

    /// Keeps a late certificate that was accepted; false if another authenticator has come into force meanwhile.
    private func accept(_ authentication: ConnectionAuthentication, by authenticator: CertificateAuthenticator) -> Bool
    {
        let (isInForce, observer) = state.withLock { state in
            guard state.handshake?.authenticator === authenticator else { return (false, state.observer) }
            state.late = .accepted(authentication)
            return (true, state.observer)
        }
        if isInForce, let observer { authentication.observe(observer) }
        return isInForce
    }

    /// Tells TLS that a request was authenticated by the handshake's certificate, so that its session may be resumed.
    package func clientWasAuthenticated() {
        guard let channel, mode != .delayed, state.withLock({ $0.policy?.issuesTickets }) == true else { return }
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
        let isFirst = state.withLock { state in
            guard case .idle = state.late else { return false }
            state.late = .asking
            return true
        }
        guard isFirst else { throw .alreadyAsking }
    }

    private func end() {
        state.withLock { if case .asking = $0.late { $0.late = .idle } }
    }
}

extension ClientCertificateConnection {
    /// Brings the connection under the policy that its server name has now, where one has come into force since.
    ///
    /// To be called before each request: whoever is judged after it is judged by the policy in force.
    ///
    /// - Returns: false when the connection could not have been opened under that policy, and may serve no request more.
    package func adoptPolicyInForce() -> Bool {
        guard let server else { return true }
        let policies = server.policies
        let (isAdopted, former) = state.withLock { state -> (Bool, ConnectionAuthentication?) in
            guard state.policies !== policies else { return (true, nil) }
            guard let old = state.policy, let policy = policies.policy(forServerName: handshakeFacts.serverName),
                policy.couldHaveOpened(handshakeFacts, under: old)
            else { return (false, nil) }
            let former = state.authentication
            let chain = state.handshake?.presentedChain ?? unauthenticatedChain
            state.policy = policy
            state.policies = policies
            guard let authenticator = policy.authenticator, authenticator !== old.authenticator else {
                return (true, nil)
            }
            state.handshake = ConnectionAuthentication(
                authenticator: authenticator,
                chain: chain,
                facts: handshakeFacts
            )
            state.handshake?.whenRefused { [weak channel] in Self.dropCertificates(of: channel) }
            if let accepted = state.accepted { state.late = .accepted(accepted.repeated(by: authenticator)) }
            state.isUnjudged = state.authentication?.presentedChain != nil
            return (true, former)
        }
        guard let former else { return isAdopted }
        former.endObservation()
        let (present, observer) = state.withLock { ($0.authentication, $0.observer) }
        if let observer { present?.observe(observer) }
        return isAdopted
    }

    /// Judges a client that a handshake let in by the policy that the connection was brought under since.
    ///
    /// - Returns: nil when it need not be judged, or not before the request is.
    package func judgeByAdoptedPolicy() async -> AuthenticationResult? {
        let unjudged = state.withLock { state in
            state.isUnjudged && state.policy?.validation == .handshake ? state.authentication : nil
        }
        guard let unjudged else { return nil }
        let result = await unjudged.authenticate()
        if case .success = result {
            state.withLock { if $0.authentication === unjudged { $0.isUnjudged = false } }
        }
        return result
    }

    /// Judges a client that was let in once more, if its verdict may hold no longer.
    ///
    /// - Returns: nil when it holds.
    func reexamine() async -> AuthenticationResult? {
        let (authentication, isUnjudged) = state.withLock { ($0.authentication, $0.isUnjudged) }
        guard isUnjudged, let authentication else { return await authentication?.reexamine() }
        let result = await authentication.authenticate()
        if case .success = result {
            state.withLock { if $0.authentication === authentication { $0.isUnjudged = false } }
        }
        return result
    }

    /// Tells `observer` of every verdict that lets the client in, and when it may hold no longer.
    func observe(_ observer: @escaping @Sendable (VerdictChange) -> Void) {
        let authentication = state.withLock { state in
            state.observer = observer
            return state.authentication
        }
        authentication?.observe(observer)
    }

    /// Tells nobody any more.
    func endObservation() {
        let authentication = state.withLock { state in
            state.observer = nil
            return state.authentication
        }
        authentication?.endObservation()
    }
}

extension ConnectionAuthentication {
    /// The same certificate on the same connection, judged by another authenticator.
    fileprivate func repeated(by authenticator: CertificateAuthenticator) -> ConnectionAuthentication {
        ConnectionAuthentication(authenticator: authenticator, chain: presentedChain, facts: facts)
    }
}
