// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore
import Synchronization

/// The client of a TLS channel: its certificate, and the policy that validates it.
///
/// Both can change while the channel is open: a reload replaces the policy, and in mode `delayed` a certificate arrives
/// after the handshake.
final class TLSChannelClient: Sendable {
    let mode: ClientCertificateMode
    let cipherSuite: String?
    let server: TLSServerContext
    let channel: any Channel
    let handshakeFacts: ConnectionFacts
    /// Whether a load balancer began the connection with a header of the PROXY protocol.
    let hasProxyHeader: Bool
    /// Whether the client is a known proxy, for all requests of the channel.
    let proxyMemory = ProxyIdentityCache()
    let state: Mutex<State>
    private let mayBeResumed = Atomic(false)

    /// The part that a late certificate or a reload changes.
    struct State {
        var policy: ServerPolicy
        var policies: PolicyTable
        /// Nil without an authenticator, which only mode `none` permits.
        var handshake: ConnectionAuthentication?
        var late = Late.idle
        /// Whether a reload brought an authenticator that has not validated the client yet.
        var isUnvalidated = false
        var observer: (@Sendable (VerdictChange) -> Void)?

        var accepted: ConnectionAuthentication? { if case .accepted(let accepted) = late { accepted } else { nil } }
        var authentication: ConnectionAuthentication? { accepted ?? handshake }
    }

    /// The state of the request for a late certificate.
    enum Late {
        case idle
        case asking
        /// Valid for the rest of the connection. Final state.
        case accepted(ConnectionAuthentication)
    }

    /// - Parameter verdict: the handshake's verdict on `presentedChain`, if there is one.
    init(
        policy: ServerPolicy,
        policies: PolicyTable,
        server: TLSServerContext,
        presentedChain: PresentedChain?,
        verdict: VerdictRecord?,
        facts: ConnectionFacts,
        hasProxyHeader: Bool = false,
        cipherSuite: String?,
        channel: any Channel
    ) {
        mode = policy.mode
        self.server = server
        self.channel = channel
        self.cipherSuite = cipherSuite
        handshakeFacts = facts
        self.hasProxyHeader = hasProxyHeader
        let authentication = policy.authenticator.map {
            ConnectionAuthentication(authenticator: $0, chain: presentedChain, facts: facts, verdict: verdict)
        }
        state = Mutex(State(policy: policy, policies: policies, handshake: authentication))
        if let authentication { dropCertificatesWhenRefused(authentication) }
    }

    var facts: ConnectionFacts { accepted?.facts ?? handshakeFacts }

    /// Validates the late certificate if one was accepted, otherwise that of the handshake.
    var authentication: ConnectionAuthentication? { state.withLock { $0.authentication } }

    var authenticator: CertificateAuthenticator? { state.withLock { $0.handshake?.authenticator } }

    var canBeAskedLate: Bool { mode == .delayed && accepted == nil }

    private var accepted: ConnectionAuthentication? { state.withLock { $0.accepted } }

    func serves(authority: String?, takesForwarded: Bool) -> Bool {
        let several = state.withLock { $0.policies.hasOnePolicy ? nil : ($0.policy, $0.policies) }
        guard let (policy, policies) = several else { return true }
        return policies.policy(forAuthority: authority)?.treatsClientsLike(policy, takesForwarded: takesForwarded)
            ?? false
    }

    /// Permits TLS to resume the session, because a request was authenticated by the handshake's certificate.
    func wasAuthenticated() {
        guard mode != .delayed, state.withLock({ $0.policy.issuesTickets }) else { return }
        guard !mayBeResumed.exchange(true, ordering: .relaxed) else { return }
        channel.triggerUserOutboundEvent(ClientAuthenticatedEvent(), promise: nil)
    }

    /// Reports to TLS that the client's certificates, of which OpenSSL keeps copies, are no longer needed.
    func dropCertificates() { Self.dropCertificates(of: channel) }

    func dropCertificatesWhenRefused(_ authentication: ConnectionAuthentication) {
        authentication.whenRefused { [weak channel] in
            if let channel { Self.dropCertificates(of: channel) }
        }
    }

    private static func dropCertificates(of channel: any Channel) {
        channel.triggerUserOutboundEvent(ClientRefusedEvent(), promise: nil)
    }
}
