// SPDX-License-Identifier: Apache-2.0
// The alert that a refused client receives, and the log line for the operator.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import Logging
import XCTest

final class HandshakeAlertTests: XCTestCase {
    /// Runs a handshake in memory with the given decision of the server. Returns the alert that the client receives.
    private func alert(after decision: ChainDecision, version: TLSVersion) throws -> TLSAlert? {
        let authority = try TestAuthority("Root")
        let identities = try [authority.issue("localhost", .server(dnsNames: ["localhost"])), authority.issue("alice")]
        let loaded = try identities.map { identity in
            TLSIdentity(chain: [try X509Certificate(der: identity.certificateDER)], key: identity.key.handle)
        }
        var serverSettings = TLSServerSettings(identity: loaded[0])
        serverSettings.request = .required
        serverSettings.sessionIDContext = [1]
        var clientSettings = TLSClientSettings(trustedRoots: [try X509Certificate(der: authority.anchorDER)])
        clientSettings.identity = loaded[1]
        clientSettings.maximumVersion = version
        clientSettings.minimumVersion = version
        let server = try TLSConnection(context: TLSContext(server: serverSettings))
        let client = try TLSConnection(context: TLSContext(client: clientSettings))
        server.chainDecision = { _ in decision }
        try client.expectServer(sentName: nil, checkedName: "localhost")
        for _ in 0..<10 {
            _ = client.handshake()
            server.receive(client.takeUnsent())
            _ = server.handshake()
            client.receive(server.takeUnsent())
        }
        var buffer = [UInt8](repeating: 0, count: 100)
        _ = client.read(into: &buffer)
        return client.receivedAlert
    }

    func test_every_refusal_reaches_the_client_as_its_alert() throws {
        for version in TLSVersion.allCases {
            for alert in CertificateAlert.allCases {
                let heard = try self.alert(after: .refuse(alert), version: version)
                XCTAssertEqual(heard, alert.alert, "\(alert) on \(version)")
            }
            XCTAssertNil(try alert(after: .accept, version: version))
        }
    }

    func test_a_refused_handshake_is_one_line_that_operators_see() async throws {
        let authority = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let log = LogRecorder()
        let peer = try await TestingPeer(
            authenticator: try CertificateAuthenticator(options: options, logger: log.logger),
            mode: .require,
            identity: try authority.issue("old", .expired),
            customize: { $0.logger = log.logger(from: .trace) }
        )
        try await peer.shakeHands()
        let lines = log.linesAfterStart
        let line = try XCTUnwrap(lines.first)
        XCTAssertEqual(lines.count, 1)
        XCTAssertEqual("\(line.level): \(line.message)", "notice: client refused")
        XCTAssertEqual(line.metadata["certauth.code"], "expired")
        XCTAssertEqual(line.metadata["certauth.alert"], "certificate_expired")
        XCTAssertEqual(line.metadata["certauth.server_name"], "localhost")
        XCTAssertEqual(line.metadata["certauth.subject"], "CN=old")
        XCTAssertEqual(line.metadata["certauth.peer"], "127.0.0.1:1")
        XCTAssertNotNil(line.metadata["certauth.id"])
    }

    func test_a_client_without_a_certificate_is_one_line_with_the_same_keys() async throws {
        let authority = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        for version in TLSVersion.allCases {
            let log = LogRecorder()
            let peer = try await TestingPeer(
                authenticator: try CertificateAuthenticator(options: options, logger: log.logger),
                mode: .require,
                identity: nil,
                version: version,
                customize: { $0.logger = log.logger(from: .trace) }
            )
            try await peer.shakeHands()
            let lines = log.linesAfterStart
            XCTAssertEqual(lines.map(\.message), ["client refused"], "\(version)")
            XCTAssertEqual(
                lines.first?.metadata.keys.sorted(),
                [
                    "certauth.alert", "certauth.code", "certauth.id", "certauth.peer", "certauth.reason",
                    "certauth.scheme", "certauth.server_name",
                ],
                "\(version)"
            )
            XCTAssertEqual(lines.first?.metadata["certauth.code"], "no-certificate")
        }
    }

    /// libssl's texts for these are "callback failed" and "no application protocol".
    func test_a_handshake_that_ends_before_a_certificate_is_explained_by_what_the_client_said() async throws {
        let authority = try TestAuthority("Root")
        let cases: [(name: String, protocols: [String], parts: [String])] = [
            ("a b", [], ["(SNI) is malformed: 'a b'", "RFC 6066 section 3", "correct the server name"]),
            ("localhost", ["smtp"], ["the ALPN protocols smtp", "http/1.1"]),
        ]
        for (name, protocols, parts) in cases {
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            options.revocationMode = .noCheck
            let log = LogRecorder()
            let peer = try await TestingPeer(
                authenticator: try CertificateAuthenticator(options: options),
                mode: .require,
                identity: try authority.issue("alice"),
                serverName: name,
                offering: protocols,
                customize: {
                    $0.logger = log.logger(from: .trace)
                    $0.applicationProtocols = ["http/1.1"]
                }
            )
            try await peer.shakeHands()
            let line = try XCTUnwrap(log.lines.first).text
            for part in parts { XCTAssertTrue(line.contains(part), "\(part): \(line)") }
        }
    }
}
