// SPDX-License-Identifier: Apache-2.0
// What time does to the client of an open connection.

import CertAuth
import CertAuthTesting

/// A clock that goes on, or is set. Nothing tells the server: it has to look.
public enum ClockScene: String, Sendable, CaseIterable {
    /// The scenes of a clock that is set back.
    public static let setBack: [ClockScene] = [.aheadAndBack, .acceptedAhead]

    /// The certificate expires.
    case expiry
    /// The clock was ahead for a while: a refusal that was made meanwhile does not last.
    case aheadAndBack
    /// The clock was ahead for a while: an acceptance that was made meanwhile does not last.
    case acceptedAhead

    /// The answers in order that must be seen.
    public func expected(of manners: SceneManners) -> [SceneAnswer] {
        let alice = SceneAnswer.client("alice")
        func anew(_ code: String) -> SceneAnswer { manners.refusesInHandshake ? .ended : .refused(code) }
        switch self {
        case .expiry: return [alice, .refused("expired"), anew("expired"), .client("bob")]
        case .aheadAndBack: return [alice, anew("expired"), alice, alice]
        case .acceptedAhead: return [alice, .refused("not-yet-valid"), anew("not-yet-valid"), alice]
        }
    }

    /// Plays the scene.
    public func play(on stack: some SceneStack) async throws -> [SceneAnswer] {
        let world = try SceneWorld(alice: profile)
        var answers: [SceneAnswer] = []
        try await stack.serve(world) { server in
            if self == .acceptedAhead { world.clock.advance(bySeconds: 7200) }
            try await server.connect(as: world.alice) { alice in
                _ = try await alice.ask()
                // By now the server has noted how long the first verdict holds.
                answers.append(try await alice.ask())
                switch self {
                case .expiry:
                    world.clock.advance(bySeconds: 3601)
                    answers.append(try await alice.ask())
                    answers.append(await server.ask(as: world.alice))
                    answers.append(await server.ask(as: world.bob))
                case .aheadAndBack:
                    world.clock.advance(bySeconds: 7200)
                    answers.append(await server.ask(as: world.alice))
                    world.clock.advance(bySeconds: -7200)
                    answers.append(await server.ask(as: world.alice))
                    answers.append(try await alice.ask())
                case .acceptedAhead:
                    world.clock.advance(bySeconds: -7200)
                    answers.append(try await alice.ask())
                    answers.append(await server.ask(as: world.alice))
                    world.clock.advance(bySeconds: 7200)
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
