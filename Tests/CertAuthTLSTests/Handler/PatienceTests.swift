// SPDX-License-Identifier: Apache-2.0
// How long a client may take: one that is asked for a certificate, and one that is not.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import NIOEmbedded
import XCTest

final class PatienceTests: XCTestCase {
    private func authenticator() throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [TestAuthority("Client Root").anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    /// A peer that sends its ClientHello and then stops.
    private func stalled(
        _ mode: ClientCertificateMode,
        _ version: TLSVersion = .tls13,
        context: TLSServerContext? = nil,
        _ customize: (inout TLSServerConfiguration) -> Void = { _ in }
    ) async throws -> TestingPeer {
        let peer = try await TestingPeer(
            authenticator: try authenticator(),
            mode: mode,
            identity: nil,
            version: version,
            context: context,
            customize: customize
        )
        _ = peer.client.handshake()
        try await peer.exchangeBytes()
        return peer
    }

    private func wait(_ time: TimeAmount, _ peer: TestingPeer) async {
        await peer.channel.testingEventLoop.advanceTime(by: time)
    }

    private func hasTimedOut(_ peer: TestingPeer) -> Bool {
        peer.recorder.errors.contains(.timedOut)
    }

    func test_a_client_that_is_asked_for_a_certificate_has_the_time_of_a_person() async throws {
        for mode in [ClientCertificateMode.allow, .require] {
            for version in TLSVersion.allCases {
                let peer = try await stalled(mode, version)
                await wait(.milliseconds(59_999), peer)
                XCTAssertFalse(hasTimedOut(peer), "\(mode) \(version)")
                await wait(.milliseconds(1), peer)
                XCTAssertTrue(hasTimedOut(peer), "\(mode) \(version)")
                try await peer.close()
            }
        }
    }

    func test_a_client_that_is_not_asked_has_less_time() async throws {
        for mode in [ClientCertificateMode.none, .delayed] {
            let peer = try await stalled(mode)
            await wait(.milliseconds(9_999), peer)
            XCTAssertFalse(hasTimedOut(peer), "\(mode)")
            await wait(.milliseconds(1), peer)
            XCTAssertTrue(hasTimedOut(peer), "\(mode)")
            try await peer.close()
        }
    }

    func test_a_client_without_a_ClientHello_has_less_time() async throws {
        let peer = try await TestingPeer(authenticator: try authenticator(), mode: .require, identity: nil)
        await wait(.milliseconds(9_999), peer)
        XCTAssertFalse(hasTimedOut(peer))
        await wait(.milliseconds(1), peer)
        XCTAssertTrue(hasTimedOut(peer))
        try await peer.close()
    }

    func test_a_shorter_time_for_the_handshake_holds_for_every_client() async throws {
        for mode in [ClientCertificateMode.none, .require] {
            let peer = try await stalled(mode) { $0.limits.handshakeTimeout = .seconds(3) }
            await wait(.milliseconds(2_999), peer)
            XCTAssertFalse(hasTimedOut(peer), "\(mode)")
            await wait(.milliseconds(1), peer)
            XCTAssertTrue(hasTimedOut(peer), "\(mode)")
            try await peer.close()
        }
    }

    func test_the_time_of_a_person_is_given_to_a_limited_number_of_clients_at_a_time() async throws {
        let server = try Server()
        var configuration = TLSServerConfiguration(
            identity: server.identity,
            authenticator: try authenticator(),
            mode: .require
        )
        configuration.limits.patientConnections = 1
        configuration.logger.logLevel = .critical
        let context = try TLSServerContext(configuration: configuration)
        let first = try await stalled(.require, context: context)
        let second = try await stalled(.require, context: context)
        await wait(.seconds(10), first)
        await wait(.seconds(10), second)
        XCTAssertFalse(hasTimedOut(first))
        XCTAssertTrue(hasTimedOut(second), "the only place is taken")
        await wait(.seconds(50), first)
        XCTAssertTrue(hasTimedOut(first))
        // Both have given their places back.
        let third = try await stalled(.require, context: context)
        await wait(.seconds(10), third)
        XCTAssertFalse(hasTimedOut(third))
        for peer in [first, second, third] { try await peer.close() }
    }

    func test_the_number_may_be_zero_but_not_negative() throws {
        var configuration = TLSServerConfiguration(
            identity: try Server().identity,
            authenticator: try authenticator(),
            mode: .require
        )
        configuration.limits.patientConnections = 0
        XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
        configuration.limits.patientConnections = -1
        XCTAssertThrowsError(try TLSServerContext(configuration: configuration)) {
            XCTAssertEqual(
                $0 as? TLSConfigurationError,
                .notPositive(setting: "patientConnections", found: -1)
            )
        }
    }
}
