// SPDX-License-Identifier: Apache-2.0
// Several server certificates for one name: the client's signature algorithms choose.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Logging
import XCTest

final class SeveralIdentitiesTests: XCTestCase {
    /// What a client received.
    private struct Observed: Equatable {
        var key: String?
        var alert: TLSAlert?
        var errors: [TLSServerError]
    }

    private static let authority = Result { try TestAuthority("Server Root") }
    private static let rsaKey = Result { try TestKey.generate(.rsa(bits: 2_048)) }

    private func identity(_ kind: TestKey.Kind, names: [String] = ["localhost"]) throws -> ServerIdentity {
        let key = kind == .rsa(bits: 2_048) ? try Self.rsaKey.get() : try TestKey.generate(kind)
        return try Self.authority.get().issue("server", .server(dnsNames: names), key: key).server()
    }

    private func observe(
        _ version: TLSVersion,
        _ algorithms: String?,
        serverName: String? = "localhost",
        context: TLSServerContext
    ) async throws -> Observed {
        let peer = try await TestingPeer(
            authenticator: nil,
            mode: .none,
            identity: nil,
            version: version,
            serverName: serverName,
            server: Server(try Self.authority.get(), try identity(.p256)),
            signatureAlgorithms: algorithms,
            context: context
        )
        try await peer.shakeHands()
        let key = try peer.client.serverCertificate.map { try Certificate(handle: $0).publicKey.summary }
        let observed = Observed(
            key: peer.client.isHandshakeComplete ? key : nil,
            alert: peer.client.receivedAlert,
            errors: peer.recorder.errors
        )
        try await peer.close()
        return observed
    }

    private func configuration(_ identities: [ServerIdentity]) -> TLSServerConfiguration {
        var configuration = TLSServerConfiguration(identity: identities[0], authenticator: nil, mode: .none)
        configuration.additionalIdentities = Array(identities.dropFirst())
        configuration.logger.logLevel = .critical
        return configuration
    }

    func test_the_signature_algorithms_of_the_client_choose_the_certificate() async throws {
        let context = try TLSServerContext(
            configuration: configuration([try identity(.rsa(bits: 2_048)), try identity(.p256), try identity(.ed25519)])
        )
        let cases = [
            ("ECDSA+SHA256", "P-256"), ("rsa_pss_rsae_sha256", "RSA 2048"), ("ed25519", "Ed25519"),
            ("rsa_pss_rsae_sha256:ECDSA+SHA256", "P-256"), (nil, "P-256"),
        ]
        for version in TLSVersion.allCases {
            for (algorithms, key) in cases {
                let observed = try await observe(version, algorithms, context: context)
                XCTAssertEqual(observed, Observed(key: key, errors: []), "\(version) \(algorithms ?? "all")")
            }
        }
    }

    func test_without_a_shared_algorithm_the_handshake_fails_as_with_one_certificate() async throws {
        let one = try TLSServerContext(configuration: configuration([try identity(.p256)]))
        let two = try TLSServerContext(
            configuration: configuration([try identity(.p256), try identity(.rsa(bits: 2_048))])
        )
        for version in TLSVersion.allCases {
            let single = try await observe(version, "ed25519", context: one)
            let several = try await observe(version, "ed25519", context: two)
            XCTAssertEqual(several, single, "\(version)")
            XCTAssertNil(several.key)
            XCTAssertEqual(several.alert, .handshakeFailure, "\(version)")
            XCTAssertEqual(several.errors.count, 1)
            let other = try await observe(version, "rsa_pss_rsae_sha256", context: one)
            XCTAssertEqual(other, single, "\(version)")
        }
    }

