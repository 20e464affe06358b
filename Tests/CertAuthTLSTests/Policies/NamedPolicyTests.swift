// SPDX-License-Identifier: Apache-2.0
// The policy that a server name selects, and sets of policies that are refused at start-up.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import XCTest

final class NamedPolicyTests: XCTestCase {
    private func authenticator(_ name: String = "Client Root") throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [try TestAuthority(name).anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    private func configuration(
        mode: ClientCertificateMode,
        _ authenticator: CertificateAuthenticator?,
        _ policies: [ServerNamePolicy],
        unnamed: UnnamedClients = .refused
    ) throws -> TLSServerConfiguration {
        let server = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        let identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        var configuration = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: mode)
        configuration.namedPolicies = policies
        configuration.unnamedClients = unnamed
        configuration.logger.logLevel = .critical
        return configuration
    }

    /// The mode under which a client that sends `name` is accepted; nil if it is refused by unrecognized_name.
    private func mode(
        of name: String?,
        _ configuration: TLSServerConfiguration,
        _ version: TLSVersion = .tls13
    ) async throws -> ClientCertificateMode? {
        let peer = try await TestingPeer(
            authenticator: configuration.authenticator,
            mode: configuration.mode,
            identity: nil,
            version: version,
            serverName: name
        ) { $0 = configuration.with(identity: $0.identity) }
        let outcome = try await peer.shakeHands()
        // The pipeline of a refused client has been removed.
        let connection = try? await peer.channel.clientCertificateConnection().get()
        guard let connection else {
            guard case .failed(let failure) = outcome else {
                XCTFail("no connection and no failure")
                return nil
            }
            XCTAssertEqual(failure.receivedAlert, .unrecognizedName)
            return nil
        }
        return connection.mode
    }

    func test_exact_names_come_before_wildcards_and_long_wildcards_before_short_ones() async throws {
        let judge = try authenticator()
        for version in TLSVersion.allCases {
            let settings = try configuration(
                mode: ClientCertificateMode.none,
                judge,
                [
                    ServerNamePolicy("*.example.org", mode: ClientCertificateMode.none),
                    ServerNamePolicy("a.example.org", mode: .allow),
                    ServerNamePolicy("*.deep.example.org", mode: .allow),
                ]
            )
            let expected: [(String?, ClientCertificateMode?)] = [
                ("a.example.org", .allow), ("A.EXAMPLE.ORG", .allow), ("a.example.org.", .allow),
                ("b.example.org", ClientCertificateMode.none), ("b.a.example.org", ClientCertificateMode.none),
                ("x.deep.example.org", .allow), ("deep.example.org", ClientCertificateMode.none),
                ("example.org", nil), ("notexample.org", nil), ("localhost", nil), (nil, nil),
            ]
            for (name, mode) in expected {
                let found = try await self.mode(of: name, settings, version)
                XCTAssertEqual(found, mode, "\(name ?? "no name") on \(version)")
            }
        }
    }

    func test_a_missing_or_unknown_name_is_refused_unless_a_default_is_named() async throws {
        let judge = try authenticator()
        let policies = [ServerNamePolicy("a.test", mode: .allow)]
        let refusing = try configuration(mode: .allow, judge, policies)
        let serving = try configuration(mode: .allow, judge, policies, unnamed: .servedByDefault)
        for name in [nil, "b.test"] {
            let refused = try await mode(of: name, refusing)
            XCTAssertNil(refused)
            let served = try await mode(of: name, serving)
            XCTAssertEqual(served, .allow)
        }
        let known = try await mode(of: "a.test", refusing)
        XCTAssertEqual(known, .allow)
    }

