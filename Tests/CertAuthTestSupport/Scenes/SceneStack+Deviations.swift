// SPDX-License-Identifier: Apache-2.0
// Runs scenes over a stack and reports those with unexpected results.

extension SceneStack {
    /// The scenes with unexpected results, each with the observed and the expected answers.
    public func deviations(in scenes: [Scene]) async throws -> [String] {
        try await deviations(in: scenes, play: { try await $0.play(on: self) }, expected: { $0.expected(of: manners) })
    }

    /// The same for the clock scenes.
    public func deviations(in scenes: [ClockScene]) async throws -> [String] {
        try await deviations(in: scenes, play: { try await $0.play(on: self) }, expected: { $0.expected(of: manners) })
    }

    /// The same for the server scenes.
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
