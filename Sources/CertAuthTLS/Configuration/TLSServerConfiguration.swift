// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import Logging

/// How a TLS server authenticates itself and its clients.
public struct TLSServerConfiguration: Sendable {
    /// The certificate chain and private key of the server.
    public var identity: ServerIdentity
    /// Further identities beside `identity`, each with a key of another kind: RSA, RSA for PSS only, elliptic curve,
    /// Ed25519, Ed448, or another algorithm that OpenSSL supports.
    ///
    /// The signature algorithms of the client choose among all of them, in TLS 1.2 also its cipher suites. If several are
    /// possible, OpenSSL's order decides, in which elliptic curves precede RSA. All curves are one kind.
    public var additionalIdentities: [ServerIdentity] = []
    /// Whether and when clients are asked for a certificate; `require` by default.
    public var mode: ClientCertificateMode
    /// Validates the certificates; needed in every mode but `none`.
    public var authenticator: CertificateAuthenticator?
    /// When certificates are validated.
    public var validation = ClientCertificateValidation.handshake
    /// Which certification authorities are named to clients.
    public var authorityHints = ClientAuthorityHints.anchorsAndIntermediates
    /// The trust anchors for proxies' certificates, which are named to clients in addition to the clients' own.
    package var proxyAuthorities: [Certificate] = []
    /// The oldest TLS version that is accepted.
    public var minimumVersion = TLSProtocolVersion.tls12
    /// ALPN names in order of preference. A client that offers ALPN with none of these is refused.
    public var applicationProtocols: [ALPNIdentifier] = []
    /// Whether policies in mode `delayed` may offer `h2`. HTTP/2 clients are served but cannot be asked for a
    /// certificate. If false, such a configuration is refused.
    public var delayedModeTakesHTTP2 = false
    /// The policies of individual server names.
    public var namedPolicies: [ServerNamePolicy] = []
    /// How clients are treated that match no named policy. Without named policies, every client is served by this
    /// configuration.
    public var unnamedClients = UnnamedClients.refused
    /// Issues session tickets to admitted clients; nil, the default, issues none.
    ///
    /// Modes `none` and `delayed` never issue tickets. TLS 1.2 does so only with validation in the handshake and
    /// without an `onCertificateValidated` hook.
    public var sessionTickets: SessionTickets?
    /// Stores TLS 1.2 sessions of admitted clients that do not use tickets; nil, the default, stores none.
    ///
    /// It is used only with validation in the handshake, and never in modes `none` and `delayed`.
    public var sessionCache: SessionCache?
    /// The load balancers that must begin each connection with a header of the PROXY protocol. Connections of other peers
    /// are refused. Nil, the default, reads no such header, and refuses connections that begin with one.
    public var proxyProtocol: ProxyProtocolPolicy?
    /// Limits on what a client may make the server store and wait for.
    public var limits = TLSServerLimits()
    /// Where refused handshakes are reported.
    public var logger = Logger(label: "certauth.tls")

    /// Creates a server that by default requires a certificate of every client and validates it in the handshake.
    public init(
        identity: ServerIdentity,
        authenticator: CertificateAuthenticator?,
        mode: ClientCertificateMode = .require
    ) {
        self.identity = identity
        self.authenticator = authenticator
        self.mode = mode
    }

    /// The identity and the additional ones.
    package var identities: [ServerIdentity] { [identity] + additionalIdentities }
}

/// Limits on what a client may make a TLS server store and wait for.
public struct TLSServerLimits: Sendable {
    /// From the start of the connection of a client that is asked for a certificate to the release of its first
    /// plaintext, including hooks; 60 s, because a person may have to choose the certificate and type a PIN.
    public var handshakeTimeout = Duration.seconds(60)
    /// Steps without a person: from the start of the connection until the ClientHello has arrived, the whole handshake
    /// of a client that is not asked for a certificate, and each later validation of an open connection's client,
    /// including hooks. Never more than `handshakeTimeout`; 10 s.
    public var unattendedTimeout: Duration {
        get { min(chosenUnattendedTimeout, handshakeTimeout) }
        set { chosenUnattendedTimeout = newValue }
    }
    private var chosenUnattendedTimeout = Duration.seconds(10)
    /// How long a client may take to answer a certificate request after the handshake; 60 s, because a person may have
    /// to choose the certificate and type a PIN.
    public var lateCertificateTimeout = Duration.seconds(60)
    /// Connections that may wait longer than `unattendedTimeout` for a person at the same time; 250, a quarter of the
    /// listener's default limit of connections. Further clients have `unattendedTimeout`.
    public var patientConnections = 250
    /// How long a connection that sent close_notify waits for the peer's close_notify, and one that sent an alert waits
    /// for the peer to close; 2 s.
    public var closeTimeout = Duration.seconds(2)
    /// How long requests in flight may still take once their admitted client is refused; 10 s. Zero closes at once.
    public var refusalGrace = Duration.seconds(10)
    /// Bytes of certificates that a client may present, checked before any of them is parsed; 64 KiB.
    public var presentedBytes = 64 * 1024
    /// Bytes of application data that are buffered while hooks run; 512 KiB, twice what SwiftNIO reads in one pass
    /// before reading stops.
    public var heldBytes = 512 * 1024
    /// Failed connections that are logged individually, for each listener, code and minute; 60. One further line tells
    /// how many of each code were suppressed; the metric counts all of them. Refused clients have the limits of their
    /// authenticator (`Observability.refusalLines`).
    public var loggedRefusalsPerMinute = 60

    /// The defaults.
    package init() {}
}
