// SPDX-License-Identifier: Apache-2.0
// What a connection retains of its peer's certificates, and that it works without them.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class PeerCertificateTests: XCTestCase {
    /// A handshake between a server and a client that presents a leaf and two intermediates.
    private struct Pair {
        let server: TLSConnection
        let client: TLSConnection

        init(_ version: TLSVersion) throws {
            let authority = try TestAuthority("Root")
            let identity = try Self.identity(authority.issue("localhost", .server(dnsNames: ["localhost"])))
            var settings = TLSServerSettings(identity: identity)
            settings.request = .required
            settings.sessionIDContext = [1]
            server = try TLSConnection(context: TLSContext(server: settings))
            server.chainDecision = { _ in .accept }
            var clientSettings = TLSClientSettings(trustedRoots: [try X509Certificate(der: authority.anchorDER)])
            clientSettings.minimumVersion = version
            clientSettings.maximumVersion = version
            let issuing = try authority.intermediate("One").intermediate("Two")
            clientSettings.identity = try Self.identity(issuing.issue("mallory"))
            client = try TLSConnection(context: TLSContext(client: clientSettings))
            try client.expectServer(sentName: "localhost", checkedName: "localhost")
            while exchange() {}
        }

        private static func identity(_ identity: TestIdentity) throws -> TLSIdentity {
            TLSIdentity(chain: try identity.chain.map { try X509Certificate(der: $0) }, key: identity.key.handle)
        }

        /// One step of each side; false if neither sent anything.
        func exchange() -> Bool {
            _ = client.handshake()
            let toServer = client.takeUnsent()
            toServer.withUnsafeBytes { server.receive($0) }
            _ = server.handshake()
            let toClient = server.takeUnsent()
            toClient.withUnsafeBytes { client.receive($0) }
            return !toServer.isEmpty || !toClient.isEmpty
        }

        /// The part of `text` that arrives.
        func carry(_ text: String, from sender: TLSConnection, to receiver: TLSConnection) -> String? {
            guard case .complete = Array(text.utf8).withUnsafeBytes({ sender.write($0) }) else { return nil }
            sender.takeUnsent().withUnsafeBytes { receiver.receive($0) }
            var buffer = [UInt8](repeating: 0, count: 1_024)
            guard case .complete(let count) = buffer.withUnsafeMutableBytes({ receiver.read(into: $0) }) else {
                return nil
            }
            return String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    func test_a_connection_keeps_the_peers_chain_until_it_is_dropped_and_goes_on_without_it() throws {
        for version in TLSVersion.allCases {
            let pair = try Pair(version)
            XCTAssertTrue(pair.server.hasCompletedHandshake)
            XCTAssertEqual(pair.server.keptPeerCertificates, 3, "\(version)")
            XCTAssertEqual(pair.server.presentedChain.count, 3)
            let identifier = pair.server.sessionIdentifier
            let cipher = pair.server.cipherName
            pair.server.dropPeerCertificates()
            XCTAssertEqual(pair.server.keptPeerCertificates, 0, "\(version)")
            XCTAssertEqual(pair.server.presentedChain.count, 0)
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

    func test_nothing_is_dropped_before_the_handshake_is_complete() throws {
        let authority = try TestAuthority("Root")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let chain = try server.chain.map { try X509Certificate(der: $0) }
        let settings = TLSServerSettings(identity: TLSIdentity(chain: chain, key: server.key.handle))
        let connection = try TLSConnection(context: TLSContext(server: settings))
        connection.dropPeerCertificates()
        XCTAssertEqual(connection.keptPeerCertificates, 0)
        XCTAssertFalse(connection.isHandshakeComplete)
    }
}
