// SPDX-License-Identifier: Apache-2.0
// Looks after calls in which no message passes.

#if GRPC
internal import Synchronization

/// Looks at all calls under way from time to time: one task for all of them, and none while there are no calls.
final class CallPatrol: Sendable {
    /// How long a call in which no message passes may outlive its client's acceptance, apart from the judgement.
    private static let interval = Duration.milliseconds(250)

    private struct State: Sendable {
        var calls: [ObjectIdentifier: CallWatch] = [:]
        var isRunning = false
    }

    private let state = Mutex(State())

    func begin(_ call: CallWatch) {
        let isFirst = state.withLock { state in
            state.calls[ObjectIdentifier(call)] = call
            defer { state.isRunning = true }
            return !state.isRunning
        }
        // Detached: what belongs to the call that came first is not the others'.
        if isFirst { Task.detached { await self.run() } }
    }

    func end(_ call: CallWatch) { state.withLock { _ = $0.calls.removeValue(forKey: ObjectIdentifier(call)) } }

    private func run() async {
        while true {
            try? await Task.sleep(for: Self.interval)
            let calls = state.withLock { state in
                if state.calls.isEmpty { state.isRunning = false }
                return Array(state.calls.values)
            }
            guard !calls.isEmpty else { return }
            for call in calls { call.checkWhileNoMessagePasses() }
        }
    }
}
#endif
