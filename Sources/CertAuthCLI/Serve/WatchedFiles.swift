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

    private let inForce: ServeInForce
    /// The file of `--config`; nil for none.
    private let configurationFile: String?
    private let state = Mutex(State(digest: [], paths: []))

    init(_ inForce: ServeInForce) {
        self.inForce = inForce
        configurationFile = inForce.configurationFile
        state.withLock { $0.paths = inForce.settings.files }
    }

    /// The paths now. A file of names that cannot be used names no files.
    var paths: [String] { (configurationFile.map { [$0] } ?? []) + settingPaths }

    private var settingPaths: [String] {
        let settings = inForce.settings
        guard let file = settings.namesFile else { return settings.files }
        return state.withLock { state in
            let contents = try? BoundedFile.contents(of: file, limit: NamesFile.sizeLimit)
            // The other settings may name other files after a reload.
            let own = settings.files.joined(separator: "\n").utf8
            let digest = contents.flatMap { try? DigestAlgorithm.sha256.digest($0 + own) } ?? []
            guard digest != state.digest || digest.isEmpty else { return state.paths }
            let names = contents.flatMap { try? NamesFile($0) }
            let whole = names.flatMap { try? settings.adding($0, at: file) } ?? settings
            state = State(digest: digest, paths: whole.files)
            return state.paths
        }
    }
}
