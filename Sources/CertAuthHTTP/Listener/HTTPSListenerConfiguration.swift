// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import CertAuthTLS
public import HTTPTypes
public import Logging

/// How a listener accepts connections, what its routes require, and its limits.
public struct HTTPSListenerConfiguration: Sendable {
    /// How connections are secured.
    package enum Security: Sendable {
        /// TLS. With `validation: .request` the listener's own gate validates at each request.
        case tls(TLSServerConfiguration)
        /// No TLS, for a listener behind a proxy. No request counts as secure, so protected routes refuse it.
        case plain
    }

    /// The address to listen on.
    public var address: ListenerAddress
    /// Further addresses to listen on. All addresses share the limits, and a start fails if one of them cannot be bound.
    public var additionalAddresses: [ListenerAddress] = []
    /// How connections are secured.
    package var security: Security
    /// The TLS settings. Nil without TLS.
    ///
    /// They can be changed, but not added or removed: then a start and a reload throw `ListenerError.notReloadable`.
    public var tls: TLSServerConfiguration? {
        get { if case .tls(let settings) = security { settings } else { nil } }
        set {
            isSwitched = isSwitched || isPlain != (newValue == nil)
            if let newValue, !isPlain { security = .tls(newValue) }
        }
    }
    /// Whether `tls` was set to nil, or set without TLS.
    private(set) var isSwitched = false
    /// Whether connections have no TLS.
    var isPlain: Bool { if case .plain = security { true } else { false } }
    /// The authentication requirement of each route; `required` for all by default.
    ///
    /// The closure receives the path as it was sent, without normalization. Route on the same string.
    public var requirement: @Sendable (HTTPRequest) -> AuthenticationRequirement = { _ in .required } {
        didSet { hasOwnRequirement = true }
    }
    /// The authorization policy of each route; nil, the default for all, admits every authenticated client.
    ///
    /// A route with a policy is `required`, whatever `requirement` returns. Clients without authorization receive 403
    /// `not-authorized`.
    public var authorization: @Sendable (HTTPRequest) -> AuthorizationPolicy? = { _ in nil } {
        didSet { hasOwnAuthorization = true }
    }
    /// Which CORS preflights reach the handler without authentication; none by default.
    ///
    /// A preflight is an `OPTIONS` request with `Origin` and `Access-Control-Request-Method`. Browsers send it without a
    /// certificate, so it has to be admitted in the modes `allow` and `delayed` where scripts of another origin call
    /// protected routes. The handler receives it without a body and without an identity, whatever `requirement` and
    /// `authorization` say: it must answer `OPTIONS` by itself, and not by the path alone. Anyone can send such a
    /// request. With mode `require` browsers can't send preflights at all.
    public var admitsPreflight: @Sendable (HTTPRequest) -> Bool = { _ in false }
    /// Which requests for `required` routes make the server ask for a certificate in mode `delayed`; all by default.
    /// Handlers of other routes can ask by `ListenerRequest.requestClientCertificate()`.
    public var asksLate: @Sendable (HTTPRequest) -> Bool = { _ in true }
    /// A host that requires certificates, with a port unless it is 443. In mode `delayed`, clients are redirected to it
    /// (307) if a route needs a certificate and they cannot be asked for one: over HTTP/2, or because they do not
    /// support it.
    ///
    /// If nil, the response is 403 `late-certificate-unsupported`. A redirect by `onChallenge` takes precedence.
    public var certificateHost: String?
    /// Whether TRACE reaches the handler. Otherwise the response is 501, because a TRACE response repeats the request
    /// with the fields that proxies added to it (RFC 9110 section 9.3.8).
    public var servesTrace = false
    /// Which clients are offered HTTP/2 in addition to HTTP/1.1; none by default.
    ///
    /// ALPN names that the TLS configuration sets are kept.
    public var http2 = HTTP2Offer.none
    /// Whether refusals contain the operator's message and name the certificate that caused them.
    public var exposesFailureDetails = false
    /// The page for a person whose browser was refused, in place of the page of CertAuth.
    ///
    /// Called for refusals of clients that prefer HTML (`Accept`). Of the response, the body and the fields
    /// `Content-Type`, `Content-Language` and `Content-Security-Policy` are sent, with the status and the other fields of
    /// the refusal. Nil shows the page of CertAuth. Other clients receive a problem document (RFC 9457).
    public var refusalPage: (@Sendable (RefusedRequest) -> ListenerResponse?)?
    /// Reads clients' certificates from the headers of trusted proxies; nil reads none.
    public var forwarding: CertificateForwarding?
    /// Limits on clients.
    public var limits = HTTPSListenerLimits()
    /// Where refused requests and handler errors are reported.
    public var logger = Logger(label: "certauth.http")

    /// Whether `requirement` was set.
    private(set) var hasOwnRequirement = false
    /// Whether `authorization` was set.
    private(set) var hasOwnAuthorization = false

