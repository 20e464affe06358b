// SPDX-License-Identifier: Apache-2.0
// Reloads when the contents of files have changed.

import CertAuth
import Synchronization

/// Looks at files and folders, and reloads once their contents are others and have come to rest.
///
/// Time, size and inode tell whether a file is worth reading, its contents alone whether it has changed. Contents must be
/// the same at two looks in a row before they are loaded, so that half of a file, or a certificate without its key, is
/// waited out. Contents that can't be loaded are tried once.
package final class FileWatch: Sendable {
    /// What one look came to.
    package enum Outcome: Sendable, Equatable {
        /// The contents are those that were loaded last, or were refused already.
        case unchanged
        /// They are others, and may be changing still.
        case changing
        /// They have been loaded.
        case reloaded
        /// They can't be loaded, for this reason; what was loaded before stays.
        case refused(reason: String)
    }

    private struct State {
        var snapshot: FileSnapshot
        var loaded: [UInt8]
        var refused: [UInt8]?
        var pending: [UInt8]?
    }

    private let paths: [String]
    private let state: Mutex<State>

    /// Begins with the contents as they are now, which count as loaded: to be made before they are.
    ///
    /// - Parameter paths: files, and folders, of which the files right in them are meant.
    package init(paths: [String]) {
        self.paths = paths
        let snapshot = FileSnapshot(of: paths)
        state = Mutex(State(snapshot: snapshot, loaded: snapshot.digest))
    }

    /// Looks once. It reads files, so it belongs on a thread that may wait.
    ///
    /// - Parameter reload: puts everything into force, or throws and changes nothing.
    @discardableResult
    package func look(_ reload: () throws -> Void) -> Outcome {
        state.withLock { state in
            state.snapshot = FileSnapshot(of: paths, after: state.snapshot)
            let digest = state.snapshot.digest
            guard digest != state.loaded, digest != state.refused else {
                state.pending = nil
                if digest == state.loaded { state.refused = nil }
                return .unchanged
            }
            guard state.pending == digest else {
                state.pending = digest
                return .changing
            }
            state.pending = nil
            do {
                try reload()
                state.loaded = digest
                state.refused = nil
                return .reloaded
            } catch {
                state.refused = digest
                return .refused(reason: "\(error)")
            }
        }
    }
}
