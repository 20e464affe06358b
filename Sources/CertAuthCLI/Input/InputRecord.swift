// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// One file as it was read: its metadata, and what its bytes are for each setting that names it.
struct InputRecord {
    /// What distinguishes files: not the spelling of their paths, and not the symbolic links on the way.
    enum Identity: Hashable {
        case file(device: UInt64, node: UInt64)
        /// A pipe, or a file that does not exist or cannot be reached.
        case path(String)

        init(of path: String) {
            guard let status = try? FileStatus(of: path), status.isRegular else {
                self = .path(path)
                return
            }
            self.init(status)
        }

        init(_ status: FileStatus) { self = .file(device: status.device, node: status.node) }
    }

    /// The metadata before the first byte was read; nil if the file could not be opened.
    private(set) var status: FileStatus?
    /// SHA-256 of the bytes; nil if they could not be read.
    private(set) var digest: [UInt8]?
    /// Whether the file was replaced, or written to, while it was read.
    private(set) var hasChanged = false
    private(set) var results: [InputKind: Result<InputContents, InputContents.Failure>] = [:]

    /// Reads the file at `path` once and parses its bytes, unless `known` returns the object.
    ///
    /// - Parameter identity: the file that was found at `path` before.
    init(
        _ path: String,
        identity: Identity,
        kinds: Set<InputKind>,
        known: (InputObjects.Key) -> InputContents?,
        password: String?
    ) {
        do throws(BoundedFile.Failure) {
            let limit = kinds.map(\.sizeLimit).max() ?? 0
            let reading = try BoundedFile.read(path, limit: limit)
            status = reading.status
            hasChanged = reading.hasChanged || (reading.status.isRegular && Identity(reading.status) != identity)
            let digest = try? DigestAlgorithm.sha256.digest(reading.contents)
            self.digest = digest
            for kind in kinds {
                if let digest, let object = known(InputObjects.Key(digest: digest, kind: kind)) {
                    results[kind] = .success(object)
                    continue
                }
                results[kind] = Result { () throws(InputContents.Failure) in
                    try InputContents(reading.contents, as: kind, password: password)
                }
            }
        } catch {
            for kind in kinds {
                switch error {
                case .unreadable(let reason): results[kind] = .failure(.loading(.unreadable(reason)))
                case .tooLarge: results[kind] = .failure(.loading(.tooLarge(limit: kind.sizeLimit)))
                }
            }
        }
    }

    /// The objects of this file.
    var parsed: [InputObjects.Key: InputContents] {
        guard let digest else { return [:] }
        var parsed: [InputObjects.Key: InputContents] = [:]
        for (kind, result) in results {
            if case .success(let contents) = result { parsed[InputObjects.Key(digest: digest, kind: kind)] = contents }
        }
        return parsed
    }

    /// Notices a change since an earlier reading of the same file.
    mutating func compare(with former: InputRecord) {
        if former.hasChanged || former.digest != digest { hasChanged = true }
    }

    /// Whether the file at `path` is still the one that was read, with the same metadata. Unknown for pipes, which
    /// count as unchanged.
    func isUnchanged(at path: String) -> Bool {
        guard !hasChanged else { return false }
        guard let status, status.isRegular else { return true }
        return (try? FileStatus(of: path)) == status
    }
}
