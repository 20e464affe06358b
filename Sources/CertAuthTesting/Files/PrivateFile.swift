// SPDX-License-Identifier: Apache-2.0
// Files that hold secrets: never readable by others, not even for a moment.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writing of files with mode 0600.
package enum PrivateFile {
    /// A file that could not be written.
    package struct WriteError: Error, Equatable, CustomStringConvertible {
        /// The file.
        package let path: String
        /// The system's error number.
        package let code: Int32

        /// One line: which file and why.
        package var description: String { "\(path): can't be written, \(String(cString: strerror(code)))" }
    }

    /// Writes a file with mode 0600, in place of one that is there.
    ///
    /// The old file is unlinked first: its mode, its other names and a link in its place do not matter.
    package static func write(_ bytes: [UInt8], to path: String) throws(WriteError) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw WriteError(path: path, code: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(rest, to: descriptor)
            guard count >= 0 || errno == EINTR else { throw WriteError(path: path, code: errno) }
            rest = rest.dropFirst(max(0, count))
        }
    }
}

/// `write(2)`, which inside the type above would be its own method.
private func systemWrite(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int {
    bytes.withUnsafeBytes { $0.baseAddress.map { start in write(descriptor, start, bytes.count) } ?? 0 }
}
