// SPDX-License-Identifier: Apache-2.0
// What a listener listens on, what it demands and what it puts up with.

public import CertAuth
public import CertAuthTLS
public import HTTPTypes
public import Logging
public import NIOCore

/// What a listener listens on, what it demands and what it puts up with.
public struct HTTPSListenerConfiguration: Sendable {
    /// How connections are secured.
    package enum Security: Sendable {
        /// TLS; with `validation: .request` the listener's own gate judges each request.
        case tls(TLSServerConfiguration)
        /// No TLS, for a listener behind a proxy: no request counts as secure, so protected routes refuse.
        case plain
    }

    /// Where to listen.
    public var address: ListenerAddress
    /// How connections are secured.
    package var security: Security
    /// What each route demands; everything is `required` unless a closure says otherwise.
    ///
    /// The closure sees the path as it was sent, without any normalisation: route on the same string.
    public var requirement: @Sendable (HTTPRequest) -> AuthenticationRequirement = { _ in .required } {
        didSet { hasOwnRequirement = true }
    }
    /// Who, of the authenticated clients, may reach a route; nil lets all of them, as does every route unless a closure says
    /// otherwise. A route with a policy is `required`, whatever `requirement` says. Others get 403 `not-authorized`.
    public var authorization: @Sendable (HTTPRequest) -> AuthorizationPolicy? = { _ in nil } {
        didSet { hasOwnAuthorization = true }
    }
    /// Which requests of `required` routes have the client asked for its certificate in mode `delayed`; all of them
    /// unless a closure says otherwise. Handlers of other routes ask by `ListenerRequest.requestClientCertificate()`.
    public var asksLate: @Sendable (HTTPRequest) -> Bool = { _ in true }
    /// Where clients are sent (307) of which a route in mode `delayed` needs a certificate, and that can't be asked for
    /// one: over HTTP/2, or because they do not support it. A host that demands certificates, with a port where it is
    /// not 443; nil answers 403 `late-certificate-unsupported`. A redirect of `onChallenge` comes before it.
    public var certificateHost: String?
    /// Whether TRACE reaches the handler; otherwise it is answered 501, because its answer repeats the request with what
    /// proxies added to it (RFC 9110 section 9.3.8).
    public var servesTrace = false
    /// To whom HTTP/2 is offered beside HTTP/1.1; to nobody unless something else is chosen.
    ///
    /// ALPN names that are given in the TLS configuration stay as they are.
    public var http2 = HTTP2Offer.none
    /// Whether refusals tell the client the operator's message and which certificate it is about.
    public var exposesFailureDetails = false
    /// Takes clients' certificates out of the headers of trusted proxies; nil takes none.
    public var forwarding: CertificateForwarding?
    /// Bounds on what clients may do.
    public var limits = HTTPSListenerLimits()
    /// Where refused requests and failed handlers are reported.
    public var logger = Logger(label: "certauth.http")

    /// Whether a closure says what routes demand.
    private(set) var hasOwnRequirement = false
    /// Whether a closure says who may reach them.
    private(set) var hasOwnAuthorization = false

    /// Judges forwarded certificates on a listener without TLS.
    let plainAuthenticator: CertificateAuthenticator?

    /// A listener with TLS.
    public init(address: ListenerAddress = .hostPort(host: "127.0.0.1", port: 0), tls: TLSServerConfiguration) {
        self.address = address
        security = .tls(tls)
        plainAuthenticator = nil
    }

    /// A listener without TLS.
    public init(plainAt address: ListenerAddress) {
        self.address = address
        security = .plain
        plainAuthenticator = nil
    }

    /// A listener without TLS behind proxies that forward their clients' certificates.
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
    /// Has the authenticator of forwarded certificates, and the proxies, take over the evidence of their predecessors.
    ///
    /// With TLS, the authenticators of clients take over when the TLS settings are replaced.
    ///
    /// - Parameter retired: what the proxies left that had been configured before `former`.
    func inheritEvidence(from former: HTTPSListenerConfiguration, _ retired: inout [EvidenceLegacy]) {
        if let held = former.plainAuthenticator { plainAuthenticator?.inherit(from: held) }
        if let held = former.forwarding {
            forwarding?.inheritEvidence(from: held)
            if forwarding == nil { retired = held.proxyLegacies }
        } else if let forwarding {
            forwarding.take(over: retired)
            retired = []
        }
    }
}

/// Bounds on what clients of a listener may do.
public struct HTTPSListenerLimits: Sendable {
    /// Open connections; further ones wait in the system's queue. 1,000, below the usual limit of descriptors.
    public var connections = 1_000
    /// Bytes of all header fields of a request, 431 beyond, on HTTP/2 the end of the connection. 16 KiB, more than browsers send.
    public var headerBytes = 16 * 1024
    /// Bytes of a request's body, 413 beyond. 1 MiB.
    public var bodyBytes = 1024 * 1024
    /// Bytes of the body of a request by which a client is asked for its certificate, in mode `delayed`; 413 beyond, and
    /// nobody is asked. Never more than `bodyBytes`, and the same unless something else is chosen.
    ///
    /// IIS has 48 KiB here: until the client has answered, its body is held for a stranger.
    public var delayedBodyBytes: Int {
        get { min(chosenDelayedBodyBytes ?? bodyBytes, bodyBytes) }
        set { chosenDelayedBodyBytes = newValue }
    }
    private var chosenDelayedBodyBytes: Int?
    /// From a request's first byte to the end of its header; 10 s.
    public var headerTimeout = TimeAmount.seconds(10)
    /// From the end of the header to the end of the body; 30 s.
    public var bodyTimeout = TimeAmount.seconds(30)
    /// From the handing over of an answer until the client has taken it; 60 s.
    public var responseTimeout = TimeAmount.seconds(60)
    /// Between requests on a connection; 60 s.
    public var idleTimeout = TimeAmount.seconds(60)
    /// What counts for HTTP/2 alone.
    public var http2 = HTTP2Limits()
    /// How long a shutdown waits for requests that have begun to arrive; 10 s.
    public var shutdownTimeout = TimeAmount.seconds(10)
    /// How long HTTP/1.1 connections between requests may have one more at a shutdown, answered with
    /// `Connection: close`; they close then. Never more than `shutdownTimeout`, and the same unless something else is
    /// chosen: a shorter time stops sooner, and a client that sends just then loses its request.
    public var idleShutdownTimeout: TimeAmount {
        get { min(chosenIdleShutdownTimeout ?? shutdownTimeout, shutdownTimeout) }
        set { chosenIdleShutdownTimeout = newValue }
    }
    private var chosenIdleShutdownTimeout: TimeAmount?

    /// The defaults.
    public init() {}
}
