// SPDX-License-Identifier: Apache-2.0
// The names of CAs in the certificate request: names that fit are sent; too many are refused at start-up.

import CertAuth
import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

@testable import CertAuthTLS

final class AuthorityNameTests: XCTestCase {
    private static let limit = 65_000
    private let key = Result { try TestKey.generate() }

    /// A CA whose name takes `size` bytes of the message, including its length.
    private func authority(_ number: Int, size: Int) throws -> Certificate {
        func certificate(_ text: String) throws -> Certificate {
            let name = NameTemplate(commonName: "\(number)").appending(.organizationName, text)
            return try TestAuthority("Other", key: key.get()) {
                $0.subject = name
                $0.issuer = name
            }.certificate
        }
        let rough = try certificate(String(repeating: "x", count: size - 100))
        let missing = size - rough.subject.derEncoded.count - 2
        let exact = try certificate(String(repeating: "x", count: size - 100 + missing))
        XCTAssertEqual(exact.subject.derEncoded.count + 2, size)
        return exact
    }

    /// CAs whose names take `bytes` bytes together.
    private func authorities(bytes: Int, from first: Int = 0) throws -> [Certificate] {
        let count = bytes / 5_000
        return try (0..<count).map {
            try authority(first + $0, size: $0 == count - 1 ? bytes - 5_000 * (count - 1) : 5_000)
        }
    }

