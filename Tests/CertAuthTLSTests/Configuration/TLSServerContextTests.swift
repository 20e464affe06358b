// SPDX-License-Identifier: Apache-2.0
// Contradictory configurations are refused at start-up.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import NIOCore
import XCTest

final class TLSServerContextTests: XCTestCase {
    private func identity() throws -> ServerIdentity {
        let server = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        return try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
    }

    private func authenticator() throws -> CertificateAuthenticator {
        let store = try TrustStore(certificates: [try TestAuthority("Client Root").anchor])
        return try CertificateAuthenticator(options: CertificateAuthenticationOptions(trust: .custom(store)))
    }

    private func assertRefused(
        _ configuration: TLSServerConfiguration,
        _ expected: TLSConfigurationError,
        line: UInt = #line
    ) {
        XCTAssertThrowsError(try TLSServerContext(configuration: configuration), line: line) { error in
            XCTAssertEqual(error as? TLSConfigurationError, expected, line: line)
        }
    }

    func test_validation_at_the_request_throws_without_the_request_gate() throws {
        for mode in [ClientCertificateMode.allow, .require] {
            var configuration = TLSServerConfiguration(
                identity: try identity(),
                authenticator: try authenticator(),
                mode: mode
            )
            configuration.validation = .request
            assertRefused(configuration, .requestGateMissing)
            XCTAssertNoThrow(try TLSServerContext(configuration: configuration, hasRequestGate: true))
            configuration.validation = .handshake
            XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
        }
    }

    func test_modes_that_ask_need_an_authenticator() throws {
        for mode in [ClientCertificateMode.allow, .require] {
            let configuration = TLSServerConfiguration(identity: try identity(), authenticator: nil, mode: mode)
            assertRefused(configuration, .authenticatorMissing(mode: mode))
        }
        let none = TLSServerConfiguration(identity: try identity(), authenticator: nil, mode: .none)
        XCTAssertNoThrow(try TLSServerContext(configuration: none))
    }

    func test_the_mode_is_require_unless_something_else_is_said() throws {
        let configuration = TLSServerConfiguration(identity: try identity(), authenticator: nil)
        XCTAssertEqual(configuration.mode, .require)
        XCTAssertEqual(configuration.validation, .handshake)
        assertRefused(configuration, .authenticatorMissing(mode: .require))
    }

    func test_mode_delayed_needs_the_request_gate_an_authenticator_and_HTTP1() throws {
        var configuration = TLSServerConfiguration(
            identity: try identity(),
            authenticator: try authenticator(),
            mode: .delayed
        )
        for validation in ClientCertificateValidation.allCases {
            configuration.validation = validation
            assertRefused(configuration, .requestGateMissing)
            XCTAssertNoThrow(try TLSServerContext(configuration: configuration, hasRequestGate: true))
        }
        configuration.applicationProtocols = ["h2", "http/1.1"]
        XCTAssertThrowsError(try TLSServerContext(configuration: configuration, hasRequestGate: true)) { error in
            XCTAssertEqual(error as? TLSConfigurationError, .delayedNeedsHTTP1(found: ["h2", "http/1.1"]))
        }
        configuration.delayedModeTakesHTTP2 = true
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration, hasRequestGate: true))
        configuration.applicationProtocols = ["h3"]
        XCTAssertThrowsError(try TLSServerContext(configuration: configuration, hasRequestGate: true)) { error in
            XCTAssertEqual(error as? TLSConfigurationError, .delayedNeedsHTTP1(found: ["h3"]))
        }
        configuration.applicationProtocols = []
        configuration.authenticator = nil
        assertRefused(configuration, .authenticatorMissing(mode: .delayed))
    }

    func test_limits_must_be_positive() throws {
        var configuration = TLSServerConfiguration(identity: try identity(), authenticator: nil, mode: .none)
        configuration.limits.handshakeTimeout = .seconds(0)
        assertRefused(configuration, .notPositive(setting: "handshakeTimeout", found: 0))
        configuration.limits.handshakeTimeout = .nanoseconds(-1)
        assertRefused(configuration, .notPositive(setting: "handshakeTimeout", found: -1))
        configuration.limits.handshakeTimeout = .seconds(1)
        configuration.limits.refusalGrace = .nanoseconds(-1)
        assertRefused(configuration, .notPositive(setting: "refusalGrace", found: -1))
        for grace in [Duration.zero, .seconds(Int64.max)] {
            configuration.limits.refusalGrace = grace
            XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
        }
        for lifetime in [Duration.zero, .seconds(-1), .milliseconds(999)] {
            configuration.sessionTickets = try SessionTickets(lifetime: lifetime)
            let found = Int(lifetime.wholeSeconds)
            assertRefused(configuration, .notPositive(setting: "sessionTickets.lifetime in seconds", found: found))
        }
        configuration.sessionTickets = nil
        configuration.limits.presentedBytes = -1
        assertRefused(configuration, .notPositive(setting: "presentedBytes", found: -1))
        configuration.limits.presentedBytes = 1
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
    }

    func test_ALPN_names_must_fit_the_wire() throws {
        var configuration = TLSServerConfiguration(identity: try identity(), authenticator: nil, mode: .none)
        configuration.applicationProtocols = [""]
        assertRefused(configuration, .applicationProtocolUnusable(name: ""))
        configuration.applicationProtocols = ["http/1.1"]
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
    }
}
