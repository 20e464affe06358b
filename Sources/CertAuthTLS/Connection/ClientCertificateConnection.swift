// SPDX-License-Identifier: Apache-2.0
// What a connection knows of its client after the handshake.

public import CertAuth

/// What a connection knows of its client after the handshake.
///
/// Delivered as a user inbound event before `TLSUserEvent.handshakeCompleted`, and by
/// `channel.clientCertificateConnection()`.
public final class ClientCertificateConnection: Sendable {
    /// The certificate mode the connection was accepted under.
    public let mode: ClientCertificateMode
    /// The chain that the client presented, nil when it presented none.
    public let presentedChain: PresentedChain?
    /// Server name, peer address, protocol and version.
    public let facts: ConnectionFacts
    /// OpenSSL's name of the cipher suite, nil without TLS.
    public let cipherSuite: String?
    /// Judges the chain and keeps the verdict; nil only on a connection without an authenticator.
    public let authentication: ConnectionAuthentication?

    private let policy: ServerPolicy?
    private let policies: PolicyTable?

    init(
        policy: ServerPolicy,
        policies: PolicyTable,
        presentedChain: PresentedChain?,
        facts: ConnectionFacts,
        cipherSuite: String?
    ) {
        mode = policy.mode
        self.policy = policy
        self.policies = policies
        self.presentedChain = presentedChain
        self.facts = facts
        self.cipherSuite = cipherSuite
        authentication = policy.authenticator.map {
            ConnectionAuthentication(authenticator: $0, chain: presentedChain, facts: facts)
        }
    }

    /// A connection without TLS.
    package init(plainFrom peerAddress: String?) {
        mode = .none
        policy = nil
        policies = nil
        presentedChain = nil
        facts = ConnectionFacts(isSecure: false, peerAddress: peerAddress)
        cipherSuite = nil
        authentication = nil
    }

    /// What refuses or redirects the connection's unauthenticated requests.
    public var authenticator: CertificateAuthenticator? { policy?.authenticator }

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
}
