// SPDX-License-Identifier: Apache-2.0

#if GRPC
internal import Synchronization

/// Periodically checks all calls in progress, so that calls without messages end too. One task checks all of them;
/// without calls there is no task.
final class CallMonitor: Sendable {
    /// How long a call without messages may outlive its client's acceptance, not counting the time of the new verdict.
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
        // A detached task, so that task-local values of the first call do not reach the others.
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
