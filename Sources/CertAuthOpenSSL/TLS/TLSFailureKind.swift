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
                "the client speaks no version of TLS that this server accepts",
                "TLS 1.3, or TLS 1.2 where the policy accepts it",
                "update the client, or lower minimumVersion"
            )
        case .plainHTTP:
            Explanation("the client sent HTTP without TLS", "a TLS handshake", "use https in the client's URL")
        case .notTLS:
            Explanation(
                "the first bytes are no record of a TLS version that is known",
                "a TLS handshake",
                "have the client use TLS, and no proxy protocol, at this port"
            )
        case .cipher:
            Explanation(
                "the client offers no cipher suite that this server accepts",
                "ECDHE with AES-GCM or ChaCha20-Poly1305",
                "update the client, or turn these suites on in it"
            )
        case .group:
            Explanation(
                "the client offers no usable group for the key exchange, or a share that is none of its group",
                "X25519, P-256, P-384 or P-521",
                "update the client, or turn one of these groups on in it"
            )
        case .signatureKind:
            Explanation(
                "client and server have no signature algorithm in common that fits the key of the signer",
                "an algorithm of SHA-256 or better for the keys of both certificates",
                "update the client, or use certificates with ECDSA keys on P-256 or RSA keys of 2048 bits"
            )
        case .curve:
            Explanation(
                "the client's certificate has a key on a curve that is not accepted on TLS 1.2",
                "P-256, P-384 or P-521",
                "issue the client's certificate with a key on one of these curves"
            )
        case .clientKey:
            Explanation(
                "the client's Certificate message has a key or certificate that cannot be used, or breaks its form",
                "X.509 certificates with RSA keys of 2048 bits, EC keys on P-256, P-384 or P-521, Ed25519 or Ed448",
                "look at the client's certificate with certauth inspect, and issue it anew"
            )
        case .signature:
            Explanation(
                "a signature or Finished of the client does not verify",
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
                "look at the client's certificate with certauth verify"
            )
        case .applicationProtocol:
            Explanation(
                "the client offers by ALPN no protocol that this server speaks",
                "one of the server's protocols, or no ALPN",
                "have the client offer one of them"
            )
        case .serverName:
            Explanation(
                "the server name in the ClientHello (SNI) is malformed",
                "one host name (RFC 6066 section 3)",
                "correct the name by which the client calls this server"
            )
        case .record:
            Explanation(
                "a record of the client cannot be decrypted, or breaks the bounds of its length",
                "records by the keys of this handshake",
                "look for a broken network device or a faulty TLS library between client and server"
            )
        case .size:
            Explanation(
                "the client sent a longer message, or more messages, than may be",
                "a handshake within its bounds",
                "have the client present fewer or smaller certificates"
            )
        case .eof:
            Explanation(
                "the client closed the connection before the handshake was over",
                "a whole handshake",
                "see the client's log: it may not trust the server's certificate; scanners and health checks do this too"
            )
        case .renegotiation:
            Explanation(
                "the client asked for a renegotiation, or its answer to one is not secure",
                "no renegotiation but the server's own for a late certificate (RFC 5746)",
                "update the client, or turn renegotiation off in it"
            )
        case .session:
            Explanation(
                "the client offered a session, or a key known before, that cannot be taken up as it says",
                "a session of this server under the same name and protocol",
                "have the client begin a full handshake; update its TLS library if this comes again"
            )
        case .order:
            Explanation(
                "a message of the client came out of order",
                "the order of RFC 8446 section 2 or RFC 5246 section 7.3",
                "update the client's TLS library; scanners do this on purpose"
            )
        case .form:
            Explanation(
                "a message of the client is malformed",
                "the form of RFC 8446 section 4 or RFC 5246 section 7.4",
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
                "the server has no certificate or key that fits what this client accepts",
                "an ECDSA or RSA certificate with its key",
                "look at the server's certificate, and update the client"
            )
        case .callback:
            Explanation(
                "the server could not take the handshake up",
                "a ClientHello that names one server and one policy",
                "see the lines before this one; report it if there are none"
            )
        case .server, .other:
            Explanation(
                "OpenSSL could not go on with the handshake",
                "a handshake that OpenSSL knows how to end",
                "report it with OpenSSL's words if it comes again; memory, OpenSSL's configuration or a faulty client may be"
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
