// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The state of the files at some paths at one moment, to detect changes. For a folder, the files directly in it.
///
/// A file that cannot be read has a state of its own, so a file that disappears is a change too.
package struct FileSnapshot: Sendable {
    /// The maximum size of a file whose contents are read.
    private static let sizeLimit = 256 << 20
    /// Two changes within one tick of the file system's clock have the same time. So a file that is younger than this
    /// may have changed again unnoticed.
    private static let unsettledSeconds = 2

    /// The metadata of one file, read without opening it.
    private struct Stamp: Sendable, Hashable {
        let path: String
        var device: UInt64 = 0
        var node: UInt64 = 0
        var size: Int64 = -1
        var seconds = 0
        var nanoseconds = 0
    }

    private let stamps: [Stamp]
    private let isSettled: Bool
    /// SHA-256 over all paths and contents; empty if it cannot be computed.
    package let digest: [UInt8]

    /// Reads the state of `paths` now. Contents are read only if the metadata differs from `previous`.
    package init(of paths: [String], after previous: FileSnapshot? = nil) {
        let files = paths.flatMap { Self.files(at: $0) }
        stamps = files.map { Self.stamp(of: $0) }
        let now = Timestamp.now.secondsSince1970
        let isOld = stamps.allSatisfy { Int64($0.seconds) + Int64(Self.unsettledSeconds) < now }
        if let previous, previous.isSettled, previous.stamps == stamps {
            digest = previous.digest
            isSettled = isOld
        } else {
            // A file may become readable without a change of its metadata.
            let (digest, areAllRead) = Self.digest(of: files)
            self.digest = digest
            isSettled = isOld && areAllRead
        }
    }

    private static func files(at path: String) -> [String] {
        guard (try? FileStatus(of: path))?.isFolder == true, let names = try? BoundedFile.names(inFolder: path) else {
            return [path]
        }
        return names.map { "\(path)/\($0)" }
    }

    private static func stamp(of path: String) -> Stamp {
        guard let status = try? FileStatus(of: path) else { return Stamp(path: path) }
        return Stamp(
            path: path,
            device: status.device,
            node: status.node,
            size: status.size,
            seconds: status.seconds,
            nanoseconds: status.nanoseconds
        )
    }

    private static func digest(of files: [String]) -> (digest: [UInt8], areAllRead: Bool) {
        var areAllRead = true
        // All digests have the same length, so the concatenation is unambiguous.
        var digests: [UInt8] = []
        for file in files {
            digests += sha256(Array(file.utf8))
            do throws(BoundedFile.Failure) {
                digests += sha256(try BoundedFile.contents(of: file, limit: sizeLimit)) + [1]
            } catch {
                areAllRead = false
                digests += sha256(Array(error.text.utf8)) + [0]
            }
        }
        return (sha256(digests), areAllRead)
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        (try? DigestAlgorithm.sha256.digest(bytes)) ?? []
    }
}
