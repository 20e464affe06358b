// SPDX-License-Identifier: Apache-2.0
// What files looked like at one moment, so that a change is noticed.

internal import CertAuthOpenSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the files at some paths looked like at one moment; of a folder, the files right in it.
///
/// What cannot be read has a look of its own: a file that disappears is a change too.
package struct FileSnapshot: Sendable {
    /// The longest file that is looked into.
    private static let sizeLimit = 256 << 20
    /// Two changes within one tick of a file system's clock have the same time, so a file younger than this may have
    /// changed again unseen.
    private static let unsettledSeconds = 2

    /// What the system says of one file without opening it.
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
    /// The SHA-256 of all paths and contents; empty when it could not be made.
    package let digest: [UInt8]

    /// Looks at `paths` now; contents are read only where something differs from `previous`.
    package init(of paths: [String], after previous: FileSnapshot? = nil) {
        let files = paths.flatMap { Self.files(at: $0) }
        stamps = files.map { Self.stamp(of: $0) }
        let now = Timestamp.now.secondsSince1970
        isSettled = stamps.allSatisfy { Int64($0.seconds) + Int64(Self.unsettledSeconds) < now }
        if let previous, previous.isSettled, previous.stamps == stamps {
            digest = previous.digest
        } else {
            digest = Self.digest(of: files)
        }
    }

    private static func files(at path: String) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            let names = try? BoundedFile.names(inFolder: path)
        else { return [path] }
        return names.map { "\(path)/\($0)" }
    }

    private static func stamp(of path: String) -> Stamp {
        var status = stat()
        var stamp = Stamp(path: path)
        guard stat(path, &status) == 0 else { return stamp }
        stamp.device = UInt64(truncatingIfNeeded: status.st_dev)
        stamp.node = UInt64(truncatingIfNeeded: status.st_ino)
        stamp.size = Int64(status.st_size)
        #if canImport(Darwin)
        let changed = status.st_mtimespec
        #else
        let changed = status.st_mtim
        #endif
        stamp.seconds = Int(changed.tv_sec)
        stamp.nanoseconds = Int(changed.tv_nsec)
        return stamp
    }

    private static func digest(of files: [String]) -> [UInt8] {
        // Digests are of one length, so nothing can slide from one into the next.
        var digests: [UInt8] = []
        for file in files {
            digests += sha256(Array(file.utf8))
            do throws(BoundedFile.Failure) {
                digests += sha256(try BoundedFile.contents(of: file, limit: sizeLimit)) + [1]
            } catch {
                digests += sha256(Array(error.text.utf8)) + [0]
            }
        }
        return sha256(digests)
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        (try? DigestAlgorithm.sha256.digest(bytes)) ?? []
    }
}
