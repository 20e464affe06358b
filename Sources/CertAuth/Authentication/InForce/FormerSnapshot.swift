// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A snapshot that was replaced. It is released on a task of its own.
///
/// A store of 100,000 anchors takes more than a second to free. The last validation that uses a snapshot may run on an
/// event loop, so the snapshot is kept until no validation uses it.
final class FormerSnapshot: Sendable {
    /// The interval between two checks of the reference count. A validation takes milliseconds.
    private static let interval = Duration.milliseconds(100)
    /// The maximum number of checks. After one minute, the snapshot is released even if it is still used.
    private static let mostChecks = 600

    private let snapshot: Mutex<PolicySnapshot?>

    init(_ snapshot: PolicySnapshot) { self.snapshot = Mutex(snapshot) }

    /// Releases the snapshot later, on another thread.
    func release() {
        Task.detached(priority: .utility) { [self] in
            for _ in 0..<Self.mostChecks where isUsed { try? await Task.sleep(for: Self.interval) }
            take()
        }
    }

    /// Whether anything else refers to the snapshot.
    var isUsed: Bool {
        snapshot.withLock { snapshot in
            guard snapshot != nil else { return false }
            return !isKnownUniquelyReferenced(&snapshot)
        }
    }

    private func take() {
        // Freed when this function returns, without the lock.
        _ = snapshot.withLock { snapshot in
            defer { snapshot = nil }
            return snapshot
        }
    }
}
