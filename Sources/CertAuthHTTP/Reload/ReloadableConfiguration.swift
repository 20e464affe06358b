// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The configuration of a server, which reloads change while it runs.
package final class ReloadableConfiguration<Configuration: Sendable>: Sendable {
    private struct State: Sendable {
        var configuration: Configuration
        /// The number of reloads.
        var reloads = 0
    }

    private let state: Mutex<State>

    package init(_ configuration: Configuration) { state = Mutex(State(configuration: configuration)) }

    /// The configuration in force.
    package var current: Configuration { state.withLock { $0.configuration } }

    /// Changes the configuration in force. Of changes at the same time, none is lost.
    ///
    /// - Parameters:
    ///   - change: runs without a lock, so that it can use the server and wait for other tasks. If another reload ends
    ///     meanwhile, `change` runs again, on the result of that reload.
    ///   - apply: puts the changed configuration into use, and returns what is in force then. It receives the former
    ///     configuration too. Runs once, with a lock, so that reloads take effect one at a time.
    /// - Returns: the former configuration, so that the caller frees it without the lock.
    /// - Throws: `NestedReload` if `change` reloads the same server, and the errors of `change` and `apply`. Then nothing
    ///   has changed.
    package func replace(
        _ change: (inout Configuration) throws -> Void,
        apply: (_ former: Configuration, _ changed: Configuration) throws -> Configuration
    ) throws -> Configuration {
        let running = try RunningChange.begin(on: ObjectIdentifier(self))
        defer { running.end() }
        while true {
            let start = state.withLock { $0 }
            var changed = start.configuration
            try running.run { try change(&changed) }
            var isApplied = false
            // A log handler that `apply` calls could reload too.
            try running.run {
                isApplied = try state.withLock { state in
                    guard state.reloads == start.reloads else { return false }
                    state.configuration = try apply(start.configuration, changed)
                    state.reloads += 1
                    return true
                }
            }
            if isApplied { return start.configuration }
        }
    }
}

/// A change of a configuration reloads the server that it changes.
///
/// Without this error such a change would run again and again, because each inner reload makes the outer one obsolete.
package struct NestedReload: Error, CustomStringConvertible {
    package var description: String {
        "a change of the configuration reloads the same server: make both changes in one closure"
    }
}

/// A change that runs in the current task, in a list with the changes that it runs in.
private final class RunningChange: Sendable {
    @TaskLocal private static var innermost: RunningChange?

    private let configuration: ObjectIdentifier
    private let outer: RunningChange?
    /// Tasks that a change starts inherit the list, and can outlive the change.
    private let hasEnded = Atomic(false)

    private init(_ configuration: ObjectIdentifier, in outer: RunningChange?) {
        self.configuration = configuration
        self.outer = outer
    }

    static func begin(on configuration: ObjectIdentifier) throws(NestedReload) -> RunningChange {
        var running = innermost
        while let change = running {
            guard change.configuration != configuration || change.hasEnded.load(ordering: .acquiring) else {
                throw NestedReload()
            }
            running = change.outer
        }
        return RunningChange(configuration, in: innermost)
    }

    func run(_ change: () throws -> Void) throws { try Self.$innermost.withValue(self, operation: change) }

    func end() { hasEnded.store(true, ordering: .releasing) }
}
