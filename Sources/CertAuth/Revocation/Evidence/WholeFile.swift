// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Writes files atomically, in folders that several processes may share.
package enum WholeFile {
    /// Writes `bytes` to a temporary file in the same folder, and renames it to `file`.
    ///
    /// - Returns: false if that failed, for example because the disk is full. Then `file` is unchanged.
    static func write(_ bytes: [UInt8], to file: String, in folder: String) -> Bool {
        let draft = "\(folder)/.\(SystemProcess.identifier)-\(UInt64.random(in: .min ... .max))"
        let opened: SystemFile
        do throws(SystemError) {
            opened = try SystemFile(creating: draft)
        } catch {
            return false
        }
        do throws(SystemError) {
            try opened.write(bytes)
            try opened.finish()
            try FileSystem.rename(draft, to: file)
            return true
        } catch {
            FileSystem.remove(draft)
            return false
        }
    }

    /// Removes the file at `path` if there is one.
    package static func remove(_ path: String) { FileSystem.remove(path) }

    /// Whether there is a regular file at `path`. Opening a pipe would wait for its other end.
    static func isPlain(_ path: String) -> Bool { (try? FileStatus(ofLink: path))?.isRegular == true }
}
