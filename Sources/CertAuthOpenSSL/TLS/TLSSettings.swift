// SPDX-License-Identifier: Apache-2.0
// What a TLS context is made from, for each side.

import COpenSSL

/// A certificate chain with the key of its first certificate.
package struct TLSIdentity: Sendable {
    /// Leaf first, then its issuers; never empty in an identity that a context accepts.
    package let chain: [X509Certificate]
    package let key: PrivateKey

    package init(chain: [X509Certificate], key: PrivateKey) {
        self.chain = chain
        self.key = key
    }
}

/// Whether a server asks its clients for a certificate in the handshake.
package enum ClientCertificateRequest: Sendable {
    case never
    /// Asks, and goes on without one.
    case optional
    /// Asks, and ends the handshake without one.
    case required

    /// The one place that turns a request for certificates into OpenSSL's verify mode.
    var verifyMode: Int32 {
        switch self {
        case .never: SSL_VERIFY_NONE
        case .optional: SSL_VERIFY_PEER
        case .required: SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
    }
}

/// The settings of a server's context.
package struct TLSServerSettings: Sendable {
    package var identity: TLSIdentity
    package var request: ClientCertificateRequest = .never
    package var minimumVersion: TLSVersion = .tls12
    /// In order of preference; a client that offers none of them is refused, one that offers no ALPN goes on.
    package var applicationProtocols: [String] = []
    /// The certificates whose subjects are sent as the names of acceptable authorities; may be empty.
    package var authorityHints: [X509Certificate] = []
    /// At most 32 bytes; separates the sessions of different policies.
    package var sessionIDContext: [UInt8] = []
    /// What seals and opens session tickets; nil for no sessions at all.
    package var ticketKeyring: TicketKeyring?
    /// Whether tickets are also made on TLS 1.2, where they are sealed before anything but the handshake has judged.
    package var issuesEarlyTickets = false
    /// Where TLS 1.2 sessions are found by id; nil gives clients no ids.
    package var keptSessions: KeptSessions?
    /// How long OpenSSL takes sessions up at all; 0 leaves its own default.
    package var sessionLifetimeSeconds = 0
    /// The most bytes of certificates a client may present, refused before any of them is parsed.
    package var maximumPresentedBytes = 64 * 1024

    package init(identity: TLSIdentity) { self.identity = identity }
}

/// The settings of a client's context.
package struct TLSClientSettings: Sendable {
    /// Certificates that the server's chain must lead to.
    package var trustedRoots: [X509Certificate]
    package var identity: TLSIdentity?
    package var minimumVersion: TLSVersion = .tls12
    package var maximumVersion: TLSVersion = .tls13
    package var applicationProtocols: [String] = []
    /// Whether the client offers post-handshake authentication and renegotiates when the server asks for it.
    package var answersLateRequests = false
    /// Whether the client takes session tickets; on TLS 1.2 it may take ids instead.
    package var takesTickets = true
    /// Whether the client offers the extended master secret; only tests leave it out.
    package var bindsMasterSecret = true

    package init(trustedRoots: [X509Certificate]) { self.trustedRoots = trustedRoots }
}
