// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes files that contain secrets. They have mode 0600 from the start, so other users can never read them.
package enum PrivateFile {
    /// An error of writing a file.
    package struct WriteError: Error, Equatable, CustomStringConvertible {
        /// The path of the file.
        package let path: String
        /// The value of `errno`.
        package let code: Int32

        /// The file and the cause, in one line.
        package var description: String { "\(path): can't be written, \(String(cString: strerror(code)))" }
    }

    /// Writes a file with mode 0600 and replaces an existing one.
    ///
    /// An existing file is unlinked first, so its mode, its hard links and a symbolic link at the path have no effect.
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

/// Calls `write(2)`. Inside the type above, `write` would refer to its own method.
private func systemWrite(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int {
    bytes.withUnsafeBytes { $0.baseAddress.map { start in write(descriptor, start, bytes.count) } ?? 0 }
}
