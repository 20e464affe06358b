// SPDX-License-Identifier: Apache-2.0
// Runs scenes on a stack, and returns those with an unexpected outcome.

extension SceneStack {
    /// Returns the scenes with an unexpected outcome, each with the observed and the expected one.
    public func deviations(in scenes: [Scene]) async throws -> [String] {
        try await deviations(in: scenes, play: { try await $0.play(on: self) }, expected: { $0.expected(of: manners) })
    }

    /// The same for clock scenes.
    public func deviations(in scenes: [ClockScene]) async throws -> [String] {
        try await deviations(in: scenes, play: { try await $0.play(on: self) }, expected: { $0.expected(of: manners) })
    }

    /// The same for server scenes.
    public func deviations(in scenes: [EndScene]) async throws -> [String] {
        try await deviations(in: scenes, play: { try await $0.play(on: self) }, expected: { $0.expected })
    }

    private func deviations<Played, Seen: Equatable>(
        in scenes: [Played],
        play: (Played) async throws -> Seen,
        expected: (Played) -> Seen
    ) async throws -> [String] {
        var found: [String] = []
        for scene in scenes {
            let seen = try await play(scene)
            let due = expected(scene)
            if seen != due { found.append("\(scene) over \(self): \(seen), expected \(due)") }
        }
        return found
    }
}
