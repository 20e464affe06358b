// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Writes files that contain secrets. They have mode 0600 from the start, so other users can never read them.
package enum PrivateFile {
    /// An error of writing a file.
    package struct WriteError: Error, Equatable, CustomStringConvertible {
        /// The path of the file.
        package let path: String
        /// The value of `errno`.
        package let code: Int32

        /// The file and the cause, in one line.
        package var description: String { "\(path): can't be written, \(SystemError(code: code).text)" }
    }

    /// Writes a file with mode 0600 and replaces an existing one.
    ///
    /// An existing file is unlinked first, so its mode, its hard links and a symbolic link at the path have no effect.
    package static func write(_ bytes: [UInt8], to path: String) throws(WriteError) {
        FileSystem.remove(path)
        do throws(SystemError) {
            try SystemFile(creating: path).write(bytes)
        } catch {
            throw WriteError(path: path, code: error.code)
        }
    }
}