    func test_a_default_that_is_looser_than_a_named_policy_needs_an_insecure_name() throws {
        let judge = try authenticator()
        let other = try authenticator("Other Root")
        var newer = ServerNamePolicy("a.test")
        newer.minimumVersion = .tls13
        let cases: [(ClientCertificateMode, ServerNamePolicy, String)] = [
            (.none, ServerNamePolicy("a.test", mode: .allow), "mode"),
            (.none, ServerNamePolicy("a.test", mode: .require), "mode"),
            (.allow, ServerNamePolicy("a.test", mode: .require), "mode"),
            (.require, ServerNamePolicy("*.a.test", authenticator: other), "authenticator"),
            (.require, newer, "minimumVersion"),
        ]
        for (mode, policy, field) in cases {
            var settings = try configuration(mode: mode, judge, [policy], unnamed: .servedByDefault)
            XCTAssertThrowsError(try TLSServerContext(configuration: settings)) { error in
                XCTAssertEqual(error as? TLSConfigurationError, .defaultIsLooser(field: field, than: policy.name))
            }
            settings.unnamedClients = .insecurelyServedByLooserDefault
            XCTAssertNoThrow(try TLSServerContext(configuration: settings))
            settings.unnamedClients = .refused
            XCTAssertNoThrow(try TLSServerContext(configuration: settings))
        }
        for looser in [ClientCertificateMode.none, .allow, .require] {
            let policy = ServerNamePolicy("a.test", mode: looser)
            let settings = try configuration(mode: .require, judge, [policy], unnamed: .servedByDefault)
            XCTAssertNoThrow(try TLSServerContext(configuration: settings))
        }
    }

    func test_the_same_name_in_two_spellings_is_refused() throws {
        let judge = try authenticator()
        for (first, second) in [("a.test", "A.Test"), ("a.test", "a.test."), ("*.bücher.test", "*.xn--bcher-kva.test")]
        {
            let twice = try configuration(mode: .allow, judge, [ServerNamePolicy(first), ServerNamePolicy(second)])
            XCTAssertThrowsError(try TLSServerContext(configuration: twice)) { error in
                XCTAssertEqual(error as? TLSConfigurationError, .serverNameTwice(second))
            }
        }
        let both = try configuration(mode: .allow, judge, [ServerNamePolicy("a.test"), ServerNamePolicy("*.a.test")])
        XCTAssertNoThrow(try TLSServerContext(configuration: both))
        for name in ["", "*", "*.", "a.*.test", "a.test:443", "a b"] {
            let unusable = try configuration(mode: .allow, judge, [ServerNamePolicy(name)])
            XCTAssertThrowsError(try TLSServerContext(configuration: unusable)) { error in
                XCTAssertEqual(error as? TLSConfigurationError, .serverNameUnusable(name))
            }
        }
    }

    func test_each_named_policy_is_checked_like_a_configuration() throws {
        let settings = try configuration(mode: .none, nil, [ServerNamePolicy("a.test", mode: .require)])
        XCTAssertThrowsError(try TLSServerContext(configuration: settings)) { error in
            XCTAssertEqual(error as? TLSConfigurationError, .authenticatorMissing(mode: .require))
        }
        let good = try configuration(
            mode: .require,
            nil,
            [ServerNamePolicy("a.test", authenticator: try authenticator())]
        )
        XCTAssertNoThrow(try TLSServerContext(configuration: good), "the default is refused, so it needs nothing")
    }

    func test_a_name_has_its_own_settings_and_falls_back_to_the_configuration() async throws {
        var strict = ServerNamePolicy("b.test", mode: ClientCertificateMode.none)
        strict.minimumVersion = .tls13
        let settings = try configuration(mode: .allow, try authenticator(), [ServerNamePolicy("a.test"), strict])
        for version in TLSVersion.allCases {
            let inherited = try await mode(of: "a.test", settings, version)
            XCTAssertEqual(inherited, .allow, "\(version)")
        }
        let own = try await mode(of: "b.test", settings, .tls13)
        XCTAssertEqual(own, ClientCertificateMode.none)
    }
}

extension TLSServerConfiguration {
    fileprivate func with(identity: ServerIdentity) -> TLSServerConfiguration {
        var copy = self
        copy.identity = identity
        return copy
    }
}