    /// Validates forwarded certificates on a listener without TLS.
    package fileprivate(set) var plainAuthenticator: CertificateAuthenticator?

    /// Creates a listener with TLS.
    public init(address: ListenerAddress = .hostPort(host: "127.0.0.1", port: 0), tls: TLSServerConfiguration) {
        self.address = address
        security = .tls(tls)
        plainAuthenticator = nil
    }

    /// Creates a listener without TLS.
    package init(plainAt address: ListenerAddress) {
        self.address = address
        security = .plain
        plainAuthenticator = nil
    }

    /// Creates a listener without TLS behind proxies that forward their clients' certificates.
    public init(
        plainAt address: ListenerAddress,
        forwarding: CertificateForwarding,
        authenticator: CertificateAuthenticator
    ) {
        self.address = address
        security = .plain
        self.forwarding = forwarding
        plainAuthenticator = authenticator
    }
}

extension HTTPSListenerConfiguration {
    /// The configuration in force after a reload to `next`: what a reload replaces is that of `next`.
    ///
    /// Without an authenticator in `next`, the former one stays, so that its evidence is passed on to a later one.
    func reloaded(to next: HTTPSListenerConfiguration) -> HTTPSListenerConfiguration {
        var reloaded = self
        reloaded.security = next.security
        reloaded.forwarding = next.forwarding
        reloaded.plainAuthenticator = next.plainAuthenticator ?? plainAuthenticator
        return reloaded
    }

    /// Passes evidence from the former authenticators of forwarded certificates and of proxies to their successors.
    ///
    /// With TLS, the evidence of the clients' authenticators is passed on when the TLS settings are replaced.
    ///
    /// - Parameter retired: the evidence of former proxies, while none is known by its certificate.
    func inheritEvidence(from former: HTTPSListenerConfiguration, _ retired: inout [InheritedEvidence]) {
        if let held = former.plainAuthenticator { plainAuthenticator?.inherit(from: held) }
        guard let forwarding, forwarding.hasProxyIdentities else {
            if let held = former.forwarding, held.hasProxyIdentities { retired = held.proxyEvidence }
            return
        }
        if let held = former.forwarding { forwarding.inheritEvidence(from: held) }
        forwarding.take(over: retired)
        retired = []
    }
}

/// Limits on the clients of a listener.
public struct HTTPSListenerLimits: Sendable {
    /// Open connections; 1,000, below the usual limit of file descriptors. When it is reached, the listener logs a warning.
    public var connections = 1_000
    /// What happens to further clients; they are refused by default.
    public var whenFull = FullListenerAction.refuse
    /// Bytes of all header fields of a request. Beyond it the response is 431, or over HTTP/2 the connection ends. 16
    /// KiB, more than browsers send.
    public var headerBytes = 16 * 1024
    /// Bytes of a request's body; 413 beyond. 1 MiB.
    public var bodyBytes = 1024 * 1024
    /// Bytes of the body of a request that makes the server ask for a certificate in mode `delayed`. Beyond it the
    /// response is 413 and the client is not asked. Never more than `bodyBytes`, which is the default.
    ///
    /// IIS uses 48 KiB. Until the client has answered, the server buffers the body of an unauthenticated client.
    public var delayedBodyBytes: Int {
        get { min(chosenDelayedBodyBytes ?? bodyBytes, bodyBytes) }
        set { chosenDelayedBodyBytes = newValue }
    }
    private var chosenDelayedBodyBytes: Int?
    /// From a request's first byte to the end of its header; 10 s.
    public var headerTimeout = Duration.seconds(10)
    /// From the end of the header to the end of the body; 30 s.
    public var bodyTimeout = Duration.seconds(30)
    /// From the start of a response until the client has received it; 60 s.
    public var responseTimeout = Duration.seconds(60)
    /// Between requests on a connection; 60 s.
    public var idleTimeout = Duration.seconds(60)
    /// Limits that apply to HTTP/2 alone.
    public var http2 = HTTP2Limits()
    /// The time over which a reload ends the connections that are open; 5 s. Their clients connect again meanwhile. With
    /// zero, connections end as fast as it can be done without delaying other clients, about 2,000 a second on each event
    /// loop, and never faster.
    public var reloadSpread = Duration.seconds(5)
    /// How long a shutdown waits for requests that have started to arrive; 10 s.
    public var shutdownTimeout = Duration.seconds(10)
    /// How long idle HTTP/1.1 connections may still send one request during a shutdown, which is answered with
    /// `Connection: close`; then they close. Never more than `shutdownTimeout`, which is the default. A shorter time
    /// ends the shutdown sooner, but a client that sends at that moment loses its request.
    public var idleShutdownTimeout: Duration {
        get { min(chosenIdleShutdownTimeout ?? shutdownTimeout, shutdownTimeout) }
        set { chosenIdleShutdownTimeout = newValue }
    }
    private var chosenIdleShutdownTimeout: Duration?

    /// The defaults.
    package init() {}
}
