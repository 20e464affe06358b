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

    package init(
        mode: ClientCertificateMode,
        presentedChain: PresentedChain?,
        facts: ConnectionFacts,
        cipherSuite: String?,
        authenticator: CertificateAuthenticator?
    ) {
        self.mode = mode
        self.presentedChain = presentedChain
        self.facts = facts
        self.cipherSuite = cipherSuite
        authentication = authenticator.map {
            ConnectionAuthentication(authenticator: $0, chain: presentedChain, facts: facts)
        }
    }
}