    private func authenticator(
        _ anchors: [Certificate],
        intermediates: [Certificate] = []
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: anchors)))
        options.revocationMode = .noCheck
        options.additionalChainCertificates = intermediates
        return try CertificateAuthenticator(options: options)
    }

    private func tls(_ authenticator: CertificateAuthenticator) throws -> TLSServerConfiguration {
        let server = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        let identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        return TLSServerConfiguration(identity: identity, authenticator: authenticator)
    }

    private func assertTooLong<Value>(
        _ make: @autoclosure () throws -> Value,
        policy: String = "default",
        count: Int,
        bytes: Int,
        line: UInt = #line
    ) {
        XCTAssertThrowsError(try make(), line: line) { error in
            let expected = TLSConfigurationError.authorityNamesTooLong(
                policy: policy,
                count: count,
                bytes: bytes,
                limit: Self.limit
            )
            XCTAssertEqual(error as? TLSConfigurationError, expected, line: line)
        }
    }

    func test_as_many_names_as_may_be_configured_can_be_sent_on_every_version_and_in_every_mode() async throws {
        let root = try TestAuthority("Client Root")
        let own = try root.anchor.subject.derEncoded.count + 2
        let anchors = [try root.anchor] + (try authorities(bytes: Self.limit - own))
        let alice = try root.issue("alice")
        for mode in [ClientCertificateMode.require, .delayed] {
            try await TestListener.withListener(
                authenticator: try authenticator(anchors),
                mode: mode
            ) { listener in
                for version in TLSProtocolVersion.allCases {
                    var client = listener.client(alice)
                    client.version = version
                    client.answersLateRequests = mode == .delayed
                    let answer = try await client.get("/whoami")
                    XCTAssertEqual(answer.text, "CN=alice", "\(mode), \(version)")
                }
            }
        }
    }

    func test_names_beyond_the_limit_are_refused_at_the_start_unless_others_are_named() throws {
        let many = try authorities(bytes: Self.limit + 1)
        var configuration = try tls(try authenticator(many))
        assertTooLong(try TLSServerContext(configuration: configuration), count: 13, bytes: Self.limit + 1)
        configuration.authorityHints = .anchors
        assertTooLong(try TLSServerContext(configuration: configuration), count: 13, bytes: Self.limit + 1)
        configuration.authorityHints = .none
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
        configuration.authorityHints = .certificates([many[0]])
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
        configuration.authorityHints = .certificates(many)
        assertTooLong(try TLSServerContext(configuration: configuration), count: 13, bytes: Self.limit + 1)
        configuration.mode = .none
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration), "no certificate is requested")
    }

    func test_every_server_name_is_checked_by_itself() throws {
        let many = try authenticator(try authorities(bytes: Self.limit + 1))
        var configuration = try tls(try authenticator([try TestAuthority("Root").anchor]))
        configuration.namedPolicies = [ServerNamePolicy("a.test"), ServerNamePolicy("b.test", authenticator: many)]
        assertTooLong(
            try TLSServerContext(configuration: configuration),
            policy: "b.test",
            count: 13,
            bytes: Self.limit + 1
        )
        configuration.namedPolicies[1].authorityHints = ClientAuthorityHints.none
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
    }

    func test_a_name_is_sent_once_however_many_certificates_have_it() throws {
        let size = 40_000
        let twins = try (0..<2).map { _ in try authority(1, size: size) }
        XCTAssertNotEqual(twins[0], twins[1])
        XCTAssertNoThrow(try TLSServerContext(configuration: try tls(try authenticator(twins))))
        let others = [twins[0], try authority(2, size: size)]
        assertTooLong(
            try TLSServerContext(configuration: try tls(try authenticator(others))),
            count: 2,
            bytes: 2 * size
        )
    }

    func test_a_reload_that_would_fail_each_handshake_changes_nothing() throws {
        let good = try tls(try authenticator([try TestAuthority("Root").anchor]))
        let context = try TLSServerContext(configuration: good)
        var bad = good
        bad.authenticator = try authenticator(try authorities(bytes: Self.limit + 1))
        assertTooLong(try context.reload(bad), count: 13, bytes: Self.limit + 1)
        XCTAssertTrue(context.configuration.authenticator === good.authenticator)
    }

    func test_only_names_of_anchors_are_sent_if_intermediates_do_not_fit_and_a_finding_reports_it() throws {
        let anchors = try authorities(bytes: 60_000)
        let large = try tls(try authenticator(anchors, intermediates: try authorities(bytes: 5_001, from: 100)))
        XCTAssertEqual(try large.authorityNames(for: "default").names, anchors.map(\.subject.derEncoded))
        let configuration = HTTPSListenerConfiguration(tls: large)
        XCTAssertNoThrow(try HTTPSListener(configuration: configuration) { _ in .text("") })
        XCTAssertTrue(configuration.findings.contains { $0.code == "authority-names-omitted" })
        let intermediates = try authorities(bytes: 5_000, from: 100)
        let small = try tls(try authenticator(anchors, intermediates: intermediates))
        let all = (anchors + intermediates).map(\.subject.derEncoded)
        XCTAssertEqual(try small.authorityNames(for: "default").names, all)
        let fitting = HTTPSListenerConfiguration(tls: small)
        XCTAssertFalse(fitting.findings.contains { $0.code == "authority-names-omitted" })
    }

    func test_each_server_name_sends_the_names_of_its_own_authorities() async throws {
        let tool = try ExternalTool("openssl")
        let all = ["Client Root", "Partner Root"]
        let partners = try authenticator([try TestAuthority(all[1]).anchor])
        var silent = ServerNamePolicy("silent.test")
        silent.authorityHints = ClientAuthorityHints.none
        let partner = ServerNamePolicy("partner.test", authenticator: partners)
        let policies = [ServerNamePolicy("own.test"), partner, silent]
        for unnamed in [UnnamedClients.refused, .insecurelyServedByLooserDefault] {
            try await TestListener.withListener(
                authenticator: try authenticator([try TestAuthority(all[0]).anchor]),
                customize: {
                    $0.withTLS {
                        $0.namedPolicies = policies
                        $0.unnamedClients = unnamed
                    }
                }
            ) { listener in
                for (host, sent) in [("own.test", [all[0]]), ("partner.test", [all[1]]), ("silent.test", [])] {
                    for version in ["-tls1_2", "-tls1_3"] {
                        let address = "127.0.0.1:\(try XCTUnwrap(listener.address.port))"
                        let arguments = ["s_client", version, "-connect", address, "-servername", host]
                        let result = try await tool.run(arguments, input: "")
                        let text = result.output.replacingOccurrences(of: " = ", with: "=")
                        for name in all {
                            XCTAssertEqual(text.contains("CN=\(name)"), sent.contains(name), "\(host): \(text)")
                        }
                    }
                }
            }
        }
    }

    /// A client with only its own certificate looks for the name of its issuer.
    func test_names_of_intermediates_are_sent_by_default() async throws {
        let tool = try ExternalTool("openssl")
        let root = try TestAuthority("Client Root")
        let issuing = try root.intermediate("Client Issuing")
        let hints: [(ClientAuthorityHints?, names: [String])] = [
            (nil, ["Client Root", "Client Issuing"]), (.anchors, ["Client Root"]), (ClientAuthorityHints.none, []),
            (.certificates([try issuing.certificate]), ["Client Issuing"]),
        ]
        for (hint, names) in hints {
            try await TestListener.withListener(
                authenticator: try authenticator([root.anchor], intermediates: [issuing.certificate]),
                customize: { $0.withTLS { if let hint { $0.authorityHints = hint } } }
            ) { listener in
                let arguments = ["s_client", "-connect", "127.0.0.1:\(try XCTUnwrap(listener.address.port))"]
                let result = try await tool.run(arguments, input: "")
                let text = result.output.replacingOccurrences(of: " = ", with: "=")
                for name in ["Client Root", "Client Issuing"] {
                    XCTAssertEqual(text.contains("CN=\(name)"), names.contains(name), "\(name): \(text)")
                }
            }
        }
    }
}
