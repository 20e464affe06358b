// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes files atomically, in folders that several processes may share.
enum WholeFile {
    /// Writes `bytes` to a temporary file in the same folder, and renames it to `file`.
    ///
    /// - Returns: false if that failed, for example because the disk is full. Then `file` is unchanged.
    static func write(_ bytes: [UInt8], to file: String, in folder: String) -> Bool {
        let draft = "\(folder)/.\(getpid())-\(UInt64.random(in: .min ... .max))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, rename(draft, file) == 0 else {
            unlink(draft)
            return false
        }
        return true
    }

    /// Whether there is a regular file at `path`. Opening a pipe would wait for its other end.
    static func isPlain(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { system(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0 && errno == EINTR { continue }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static var system: (Int32, UnsafeRawPointer?, Int) -> Int {
        #if canImport(Glibc)
        Glibc.write
        #elseif canImport(Musl)
        Musl.write
        #else
        Darwin.write
        #endif
    }
}
