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

    /// Writes a file with mode 0600 and replaces an existing one in one step: a reader finds all of the former bytes or
    /// all of the new ones.
    ///
    /// An existing file is replaced, not changed, so its mode, its hard links and a symbolic link at the path have no
    /// effect.
    ///
    /// - Parameter durably: Whether the bytes are on the disk when the call returns.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        durably: Bool = false
    ) throws(WriteError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let draft = "\(folder)\(draftPrefix)\(SystemProcess.identifier)-\(UInt64.random(in: .min ... .max))"
        do throws(SystemError) {
            let file = try SystemFile(creating: draft)
            try file.write(bytes)
            if durably { try file.finish() }
            try FileSystem.rename(draft, to: path)
        } catch {
            FileSystem.remove(draft)
            throw WriteError(path: path, code: error.code)
        }
        if durably { FileSystem.synchronizeFolder(folder.isEmpty ? "." : folder) }
    }

    /// How the name of a file begins that is not complete yet. It is left behind only by a process that is killed.
    package static let draftPrefix = ".draft-"
}
