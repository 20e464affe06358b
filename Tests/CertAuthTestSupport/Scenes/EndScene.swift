// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting

/// A server whose configuration is replaced, or that shuts down, while a request is in flight.
public enum EndScene: String, Sendable, CaseIterable {
    /// The configuration is replaced by an equal one.
    case reload
    /// A graceful shutdown.
    case shutdown

    /// The expected answers: to the request in flight, later on the same connection, and on a new connection.
    public var expected: [SceneAnswer] {
        [.client("alice"), .ended, self == .reload ? .client("alice") : .ended]
    }

    /// Runs the scene.
    public func play(on stack: some SceneStack) async throws -> [SceneAnswer] {
        let world = try SceneWorld()
        var answers: [SceneAnswer] = []
        try await stack.serve(world) { server in
            try await server.connect(as: world.alice) { alice in
                try await alice.begin()
                await world.gate.arrivals(1)
                let shutdown = self == .shutdown ? Task { await server.shutdown() } : nil
                if self == .reload { try server.reload() }
                world.gate.open()
                answers.append(try await alice.finish())
                try await alice.end()
                answers.append(.ended)
                await shutdown?.value
            }
            answers.append(await server.ask(as: world.alice))
        }
        return answers
    }
}
