// SPDX-License-Identifier: Apache-2.0
// The settings of TLS contexts, for servers and clients.

import COpenSSL

/// A certificate chain with the key of its first certificate.
package struct TLSIdentity: Sendable {
    /// Leaf first, then its issuers. Must not be empty.
    package let chain: [X509Certificate]
    package let key: PrivateKey
    /// Returns the OCSP response to staple, in a handshake whose client asks for one. Nil if it never has one.
    package let stapledResponse: (@Sendable () -> [UInt8]?)?

    package init(
        chain: [X509Certificate],
        key: PrivateKey,
        stapledResponse: (@Sendable () -> [UInt8]?)? = nil
    ) {
        self.chain = chain
        self.key = key
        self.stapledResponse = stapledResponse
    }
}

/// Whether a server asks its clients for a certificate in the handshake.
package enum ClientCertificateRequest: Sendable {
    case never
    /// Requests a certificate, and continues without one.
    case optional
    /// Requests a certificate, and ends the handshake without one.
    case required

    /// The only mapping of a certificate request to OpenSSL's verify mode.
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
    /// Further identities, each with a key of another kind. A second one of a kind would replace the first.
    package var additionalIdentities: [TLSIdentity] = []
    package var request: ClientCertificateRequest = .never
    package var minimumVersion: TLSVersion = .tls12
    /// In order of preference. A client that offers none of them is refused; a client without ALPN is accepted.
    package var applicationProtocols: [String] = []
    /// The DER of the names that are sent as acceptable certification authorities. May be empty.
    package var authorityNames: [[UInt8]] = []
    /// At most 32 bytes. Separates the sessions of different policies.
    package var sessionIDContext: [UInt8] = []
    /// The ticket keys. Nil disables sessions.
    package var ticketKeyring: TicketKeyring?
    /// Whether tickets are also issued in TLS 1.2, where they are encrypted before any validation after the handshake.
    package var issuesEarlyTickets = false
    /// The lookup of TLS 1.2 sessions by ID. If it is nil, clients receive no IDs.
    package var keptSessions: KeptSessions?
    /// How long OpenSSL resumes sessions at all. 0 keeps its default.
    package var sessionLifetimeSeconds = 0
    /// The maximum size of the certificates that a client may present. Larger ones are refused before any is parsed.
    package var maximumPresentedBytes = 64 * 1024

    package init(identity: TLSIdentity) { self.identity = identity }

    var identities: [TLSIdentity] { [identity] + additionalIdentities }
}

/// The settings of a client's context.
package struct TLSClientSettings: Sendable {
    /// The trust anchors for the server's certificate.
    package var trustedRoots: [X509Certificate]
    package var identity: TLSIdentity?
    package var minimumVersion: TLSVersion = .tls12
    package var maximumVersion: TLSVersion = .tls13
    package var applicationProtocols: [String] = []
    /// Whether the client offers post-handshake authentication and renegotiates if the server requests it.
    package var answersLateRequests = false
    /// Whether the client accepts session tickets. In TLS 1.2 it may use IDs instead.
    package var takesTickets = true
    /// Whether the client offers the extended master secret. Only tests disable it.
    package var bindsMasterSecret = true
    /// The signature algorithms that the client offers, as OpenSSL names them, separated by colons. Nil offers
    /// OpenSSL's own.
    package var signatureAlgorithms: String?

    package init(trustedRoots: [X509Certificate]) { self.trustedRoots = trustedRoots }
}
