// SPDX-License-Identifier: Apache-2.0
// How a TLS server presents itself and treats its clients' certificates.

public import CertAuth
public import Logging
public import NIOCore

/// How a TLS server presents itself and treats its clients' certificates.
public struct TLSServerConfiguration: Sendable {
    /// The certificate and key the server proves itself with.
    public var identity: ServerIdentity
    /// Whether clients are asked for a certificate; demanded unless something else is chosen.
    public var mode: ClientCertificateMode
    /// What judges the certificates; needed in every mode but `none`.
    public var authenticator: CertificateAuthenticator?
    /// When certificates are judged.
    public var validation = ClientCertificateValidation.handshake
    /// Which authorities are named to clients.
    public var authorityHints = ClientAuthorityHints.anchorsAndIntermediates
    /// The authorities of proxies, which are named beside the anchors.
    package var proxyAuthorities: [Certificate] = []
    /// The oldest TLS version that is accepted.
    public var minimumVersion = TLSProtocolVersion.tls12
    /// ALPN names in order of preference; a client that offers ALPN but none of these is refused.
    public var applicationProtocols: [String] = []
    /// Whether names in mode `delayed` may have `h2` among their ALPN names: its clients are served, and can't be asked
    /// for a certificate. Without it such a configuration is refused.
    public var delayedModeTakesHTTP2 = false
    /// What is different for the clients of certain server names.
    public var namedPolicies: [ServerNamePolicy] = []
    /// What becomes of all other clients where there are named policies; without any, every client is served as this
    /// configuration says.
    public var unnamedClients = UnnamedClients.refused
    /// Tickets for clients that were let in; nil, the default, for none. Modes `none` and `delayed` never have any, and
    /// on TLS 1.2 there are some only with validation in the handshake and no hook.
    public var sessionTickets: SessionTickets?
    /// Keeps TLS 1.2 sessions of clients that were let in and take no tickets; nil, the default, for none. Only with
    /// validation in the handshake, and never in modes `none` and `delayed`.
    public var sessionCache: SessionCache?
    /// Bounds on what a client may make the server hold and wait for.
    public var limits = TLSServerLimits()
    /// Where refused handshakes are reported.
    public var logger = Logger(label: "certauth.tls")

    /// A server that demands a certificate of every client and judges it in the handshake.
    public init(
        identity: ServerIdentity,
        authenticator: CertificateAuthenticator?,
        mode: ClientCertificateMode = .require
    ) {
        self.identity = identity
        self.authenticator = authenticator
        self.mode = mode
    }
}

/// Bounds on what a client may make a TLS server hold and wait for.
public struct TLSServerLimits: Sendable {
    /// From the connection's start to the release of its first plaintext, hooks included; 10 s.
    public var handshakeTimeout = TimeAmount.seconds(10)
    /// How long a client may take to answer a request for its certificate after the handshake; 30 s, for its user
    /// may have to choose one.
    public var lateCertificateTimeout = TimeAmount.seconds(30)
    /// How long a connection that said goodbye waits for the peer to do so too; 2 s.
    public var closeTimeout = TimeAmount.seconds(2)
    /// How long requests in flight may take once their client, let in before, is refused; 10 s. Zero closes at once.
    public var refusalGrace = TimeAmount.seconds(10)
    /// Bytes of certificates a client may present, refused before any is parsed; 64 KiB as in the design's limits.
    public var presentedBytes = 64 * 1024
    /// Bytes of application data held while hooks are asked; 512 KiB, twice what SwiftNIO reads at one go before
    /// reading stops.
    public var heldBytes = 512 * 1024
    /// Clients not let in that are logged one by one, a minute and listener; 60, some 30 MiB a day at worst. How many
    /// more there were is told in one line, and the metric counts all.
    public var loggedRefusalsPerMinute = 60

    /// The defaults.
    public init() {}
}
