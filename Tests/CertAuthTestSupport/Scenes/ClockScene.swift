// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting

/// How a clock change affects the client of an open connection. The server is not notified; it must read the clock.
public enum ClockScene: String, Sendable, CaseIterable {
    /// Scenes in which the clock changes.
    public static let setBack: [ClockScene] = [.aheadAndBack, .acceptedAhead]

    /// The certificate expires.
    case expiry
    /// The clock was ahead for a while: a refusal made in that time does not last.
    case aheadAndBack
    /// The clock was ahead for a while: an acceptance made in that time does not last.
    case acceptedAhead

    /// The expected answers, in order.
    public func expected(of behaviour: RefusalBehaviour) -> [SceneAnswer] {
        let alice = SceneAnswer.client("alice")
        func onNewConnection(_ code: String) -> SceneAnswer { behaviour.refusesInHandshake ? .ended : .refused(code) }
        switch self {
        case .expiry: return [alice, .refused("expired"), onNewConnection("expired"), .client("bob")]
        case .aheadAndBack: return [alice, onNewConnection("expired"), alice, alice]
        case .acceptedAhead: return [alice, .refused("not-yet-valid"), onNewConnection("not-yet-valid"), alice]
        }
    }

    /// Runs the scene.
    public func play(on stack: some SceneStack) async throws -> [SceneAnswer] {
        let world = try SceneWorld(alice: profile)
        var answers: [SceneAnswer] = []
        try await stack.serve(world) { server in
            if self == .acceptedAhead { world.clock.advance(by: .seconds(7200)) }
            try await server.connect(as: world.alice) { alice in
                _ = try await alice.ask()
                // By now the server has recorded how long the first verdict is valid.
                answers.append(try await alice.ask())
                switch self {
                case .expiry:
                    world.clock.advance(by: .seconds(3601))
                    answers.append(try await alice.ask())
                    answers.append(await server.ask(as: world.alice))
                    answers.append(await server.ask(as: world.bob))
                case .aheadAndBack:
                    world.clock.advance(by: .seconds(7200))
                    answers.append(await server.ask(as: world.alice))
                    world.clock.advance(by: .seconds(-7200))
                    answers.append(await server.ask(as: world.alice))
                    answers.append(try await alice.ask())
                case .acceptedAhead:
                    world.clock.advance(by: .seconds(-7200))
                    answers.append(try await alice.ask())
                    answers.append(await server.ask(as: world.alice))
                    world.clock.advance(by: .seconds(7200))
                    answers.append(await server.ask(as: world.alice))
                }
            }
        }
        return answers
    }

    private var profile: LeafProfile {
        switch self {
        case .expiry, .aheadAndBack:
            LeafProfile.client.and { template, now in template.notAfter = .automatic(now.adding(seconds: 3600)) }
        case .acceptedAhead:
            LeafProfile.client.and { template, now in
                template.notBefore = .automatic(now.adding(seconds: 3600))
                template.notAfter = .automatic(now.adding(seconds: 36_000))
            }
        }
    }
}
