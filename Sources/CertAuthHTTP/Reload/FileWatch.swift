// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Synchronization

/// Checks files and folders, and reloads once their contents have changed and are stable.
///
/// Time, size and inode determine whether a file is read, its contents whether it has changed. Contents must be the
/// same in two successive checks before they are loaded, so that an incomplete file, or a certificate without its key,
/// is not loaded. Contents that can't be loaded are tried again from time to time, and reported once for each reason.
package final class FileWatch: Sendable {
    /// The result of one check.
    package enum Outcome: Sendable, Equatable {
        /// The contents were loaded last, or were already refused.
        case unchanged
        /// They have changed, and may still be changing.
        case changing
        /// They were loaded.
        case reloaded
        /// They can't be loaded, for this reason. The contents that were loaded before remain in use.
        case refused(reason: String)
    }

    /// How many checks pass before refused contents are tried again. The reason may have been temporary, such as too many
    /// open files.
    private static let checksBeforeRetry = 15

    private struct State {
        struct Refusal {
            let digest: [UInt8]
            let reason: String
            /// The number of checks since.
            var checks = 0
        }

        var snapshot: FileSnapshot
        var loaded: [UInt8]
        var refusal: Refusal?
        var pending: [UInt8]?
    }

    private let paths: @Sendable () -> [String]
    private let state: Mutex<State>

    /// Starts with the current contents, which count as loaded. Create the watch before loading the files.
    ///
    /// - Parameter paths: files, and folders, whose direct files are watched.
    package convenience init(paths: [String]) { self.init { paths } }

    /// The same for paths that may change, for instance those in a file that is watched itself.
    package init(paths: @escaping @Sendable () -> [String]) {
        self.paths = paths
        let snapshot = FileSnapshot(of: paths())
        state = Mutex(State(snapshot: snapshot, loaded: snapshot.digest))
    }

    /// Checks once. It reads files, so call it on a thread that may block.
    ///
    /// - Parameter reload: puts all contents into force, or throws and changes nothing.
    @discardableResult
    package func check(_ reload: () throws -> Void) -> Outcome {
        state.withLock { state in
            state.snapshot = FileSnapshot(of: paths(), after: state.snapshot)
            let digest = state.snapshot.digest
            guard digest != state.loaded else {
                state.pending = nil
                state.refusal = nil
                return .unchanged
            }
            if state.refusal?.digest == digest {
                state.pending = nil
                state.refusal?.checks += 1
                guard state.refusal?.checks.isMultiple(of: Self.checksBeforeRetry) ?? false else { return .unchanged }
            } else if state.pending != digest {
                state.pending = digest
                return .changing
            }
            state.pending = nil
            do {
                try reload()
                state.loaded = digest
                state.refusal = nil
                return .reloaded
            } catch {
                let reason = "\(error)"
                if state.refusal?.digest == digest, state.refusal?.reason == reason { return .unchanged }
                state.refusal = State.Refusal(digest: digest, reason: reason)
                return .refused(reason: reason)
            }
        }
    }
}
