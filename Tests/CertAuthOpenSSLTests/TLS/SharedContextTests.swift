// SPDX-License-Identifier: Apache-2.0
// Policies that share an SSL_CTX: each has its own identity and settings, and an unusable one is refused at the start.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class SharedContextTests: XCTestCase {
    private struct Policy {
        let context: TLSContext
        let root: X509Certificate
    }

    private let pool = TLSContextPool()

    private func settings(
        _ name: String,
        _ kind: TestKey.Kind = .p256
    ) throws -> (settings: TLSServerSettings, root: X509Certificate) {
        let authority = try TestAuthority("Root of \(name)")
        let server = try authority.issue(name, .server(dnsNames: [name]), key: TestKey.generate(kind))
        let chain = try server.chain.map { try X509Certificate(der: $0) }
        var settings = TLSServerSettings(identity: TLSIdentity(chain: chain, key: server.key.handle))
        settings.sessionIDContext = Array(name.utf8)
        settings.applicationProtocols = [name]
        return (settings, try X509Certificate(der: authority.anchorDER))
    }

    private func policy(
        _ name: String,
        _ kind: TestKey.Kind = .p256,
        isDedicated: Bool = false,
        _ change: (inout TLSServerSettings) -> Void = { _ in }
    ) throws -> Policy {
        var (settings, root) = try settings(name, kind)
        change(&settings)
        let context = try TLSContext(server: settings, in: pool, isDedicated: isDedicated)
        return Policy(context: context, root: root)
    }

    /// The protocol that the client and the server agree on; nil if the handshake fails.
    private func agreed(
        _ name: String,
        from entrance: Policy,
        to policy: Policy,
        trusting root: X509Certificate? = nil,
        _ version: TLSVersion,
        offering protocols: [String]? = nil
    ) throws -> String? {
        let server = try TLSConnection(context: entrance.context)
        server.contextSelection = { _ in TLSSelection(policy.context, sessionIDContext: [1]) }
        var settings = TLSClientSettings(trustedRoots: [root ?? policy.root])
        settings.minimumVersion = version
        settings.maximumVersion = version
        settings.applicationProtocols = protocols ?? [name]
        let client = try TLSConnection(context: TLSContext(client: settings))
        try client.expectServer(sentName: name, checkedName: name)
        try client.offerApplicationProtocols()
        while true {
            _ = client.handshake()
            let toServer = client.takeUnsent()
            server.receive(toServer)
            _ = server.handshake()
            let toClient = server.takeUnsent()
            client.receive(toClient)
            guard !toServer.isEmpty || !toClient.isEmpty else { break }
        }
        guard client.isHandshakeComplete, server.isHandshakeComplete else { return nil }
        return client.applicationProtocol
    }

    func test_each_policy_presents_its_own_certificate_alone() throws {
        let first = try policy("default.test", isDedicated: true)
        let policies = [
            "default.test": first, "rsa.test": try policy("rsa.test", .rsa(bits: 2_048)),
            "ec.test": try policy("ec.test"),
        ]
        XCTAssertEqual(pool.createdCount, 1)
        for version in TLSVersion.allCases {
            for (name, policy) in policies {
                for (place, entrance) in policies {
                    let found = try agreed(name, from: entrance, to: policy, version)
                    XCTAssertEqual(found, name, "\(version), from \(place)")
                    guard place != name else { continue }
                    let wrong = try agreed(name, from: entrance, to: policy, trusting: entrance.root, version)
                    // In TLS 1.3 the server completes the handshake after the client.
                    XCTAssertNil(wrong, "\(name) has the certificate of \(place) on \(version)")
                }
            }
        }
    }

    func test_each_policy_has_its_own_version_protocols_and_request() throws {
        let first = try policy("default.test", isDedicated: true)
        let newer = try policy("new.test") { $0.minimumVersion = .tls13 }
        let strict = try policy("strict.test") { $0.request = .required }
        let strictEntrance = try policy("strict.entrance.test", isDedicated: true) {
            $0.request = .required
            $0.minimumVersion = .tls13
        }
        let open = try policy("open.test")
        XCTAssertEqual(pool.createdCount, 2)
        XCTAssertNil(try agreed("new.test", from: first, to: newer, .tls12))
        XCTAssertEqual(try agreed("new.test", from: first, to: newer, .tls13), "new.test")
        for version in TLSVersion.allCases {
            let entrance = try policy("entrance.test") { $0.minimumVersion = .tls13 }
            XCTAssertEqual(try agreed("default.test", from: entrance, to: first, version), "default.test")
            XCTAssertNil(try agreed("default.test", from: first, to: first, version, offering: ["new.test"]))
            XCTAssertNil(try agreed("open.test", from: first, to: open, version, offering: ["default.test"]))
            XCTAssertEqual(try agreed("open.test", from: strictEntrance, to: open, version), "open.test")
        }
        // The client has no certificate. In TLS 1.3 only the server notices.
        XCTAssertNil(try agreed("strict.test", from: first, to: strict, .tls12))
        XCTAssertNil(try agreed("strict.test", from: first, to: strict, .tls13))
    }

    func test_what_a_handshake_would_refuse_is_refused_at_the_start() throws {
        let first = try policy("default.test", isDedicated: true)
        var (mismatched, _) = try settings("a.test")
        let other = try settings("b.test").settings.identity
        mismatched.identity = TLSIdentity(chain: mismatched.identity.chain, key: other.key)
        XCTAssertThrowsError(try TLSContext(server: mismatched, in: pool, isDedicated: false))
        mismatched.identity = TLSIdentity(chain: [], key: other.key)
        XCTAssertThrowsError(try TLSContext(server: mismatched, in: pool, isDedicated: false))
        XCTAssertThrowsError(try policy("weak.test", .rsa(bits: 1_024)))
        XCTAssertThrowsError(try policy("names.test") { $0.authorityNames = [[0x30, 0x05]] })
        XCTAssertThrowsError(try policy("sid.test") { $0.sessionIDContext = [UInt8](repeating: 1, count: 33) })
        XCTAssertEqual(pool.createdCount, 1)
        withExtendedLifetime(first) {}
    }

    func test_long_lists_of_names_are_kept_once_and_short_ones_by_connections() throws {
        let first = try policy("default.test", isDedicated: true)
        // The name CN=A.
        let name: [UInt8] = [0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 12, 1, 0x41]
        let short = try policy("short.test") { $0.authorityNames = [name] }
        XCTAssertEqual(pool.createdCount, 1)
        let long = (0..<200).map { _ in name }
        do {
            let policies = try ["a.test", "b.test"].map { host in try policy(host) { $0.authorityNames = long } }
            XCTAssertEqual(pool.createdCount, 2)
            let again = try policy("c.test") { $0.authorityNames = long + [name] }
            XCTAssertEqual(pool.createdCount, 3)
            XCTAssertEqual(try agreed("a.test", from: first, to: policies[0], .tls13), "a.test")
            XCTAssertEqual(try agreed("c.test", from: first, to: again, .tls13), "c.test")
        }
        // A context without policies is freed.
        _ = try policy("a.test") { $0.authorityNames = long }
        XCTAssertEqual(pool.createdCount, 4)
        withExtendedLifetime((first, short)) {}
    }
}