    func test_each_name_has_its_own_certificates_alone() async throws {
        var tls = configuration([try identity(.p256), try identity(.rsa(bits: 2_048))])
        var own = ServerNamePolicy("rsa.test")
        own.identity = try identity(.rsa(bits: 2_048), names: ["localhost", "rsa.test"])
        var more = ServerNamePolicy("more.test")
        more.additionalIdentities = [try identity(.ed25519, names: ["localhost", "more.test"])]
        var both = ServerNamePolicy("both.test")
        both.identity = try identity(.ed25519, names: ["localhost", "both.test"])
        both.additionalIdentities = [try identity(.p384, names: ["localhost", "both.test"])]
        tls.namedPolicies = [own, more, both]
        for unnamed in [UnnamedClients.refused, .servedByDefault] {
            tls.unnamedClients = unnamed
            let context = try TLSServerContext(configuration: tls)
            let cases: [(name: String, algorithms: String, key: String?)] = [
                ("rsa.test", "rsa_pss_rsae_sha256", "RSA 2048"), ("rsa.test", "ECDSA+SHA256", nil),
                ("more.test", "ed25519", "Ed25519"), ("more.test", "ECDSA+SHA256", "P-256"),
                ("more.test", "rsa_pss_rsae_sha256", "RSA 2048"), ("both.test", "ed25519", "Ed25519"),
                ("both.test", "ECDSA+SHA384", "P-384"), ("both.test", "rsa_pss_rsae_sha256", nil),
                ("localhost", "ed25519", nil),
                ("localhost", "ECDSA+SHA256", unnamed == .refused ? nil : "P-256"),
            ]
            for version in TLSVersion.allCases {
                for (name, algorithms, key) in cases {
                    let observed = try await observe(version, algorithms, serverName: name, context: context)
                    XCTAssertEqual(observed.key, key, "\(version) \(name) \(algorithms) \(unnamed)")
                }
            }
            XCTAssertEqual(context.createdContexts, 1)
        }
    }

    func test_two_certificates_with_one_kind_of_key_are_refused() throws {
        func error(_ identities: [ServerIdentity]) -> TLSConfigurationError? {
            do throws(TLSConfigurationError) {
                _ = try TLSServerContext(configuration: configuration(identities))
                return nil
            } catch {
                return error
            }
        }
        let rsa = try identity(.rsa(bits: 2_048))
        let first = try identity(.p256)
        let expected = TLSConfigurationError.identitiesAlike(
            policy: "default",
            first: "CN=server (P-256)",
            second: "CN=server (P-384)"
        )
        XCTAssertEqual(error([rsa, first, try identity(.p384)]), expected)
        XCTAssertEqual(
            expected.description,
            "policy 'default': two server certificates of one kind of key, CN=server (P-256) and CN=server (P-384): give one "
                + "of each kind, for instance one with an RSA key and one with an elliptic curve key"
        )
        XCTAssertEqual(
            error([rsa, rsa]),
            .identitiesAlike(policy: "default", first: "CN=server (RSA 2048)", second: "CN=server (RSA 2048)")
        )
        XCTAssertNil(error([rsa, try identity(.rsaPSS(bits: 2_048)), first, try identity(.ed25519)]))
        var tls = configuration([rsa])
        var policy = ServerNamePolicy("a.test")
        policy.additionalIdentities = [rsa]
        tls.namedPolicies = [policy]
        XCTAssertThrowsError(try TLSServerContext(configuration: tls)) { error in
            XCTAssertEqual(
                error as? TLSConfigurationError,
                .identitiesAlike(policy: "a.test", first: "CN=server (RSA 2048)", second: "CN=server (RSA 2048)")
            )
        }
    }

