// SPDX-License-Identifier: Apache-2.0
// Explains why a handshake failed, using what is known about the client.

import CertAuth
import CertAuthOpenSSL

extension TLSFailure {
    /// What was found about this client, what was expected and what to do.
    ///
    /// - Parameters:
    ///   - objection: what the server itself found wrong with the ClientHello.
    ///   - hello: the client's ClientHello.
    ///   - protocols: the ALPN names that the policy offers.
    func sentence(objection: HelloObjection?, hello: ClientHello?, protocols: [String]) -> String {
        if let objection { return sentence(about: objection) }
        switch kind {
        case .applicationProtocol:
            let offered = (hello?.offeredProtocols ?? []).prefix(8).map { DisplayText.escaped($0, limit: 32) }
            return sentence(
                found: offered.isEmpty
                    ? "the client offers no ALPN protocol"
                    : "the client offers the ALPN protocols \(offered.joined(separator: ", "))",
                expected: "\(protocols.joined(separator: " or ")), or no ALPN",
                remedy: "configure the client to offer one of them"
            )
        case .alert:
            return receivedAlert.map { sentence(about: $0) } ?? sentence
        default:
            return sentence
        }
    }

    private func sentence(about objection: HelloObjection) -> String {
        switch objection {
        case .malformedServerName(let bytes):
            let name = DisplayText.escaped(String(decoding: bytes.prefix(255), as: UTF8.self), limit: 128)
            return sentence(
                found: "the server name in the ClientHello (SNI) is malformed: '\(name)'",
                expected: "one host name of visible ASCII characters without spaces (RFC 6066 section 3)",
                remedy: "correct the server name in the client's configuration"
            )
        case .tooManyIdentities(let limit):
            return sentence(
                found: "the client offers more than \(limit) sessions at once",
                expected: "at most \(limit)",
                remedy: "configure the client to offer only its latest session; scanners do this on purpose"
            )
        case .changedAfterRetry:
            return sentence(
                found: "the client's second ClientHello differs from its first in the server name or the ALPN names",
                expected: "the same names (RFC 8446 section 4.1.2)",
                remedy: "update the client's TLS library"
            )
        case .contextUnusable:
            return sentence(
                found: "the policy of the server name could not be applied to the connection",
                expected: "a connection that accepts the certificate and key of its policy",
                remedy: "check the server's certificate for this name; report a bug if it is correct"
            )
        }
    }

    private func sentence(about alert: TLSAlert) -> String {
        let found = "the client ended the connection with the alert \(alert)"
        switch alert {
        case .unknownCA, .badCertificate, .certificateUnknown, .unsupportedCertificate, .certificateExpired,
            .certificateRevoked:
            return sentence(
                found: "\(found): it does not accept the server's certificate",
                expected: "a client that trusts the issuer of the server's certificate",
                remedy: "configure the client to trust that issuer; check name and dates of the server's certificate"
            )
        case .handshakeFailure:
            return sentence(
                found: "\(found): client and server have no common version, cipher suite or signature algorithm",
                expected: "TLS 1.2 or 1.3 with ECDHE and AEAD",
                remedy: "update the client"
            )
        default:
            return sentence(
                found: found,
                expected: "a client that continues the handshake",
                remedy: "see the client's log"
            )
        }
    }
}

extension TLSServerHandler {
    /// Why the handshake failed, as a sentence.
    func sentence(of failure: TLSFailure) -> String {
        failure.sentence(
            objection: tls?.helloObjection,
            hello: tls?.clientHello,
            protocols: (validator.policy?.applicationProtocols ?? configuration.applicationProtocols).map(\.rawValue)
        )
    }
}
