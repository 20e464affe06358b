// SPDX-License-Identifier: Apache-2.0
// What a connection retains of its peer's certificates, and that it works without them.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class PeerCertificateTests: XCTestCase {
    func test_a_connection_keeps_the_peers_chain_until_it_is_dropped_and_goes_on_without_it() throws {
        for version in TLSVersion.allCases {
            let pair = try HandshakePair(version)
            XCTAssertTrue(pair.server.hasCompletedHandshake)
            XCTAssertEqual(pair.server.keptPeerCertificates, 3, "\(version)")
            let identifier = pair.server.sessionIdentifier
            let cipher = pair.server.cipherName
            pair.server.dropPeerCertificates()
            XCTAssertEqual(pair.server.keptPeerCertificates, 0, "\(version)")
            XCTAssertEqual(pair.server.sessionIdentifier, identifier)
            XCTAssertEqual(pair.server.cipherName, cipher)
            for _ in 0..<3 {
                XCTAssertEqual(pair.carry("request", from: pair.client, to: pair.server), "request", "\(version)")
                XCTAssertEqual(pair.carry("answer", from: pair.server, to: pair.client), "answer", "\(version)")
                // The second call finds nothing to drop.
                pair.server.dropPeerCertificates()
                if version == .tls13 {
                    XCTAssertTrue(pair.server.updateKeys())
                    XCTAssertTrue(pair.client.updateKeys())
                }
            }
            XCTAssertEqual(pair.server.keptPeerCertificates, 0)
        }
    }

    func test_the_issuers_can_be_dropped_alone() throws {
        for version in TLSVersion.allCases {
            let pair = try HandshakePair(version)
            pair.server.dropPeerIssuers()
            XCTAssertEqual(pair.server.keptPeerCertificates, 1, "\(version)")
            XCTAssertEqual(pair.carry("request", from: pair.client, to: pair.server), "request", "\(version)")
            pair.server.dropPeerIssuers()
            XCTAssertEqual(pair.server.keptPeerCertificates, 1, "\(version)")
            XCTAssertEqual(pair.carry("answer", from: pair.server, to: pair.client), "answer", "\(version)")
        }
    }

    func test_nothing_is_dropped_before_the_handshake_is_complete() throws {
        let authority = try TestAuthority("Root")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let chain = try server.chain.map { try X509Certificate(der: $0) }
        let settings = TLSServerSettings(identity: TLSIdentity(chain: chain, key: server.key.handle))
        let connection = try TLSConnection(context: TLSContext(server: settings))
        connection.dropPeerIssuers()
        connection.dropPeerCertificates()
        XCTAssertEqual(connection.keptPeerCertificates, 0)
        XCTAssertFalse(connection.isHandshakeComplete)
    }
}
