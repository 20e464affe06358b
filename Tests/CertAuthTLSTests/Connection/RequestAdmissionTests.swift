// SPDX-License-Identifier: Apache-2.0
// Whether an open connection may answer a request after a reload, as both gates ask it.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import XCTest

final class RequestAdmissionTests: XCTestCase {
    /// An open connection of alice, under a server with a request gate that can be reloaded.
    private struct World {
        let scene: LifetimeScene
        let context: TLSServerContext
        let connection: ClientCertificateConnection
        let peer: TestingPeer

        init(mode: ClientCertificateMode = .require, validation: ClientCertificateValidation = .handshake) async throws
        {
            scene = try LifetimeScene()
            let server = try Server()
            var configuration = TLSServerConfiguration(
                identity: server.identity,
                authenticator: try scene.authenticator(),
                mode: mode
            )
            configuration.validation = validation
            configuration.logger.logLevel = .critical
            context = try TLSServerContext(configuration: configuration, hasRequestGate: true)
            peer = try await scene.open(scene.alice, nil, mode: mode, served: (by: server, under: context))
            let found = try await peer.channel.clientCertificateConnection().get()
            connection = try XCTUnwrap(found)
        }

        func reload(_ change: (inout TLSServerConfiguration) throws -> Void) throws {
            var configuration = context.configuration
            try change(&configuration)
            try context.reload(configuration)
        }

        func admission(for authority: String? = "localhost") async -> String {
            switch await connection.admitRequest(for: authority) {
            case .admitted: "admitted"
            case .misdirected: "misdirected"
            case .refused(let result): result.refusalCode?.rawValue ?? "accepted"
            }
        }
    }

    func test_a_client_is_validated_once_by_the_authenticator_that_a_reload_brings() async throws {
        let world = try await World()
        let calls = world.scene.calls
        let before = await world.admission()
        XCTAssertEqual(before, "admitted")
        XCTAssertEqual(calls.count("CN=alice"), 1, "the handshake's")
        try world.reload { $0.authenticator = try world.scene.authenticator() }
        for _ in 0..<3 {
            let after = await world.admission()
            XCTAssertEqual(after, "admitted")
            XCTAssertEqual(calls.count("CN=alice"), 2)
        }
    }

    func test_a_client_that_the_policy_in_force_refuses_is_refused_at_each_request() async throws {
        let world = try await World()
        let others = try TrustStore(certificates: [try TestAuthority("Other Root").anchor])
        try world.reload { $0.authenticator = try world.scene.authenticator(trust: .custom(others)) }
        for _ in 0..<2 {
            let refused = await world.admission()
            XCTAssertEqual(refused, "untrusted")
        }
        try world.reload { $0.authenticator = try world.scene.authenticator() }
        let accepted = await world.admission()
        XCTAssertEqual(accepted, "admitted")
    }

    func test_validation_at_the_request_leaves_the_client_to_the_request() async throws {
        let world = try await World(validation: .request)
        let others = try TrustStore(certificates: [try TestAuthority("Other Root").anchor])
        try world.reload { $0.authenticator = try world.scene.authenticator(trust: .custom(others)) }
        let admission = await world.admission()
        XCTAssertEqual(admission, "admitted")
        let result = await world.connection.authenticateRequest()
        XCTAssertEqual(result.refusalCode, .untrusted)
    }

    func test_a_connection_that_could_not_be_opened_any_more_is_misdirected() async throws {
        let world = try await World(mode: .allow)
        try world.reload { $0.mode = .require }
        let admission = await world.admission()
        XCTAssertEqual(admission, "misdirected")
    }

    func test_a_host_with_another_policy_is_misdirected() async throws {
        let world = try await World()
        try world.reload {
            $0.namedPolicies = [
                ServerNamePolicy("other.example", mode: .require, authenticator: try world.scene.authenticator())
            ]
            $0.unnamedClients = .insecurelyServedByLooserDefault
        }
        let own = await world.admission()
        XCTAssertEqual(own, "admitted")
        let other = await world.admission(for: "other.example")
        XCTAssertEqual(other, "misdirected")
    }
}
