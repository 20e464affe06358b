// SPDX-License-Identifier: Apache-2.0
// Why a handshake failed, by what is known of the client.

import CertAuth
import CertAuthOpenSSL

extension TLSFailure {
    /// What was found of this client, what was expected and what to do.
    ///
    /// - Parameters:
    ///   - objection: what the server itself found wrong with the ClientHello.
    ///   - hello: what the client said.
    ///   - protocols: the ALPN names that the policy offers.
    func sentence(objection: HelloObjection?, hello: ClientHello?, protocols: [String]) -> String {
        if let objection { return sentence(about: objection) }
        switch kind {
        case .applicationProtocol:
            let offered = (hello?.offeredProtocols ?? []).prefix(8).map { DisplayText.escaped($0, limit: 32) }
            return sentence(
                found: "the client offers by ALPN \(offered.isEmpty ? "nothing" : offered.joined(separator: ", "))",
                expected: "\(protocols.joined(separator: " or ")), or no ALPN",
                remedy: "have the client offer one of them"
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
                expected: "one host name of visible ASCII characters without blanks (RFC 6066 section 3)",
                remedy: "correct the name by which the client calls this server"
            )
        case .tooManyIdentities(let limit):
            return sentence(
                found: "the client offers more than \(limit) sessions at once",
                expected: "at most \(limit)",
                remedy: "have the client offer its latest session; scanners do this on purpose"
            )
        case .changedAfterRetry:
            return sentence(
                found: "the client's second ClientHello has another server name or other ALPN names than its first",
                expected: "the same names (RFC 8446 section 4.1.2)",
                remedy: "update the client's TLS library"
            )
        case .contextUnusable:
            return sentence(
                found: "the policy of the server name could not be put into force on the connection",
                expected: "a connection that takes the certificate and key of its policy",
                remedy: "look at the server's certificate for this name; report it if it is right"
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
                remedy: "have the client trust that issuer; compare name and dates of the server's certificate"
            )
        case .handshakeFailure:
            return sentence(
                found: "\(found): the two have no version, suite or signature algorithm in common",
                expected: "TLS 1.2 or 1.3 with ECDHE and AEAD",
                remedy: "update the client"
            )
        default:
            return sentence(found: found, expected: "a client that goes on", remedy: "see the client's log")
        }
    }
}

extension TLSServerHandler {
    /// Why the handshake failed, in words.
    func sentence(of failure: TLSFailure) -> String {
        failure.sentence(
            objection: tls?.helloObjection,
            hello: tls?.clientHello,
            protocols: (judge.policy?.applicationProtocols ?? configuration.applicationProtocols).map(\.rawValue)
        )
    }
}
