// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import Synchronization

/// The paths of the files that a server watches, which the file of `--names` may change.
final class WatchedFiles: Sendable {
    private struct State {
        var digest: [UInt8]
        var paths: [String]
    }

    private let settings: ServeSettings
    private let state: Mutex<State>

    init(_ settings: ServeSettings) {
        self.settings = settings
        state = Mutex(State(digest: [], paths: settings.files))
    }

    /// The paths now. A file of names that cannot be used names no files.
    var paths: [String] {
        guard let file = settings.namesFile else { return settings.files }
        return state.withLock { state in
            let contents = try? BoundedFile.contents(of: file, limit: NamesFile.sizeLimit)
            let digest = contents.flatMap { try? DigestAlgorithm.sha256.digest($0) } ?? []
            guard digest != state.digest || digest.isEmpty else { return state.paths }
            let names = contents.flatMap { try? NamesFile($0) }
            let whole = names.flatMap { try? settings.adding($0, at: file) } ?? settings
            state = State(digest: digest, paths: whole.files)
            return state.paths
        }
    }
}
