// SPDX-License-Identifier: Apache-2.0
// The scenes over Hummingbird.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import HummingbirdCore
import XCTest

final class SceneTests: XCTestCase {
    private let stacks = [HummingbirdStack(version: "http/1.1"), HummingbirdStack(version: "h2")]

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

    func test_ends_of_connections_have_the_expected_outcome() async throws {
        for stack in stacks {
            let found = try await stack.deviations(in: EndScene.allCases)
            XCTAssertEqual(found, [])
        }
    }
}

/// Hummingbird on CertAuth's TLS.
struct HummingbirdStack: SceneStack {
    let version: String
    let behaviour = RefusalBehaviour.http

    func serve(_ world: SceneWorld, _ body: (any SceneServer) async throws -> Void) async throws {
        let (tls, authority) = try RunningApplication.serverTLS(world.authenticator)
        let server = try CertAuthServer(http: .http2Upgrade, tls: tls)
        try await RunningApplication.with(server.builder, serverAuthority: authority) { router in
            router.add(middleware: OptionalClientCertificateMiddleware())
            router.get("/") { _, context in try context.requirePrincipal().name ?? "nameless" }
            router.get("slow") { _, context in
                await world.gate.passUnlessCancelled()
                return try context.requirePrincipal().name ?? "nameless"
            }
        } _: { running in
            let served = HTTPSceneServer(
                version: version,
                client: { running.client($0) },
                reload: { try server.reload(tls) },
                shutdown: { await running.shutdown() }
            )
            try await body(served)
        }
    }
}
#endif
