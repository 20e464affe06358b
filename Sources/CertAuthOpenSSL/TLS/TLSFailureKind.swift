// SPDX-License-Identifier: Apache-2.0
// Why a handshake failed, explained in more detail than by libssl's reasons.

import COpenSSL

/// Why a server's TLS connection failed.
package enum TLSFailureKind: Sendable, CaseIterable {
    case version, plainHTTP, notTLS, cipher, group, signatureKind, curve, clientKey, signature, missing, refused
    case applicationProtocol, serverName, record, size, eof, renegotiation, session, order, form, alert, identity
    case callback, server
    /// A reason that this table does not contain.
    case other
}

extension TLSFailureKind {
    /// What was found, what was expected and what to do.
    package struct Explanation: Sendable, Equatable {
        package let found: String
        package let expected: String
        package let remedy: String

        init(_ found: String, _ expected: String, _ remedy: String) {
            self.found = found
            self.expected = expected
            self.remedy = remedy
        }
    }

    /// The explanation for operators.
    package var explanation: Explanation {
        switch self {
        case .version:
            Explanation(
                "the client offers no TLS version that this server accepts",
                "TLS 1.3, or TLS 1.2 if the policy permits it",
                "update the client, or lower minimumVersion"
            )
        case .plainHTTP:
            Explanation("the client sent HTTP without TLS", "a TLS handshake", "use https in the client's URL")
        case .notTLS:
            Explanation(
                "the first bytes are not a record of a known TLS version",
                "a TLS handshake",
                "configure the client to use TLS without the PROXY protocol on this port"
            )
        case .cipher:
            Explanation(
                "the client offers no cipher suite that this server accepts with its keys",
                "ECDHE with AES-GCM or ChaCha20-Poly1305, and a signature algorithm for a key of the server",
                "update the client, or enable these suites and algorithms in it"
            )
        case .group:
            Explanation(
                "the client offers no usable group for the key exchange, or a key share that is invalid for its group",
                "X25519, P-256, P-384 or P-521",
                "update the client, or enable one of these groups in it"
            )
        case .signatureKind:
            Explanation(
                "client and server have no common signature algorithm for the signer's key",
                "an algorithm with SHA-256 or better for the keys of both certificates",
                "update the client, or use certificates with ECDSA keys on P-256 or RSA keys of 2048 bits"
            )
        case .curve:
            Explanation(
                "the client's certificate has a key on a curve that is not accepted in TLS 1.2",
                "P-256, P-384 or P-521",
                "issue the client a certificate with a key on one of these curves"
            )
        case .clientKey:
            Explanation(
                "the client's Certificate message is malformed, or contains a key or certificate that cannot be used",
                "X.509 certificates with RSA keys of 2048 bits, EC keys on P-256, P-384 or P-521, Ed25519 or Ed448",
                "check the client's certificate with certauth inspect, and issue it again"
            )
        case .signature:
            Explanation(
                "the client's signature or Finished message does not verify",
                "a signature by the key of the client's certificate",
                "give the client the key that belongs to its certificate"
            )
        case .missing:
            Explanation(
                "the client presented no certificate",
                "one, because the mode is require",
                "configure the client with a certificate and its key"
            )
        case .refused:
            Explanation(
                "the client's certificate was refused, or could not be read",
                "a certificate that the policy accepts",
                "check the client's certificate with certauth verify"
            )
        case .applicationProtocol:
            Explanation(
                "the client offers no ALPN protocol that this server supports",
                "one of the server's protocols, or no ALPN",
                "configure the client to offer one of them"
            )
        case .serverName:
            Explanation(
                "the server name in the ClientHello (SNI) is malformed",
                "one host name (RFC 6066 section 3)",
                "correct the server name in the client's configuration"
            )
        case .record:
            Explanation(
                "a record from the client cannot be decrypted, or exceeds the length limit",
                "records encrypted with the keys of this handshake",
                "check the network devices between client and server, and the client's TLS library"
            )
        case .size:
            Explanation(
                "the client sent a longer message, or more messages, than permitted",
                "a handshake within the limits",
                "configure the client to present fewer or smaller certificates"
            )
        case .eof:
            Explanation(
                "the client closed the connection before the handshake was complete",
                "a complete handshake",
                "see the client's log, because it may not trust the server's certificate; scanners and health checks do this too"
            )
        case .renegotiation:
            Explanation(
                "the client requested a renegotiation, or answered one insecurely",
                "no renegotiation except the server's own for a late certificate (RFC 5746)",
                "update the client, or disable renegotiation in it"
            )
        case .session:
            Explanation(
                "the client offered a session or a pre-shared key that cannot be resumed",
                "a session of this server with the same server name and protocol",
                "make the client start a full handshake; update its TLS library if this happens again"
            )
        case .order:
            Explanation(
                "a message from the client arrived out of order",
                "the order of RFC 8446 section 2 or RFC 5246 section 7.3",
                "update the client's TLS library; scanners do this on purpose"
            )
        case .form:
            Explanation(
                "a message from the client is malformed",
                "the format of RFC 8446 section 4 or RFC 5246 section 7.4",
                "update the client's TLS library; scanners do this on purpose"
            )
        case .alert:
            Explanation(
                "the client ended the connection with an alert",
                "a client that accepts this server",
                "see the client's log"
            )
        case .identity:
            Explanation(
                "the server has no certificate or key that this client accepts",
                "an ECDSA or RSA certificate with its key",
                "check the server's certificate, and update the client"
            )
        case .callback:
            Explanation(
                "the server could not start the handshake",
                "a ClientHello with one server name and one policy",
                "see the log lines before this one; report a bug if there are none"
            )
        case .server, .other:
            Explanation(
                "OpenSSL could not continue the handshake",
                "a handshake that OpenSSL can complete",
                "report it with OpenSSL's text if it happens again; memory, OpenSSL's configuration or a faulty client may be"
                    + " the cause"
            )
        }
    }
}

extension TLSFailure {
    /// The kind of failure: the first meaningful reason of libssl, or the peer's alert.
    package var kind: TLSFailureKind {
        let kinds = cause.entries.filter { $0.library == ERR_LIB_SSL }.compactMap {
            TLSFailureKind.kind(ofReason: $0.reason)
        }
        if let found = kinds.first(where: { $0 != .server && $0 != .callback }) ?? kinds.first { return found }
        return receivedAlert == nil || receivedAlert == .closeNotify ? .other : .alert
    }

    /// What was found, what was expected and what to do, followed by OpenSSL's text.
    package var sentence: String { sentence(explainedBy: kind.explanation) }

    /// The same sentence, worded by a layer that knows more about the client.
    package func sentence(found: String, expected: String, remedy: String) -> String {
        sentence(explainedBy: TLSFailureKind.Explanation(found, expected, remedy))
    }

    private func sentence(explainedBy explanation: TLSFailureKind.Explanation) -> String {
        "\(explanation.found); expected: \(explanation.expected); \(explanation.remedy) (\(cause.description))"
    }

    /// OpenSSL's text for a reason of libssl. Nil if it has none. Corresponds to `ERR_reason_error_string`.
    package static func words(forReason reason: Int32) -> String? {
        ERR_reason_error_string(UInt(ERR_LIB_SSL) << 23 | UInt(reason)).map { String(cString: $0) }
    }
}
