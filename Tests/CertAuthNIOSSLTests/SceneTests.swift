// SPDX-License-Identifier: Apache-2.0
// The scenes over swift-nio-ssl with CertAuth's gate.

#if NIOSSL
import CertAuth
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class SceneTests: XCTestCase {
    private let stacks = [NIOSSLStack()]

    func test_refused_clients_receive_the_expected_outcome() async throws {
        for stack in stacks {
            let found = try await stack.deviations(in: Scene.allCases)
            XCTAssertEqual(found, [])
        }
    }

    func test_a_client_whose_certificate_expires_is_refused() async throws {
        for stack in stacks {
            let found = try await stack.deviations(in: [ClockScene.expiry])
            XCTAssertEqual(found, [])
        }
    }

    func test_a_cached_verdict_made_while_the_clock_was_ahead_is_not_used_after_its_correction() async throws {
        for stack in stacks {
            let found = try await stack.deviations(in: ClockScene.setBack)
            XCTAssertEqual(found, [])
        }
    }
}

/// A server on swift-nio-ssl whose protocol does not handle `ClientRefusal`: requests in flight are not answered.
struct NIOSSLStack: SceneStack {
    let behaviour = RefusalBehaviour.connections

    func serve(_ world: SceneWorld, _ body: (any SceneServer) async throws -> Void) async throws {
        let adapter = NIOSSLClientAuthentication(authenticator: world.authenticator)
        try await LineServer.withGatedServer(
            adapter,
            beforeAnswer: { if $0 == "slow\n" { await world.gate.passUnlessCancelled() } }
        ) { server in
            try await body(LineSceneServer(server: server))
        }
    }
}

private struct LineSceneServer: SceneServer {
    struct NotServed: Error {}

    let server: LineServer

    func connect(as identity: TestIdentity, _ body: (any SceneConnection) async throws -> Void) async throws {
        try await server.client(identity).withConnection { try await body(LineSceneConnection(connection: $0)) }
    }

    func reload() throws { throw NotServed() }

    func shutdown() async {}
}

private struct LineSceneConnection: SceneConnection {
    let connection: TLSTestConnection

    func ask() async throws -> SceneAnswer {
        try await connection.write(Array("who\n".utf8))
        return try await finish()
    }

    func begin() async throws { try await connection.write(Array("slow\n".utf8)) }

    func finish() async throws -> SceneAnswer {
        do {
            let line = String(decoding: try await connection.read(), as: UTF8.self).dropLast()
            guard line.hasPrefix("CN="), let end = line.firstIndex(of: ",") else { return .refused(String(line)) }
            return .client(String(line[..<end].dropFirst(3)))
        } catch TestClientError.closed, TestClientError.alert {
            return .ended
        }
    }

    func end() async throws {
        let end = try await connection.end()
        guard end == .closed(cleanly: true) else { throw end }
    }
}
#endif
