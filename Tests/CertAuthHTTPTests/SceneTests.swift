// SPDX-License-Identifier: Apache-2.0
// The scenes over the listener.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class SceneTests: XCTestCase {
    private let stacks = [ListenerStack(version: "http/1.1"), ListenerStack(version: "h2")]

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

/// The listener.
struct ListenerStack: SceneStack {
    let version: String
    let behaviour = RefusalBehaviour.http

    func serve(_ world: SceneWorld, _ body: (any SceneServer) async throws -> Void) async throws {
        var configuration: HTTPSListenerConfiguration?
        try await TestListener.withListener(
            authenticator: world.authenticator,
            customize: {
                $0.http2 = .all
                configuration = $0
            },
            handler: { request in
                if request.path == "/slow" { await world.gate.passUnlessCancelled() }
                return .text(request.principal?.name ?? "nameless")
            }
        ) { listener in
            let configuration = try XCTUnwrap(configuration)
            let server = HTTPSceneServer(
                version: version,
                client: { listener.client($0) },
                reload: { try listener.listener.reload(configuration) },
                shutdown: { await listener.listener.shutdown() }
            )
            try await body(server)
        }
    }
}
