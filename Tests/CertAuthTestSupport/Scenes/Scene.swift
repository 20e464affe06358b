// SPDX-License-Identifier: Apache-2.0
// What happens to the client of an open connection, and the result that each stack must produce.

import CertAuth
import CertAuthTesting

/// An event while a client has an open connection and a request in flight.
public enum Scene: String, Sendable, CaseIterable {
    /// `revoke` is called on the authenticator.
    case revokedByHand
    /// A CRL that lists the client is provided.
    case revokedByList
    /// The hook refuses the client, and all verdicts are invalidated.
    case invalidatedAndBarred
    /// All verdicts are invalidated, and the client is still accepted.
    case invalidatedAlone
    /// The trust anchors are replaced.
    case trustReplaced

    /// The observed answers.
    public struct Outcome: Sendable, Equatable {
        /// Before the event.
        public var before: SceneAnswer
        /// To the request in flight.
        public var inFlight: SceneAnswer
        /// Later, on the same connection.
        public var after: SceneAnswer
        /// On a new connection.
        public var anew: SceneAnswer
        /// To another client, on a connection that was open throughout.
        public var other: SceneAnswer
    }

    /// The expected answers.
    public func expected(of manners: SceneManners) -> Outcome {
        guard let code else {
            let answer = SceneAnswer.client("alice")
            return Outcome(before: answer, inFlight: answer, after: answer, anew: answer, other: .client("bob"))
        }
        let refused = SceneAnswer.refused(code)
        let isRefusedFirst = manners.refusesInHandshake && (self != .invalidatedAndBarred || manners.asksHooksFirst)
        let ended = manners.endsConnections ? SceneAnswer.ended : refused
        return Outcome(
            before: .client("alice"),
            inFlight: manners.answersInFlight ? .client("alice") : ended,
            after: ended,
            anew: isRefusedFirst ? .ended : refused,
            other: self == .trustReplaced ? ended : .client("bob")
        )
    }

    private var code: String? {
        switch self {
        case .revokedByHand, .revokedByList: "revoked"
        case .invalidatedAndBarred: "rejected-by-handler"
        case .trustReplaced: "partial-chain"
        case .invalidatedAlone: nil
        }
    }

    /// Runs the scene.
    public func play(on stack: some SceneStack) async throws -> Outcome {
        let world = try SceneWorld()
        let manners = stack.manners
        var outcome = Outcome(before: .ended, inFlight: .ended, after: .ended, anew: .ended, other: .ended)
        try await stack.serve(world) { server in
            try await server.connect(as: world.bob) { bob in
                _ = try await bob.ask()
                try await server.connect(as: world.alice) { alice in
                    outcome.before = try await alice.ask()
                    try await alice.begin()
                    await world.gate.arrivals(1)
                    try happen(in: world)
                    // A stack that does not answer requests in flight ends the connection by itself.
                    if manners.answersInFlight || code == nil { world.gate.open() }
                    outcome.inFlight = try await alice.finish()
                    world.gate.open()
                    outcome.after = try await later(on: alice, manners, isOut: code != nil)
                }
                outcome.anew = await server.ask(as: world.alice)
                outcome.other = try await later(on: bob, manners, isOut: self == .trustReplaced)
            }
        }
        return outcome
    }

    private func later(
        on connection: any SceneConnection,
        _ manners: SceneManners,
        isOut: Bool
    ) async throws -> SceneAnswer {
        guard isOut, manners.endsConnections else { return try await connection.ask() }
        try await connection.end()
        return .ended
    }

    private func happen(in world: SceneWorld) throws {
        switch self {
        case .revokedByHand: try world.revokeByHand()
        case .revokedByList: try world.revokeByList()
        case .invalidatedAndBarred: world.bar()
        case .invalidatedAlone: world.authenticator.invalidate()
        case .trustReplaced: try world.replaceTrust()
        }
    }
}