    func test_a_reload_replaces_all_certificates_and_handshakes_under_way_continue() async throws {
        let rsa = try identity(.rsa(bits: 2_048))
        let context = try TLSServerContext(configuration: configuration([rsa, try identity(.p256)]))
        for version in TLSVersion.allCases {
            try context.reload(configuration([rsa, try identity(.p256)]))
            let peer = try await TestingPeer(
                authenticator: nil,
                mode: .none,
                identity: nil,
                version: version,
                server: Server(try Self.authority.get(), rsa),
                signatureAlgorithms: "ECDSA+SHA256",
                context: context
            )
            // The ClientHello selects the former certificates. Then the second one is removed.
            _ = peer.client.handshake()
            try await peer.exchangeBytes()
            try context.reload(configuration([rsa]))
            try await peer.shakeHands()
            XCTAssertTrue(peer.client.isHandshakeComplete, "\(version): \(peer.recorder.errors)")
            try await peer.close()
            let removed = try await observe(version, "ECDSA+SHA256", context: context)
            XCTAssertNil(removed.key)
            let kept = try await observe(version, "rsa_pss_rsae_sha256", context: context)
            XCTAssertEqual(kept.key, "RSA 2048")
            try context.reload(configuration([try identity(.ed25519), try identity(.p384)]))
            let first = try await observe(version, "ed25519", context: context)
            let second = try await observe(version, "ECDSA+SHA384", context: context)
            let former = try await observe(version, "rsa_pss_rsae_sha256", context: context)
            XCTAssertEqual([first.key, second.key, former.key], ["Ed25519", "P-384", nil], "\(version)")
            // An unusable configuration changes nothing.
            XCTAssertThrowsError(try context.reload(configuration([rsa, rsa])))
            let again = try await observe(version, "ed25519", context: context)
            XCTAssertEqual(again.key, "Ed25519")
        }
    }

    func test_sessions_are_resumed_with_two_certificates_and_not_after_one_was_removed() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let (tickets, cache) = (try world.sharedTickets(), try world.cache())
        let key = try TestKey.generate(.ed25519)
        let second = try world.server.authority.issue("localhost", .server(dnsNames: ["localhost"]), key: key).server()
        for kind in SessionKind.allCases {
            func connect(_ others: [ServerIdentity], _ session: TLSSession?) async throws -> ObservedConnection {
                try await world.connect(kind, judge, tickets, cache, identity: world.alice, session: session) {
                    $0.additionalIdentities = others
                }
            }
            let first = try await connect([second], nil)
            XCTAssertEqual(first.subject, "CN=alice", "\(kind): \(first.errors)")
            let again = try await connect([second], first.session)
            XCTAssertTrue(again.isResumed, "\(kind): \(again.errors)")
            XCTAssertEqual(again.subject, "CN=alice", "\(kind)")
            let removed = try await connect([], first.session)
            XCTAssertFalse(removed.isResumed, "\(kind)")
            XCTAssertEqual(removed.subject, "CN=alice", "\(kind): \(removed.errors)")
        }
    }

    func test_each_certificate_has_its_findings_with_its_key() throws {
        let rsa = try identity(.rsa(bits: 2_048))
        let past = Timestamp.now.adding(seconds: -86_400)
        let expired = try Self.authority.get().issue("server", .server(dnsNames: ["localhost"])) {
            $0.notAfter = .automatic(past)
        }.server()
        let client = try Self.authority.get().issue("server", .server(dnsNames: ["localhost"])) {
            $0.extensions.replace(.extendedKeyUsage([.clientAuth]))
        }.server()
        func texts(_ identities: [ServerIdentity]) -> [String] {
            configuration(identities).configurationFindings.filter { $0.code != "server-chain-incomplete" }
                .map { "\($0.severity.rawValue) \($0.code): \($0.message)" }
        }
        XCTAssertEqual(texts([rsa, try identity(.p256)]), [])
        let cases = [
            (expired, "server-certificate-expired", "expired at"),
            (client, "server-certificate-wrong-usage", "is not for servers"),
        ]
        for (identity, code, words) in cases {
            for (identities, key) in [([rsa, identity], " (P-256)"), ([identity, rsa], " (P-256)"), ([identity], "")] {
                let found = texts(identities)
                XCTAssertEqual(found.count, 1)
                let start = "error \(code): the server's certificate CN=server\(key) \(words)"
                XCTAssertTrue(found.first?.hasPrefix(start) ?? false, "\(found)")
            }
        }
    }
}
