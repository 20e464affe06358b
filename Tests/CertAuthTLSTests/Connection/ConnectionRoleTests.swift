// SPDX-License-Identifier: Apache-2.0
// What a connection without a TLS channel of its own answers, in each of its roles.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import XCTest

final class ConnectionRoleTests: XCTestCase {
    private let hop = ConnectionFacts(isSecure: true, serverName: "api.example", peerAddress: "192.0.2.1:5000")

    private func authenticator(trusting root: TestAuthority) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.anchor])))
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    private func forwarded(_ identity: TestIdentity?, root: TestAuthority) throws -> ClientCertificateConnection {
        let client = ConnectionAuthentication(
            authenticator: try authenticator(trusting: root),
            chain: identity.flatMap {
                PresentedChain(derEncoded: $0.chain, source: .forwarded(dialect: "xfcc", verifiedByProxy: false))
            },
            facts: ConnectionFacts(isSecure: true, peerAddress: "192.0.2.1:5000")
        )
        return ClientCertificateConnection(forwardedOn: .delayed, client: client)
    }

    func test_a_plain_connection_has_no_certificate_and_never_asks_for_one() async throws {
        let connection = ClientCertificateConnection(plainFrom: "192.0.2.1:5000")
        XCTAssertEqual(connection.mode, .none)
        XCTAssertEqual(connection.facts, ConnectionFacts(isSecure: false, peerAddress: "192.0.2.1:5000"))
        XCTAssertNil(connection.cipherSuite)
        XCTAssertNil(connection.presentedChain)
        XCTAssertNil(connection.authenticator)
        XCTAssertNil(connection.proxyMemory)
        XCTAssertFalse(connection.canBeAskedLate)
        let late = try await connection.requestClientCertificate()
        XCTAssertNil(late)
        let result = await connection.authenticateRequest()
        XCTAssertEqual(result, .noResult(.notHTTPS))
    }

    func test_a_forwarded_request_is_validated_by_the_forwarded_certificate_alone() async throws {
        let root = try TestAuthority("Client Root")
        let alice = try root.issue("alice")
        let connection = try forwarded(alice, root: root)
        XCTAssertEqual(connection.presentedChain?.derEncoded, alice.chain)
        XCTAssertNil(connection.facts.serverName, "the proxy's, not the client's")
        XCTAssertNil(connection.proxyMemory)
        let result = await connection.authenticateRequest()
        XCTAssertEqual(result.client?.certificate.derEncoded, alice.certificateDER)
        let stranger = try forwarded(try TestAuthority("Stranger").issue("alice"), root: root)
        let refused = await stranger.authenticateRequest()
        XCTAssertEqual(refused.refusalCode, .untrusted)
    }

    func test_a_proxy_is_never_asked_for_a_late_certificate() async throws {
        let root = try TestAuthority("Client Root")
        let known = try forwarded(try root.issue("alice"), root: root)
        XCTAssertEqual(known.mode, .delayed)
        XCTAssertFalse(known.canBeAskedLate)
        let late = try await known.requestClientCertificate()
        XCTAssertNotNil(late?.client, "the forwarded certificate is the answer")
        let unknown = try forwarded(nil, root: root)
        XCTAssertFalse(unknown.canBeAskedLate)
        let nothing = try await unknown.requestClientCertificate()
        XCTAssertNil(nothing)
    }

    func test_an_unreadable_forwarded_certificate_leaves_nothing_to_validate() async throws {
        let connection = ClientCertificateConnection(unreadableOn: .allow, facts: hop)
        XCTAssertEqual(connection.mode, .allow)
        XCTAssertEqual(connection.facts, hop)
        XCTAssertNil(connection.presentedChain)
        XCTAssertNil(connection.authentication)
        XCTAssertNil(connection.authenticator)
        let result = await connection.authenticateRequest()
        XCTAssertEqual(result, .noResult(.noCertificate))
    }

    func test_no_reload_and_no_host_concerns_a_connection_without_a_channel() async throws {
        let root = try TestAuthority("Client Root")
        let connections = [
            ClientCertificateConnection(plainFrom: nil),
            try forwarded(nil, root: root),
            ClientCertificateConnection(unreadableOn: .require, facts: hop),
        ]
        for connection in connections {
            XCTAssertTrue(connection.adoptPolicyInForce())
            XCTAssertTrue(connection.serves(authority: "elsewhere.example"))
            let admission = await connection.admitRequest(for: "elsewhere.example", takesForwarded: true)
            guard case .admitted = admission else { return XCTFail("\(admission)") }
        }
    }
}
