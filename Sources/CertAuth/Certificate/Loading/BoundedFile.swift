// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// Reads whole files that the operator has named, up to a size limit.
package enum BoundedFile {
    /// Why a file cannot be read.
    package enum Failure: Error, Equatable {
        /// The system's error text.
        case unreadable(String)
        case tooLarge(limit: Int)

        /// The error as text for messages.
        package var text: String {
            switch self {
            case .unreadable(let reason): reason
            case .tooLarge(let limit): "larger than \(limit) bytes"
            }
        }
    }

    /// The maximum time to wait for the next bytes of a pipe, in milliseconds. A regular file never waits.
    private static let patience: Int32 = 5_000

    /// The contents of the file at `path`. Throws if it is longer than `limit` bytes.
    ///
    /// The file may be a pipe, such as a shell's `<(command)`. A named pipe without a writer reads as empty. A named
    /// pipe whose writer stalls is unreadable. A reload must not wait for either.
    package static func contents(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        try read(path, limit: limit).contents
    }

    /// The contents of a file, with its metadata.
    package struct Reading {
        package let contents: [UInt8]
        /// The metadata before the first byte was read.
        package let status: FileStatus
        /// Whether the metadata changed while the bytes were read, so that they may be of two versions.
        package let hasChanged: Bool
    }

    /// The same with the metadata of the file that was read, whatever happens at `path` meanwhile.
    package static func read(_ path: String, limit: Int) throws(Failure) -> Reading {
        let file = try system { () throws(SystemError) in try SystemFile(reading: path) }
        let status = try system { () throws(SystemError) in try file.status() }
        var contents: [UInt8] = []
        // Reserves memory for the whole file, so that a large array is not copied while it grows. The size is only a
        // hint.
        contents.reserveCapacity(min(max(0, Int(status.size)), limit))
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            guard let count = try system({ () throws(SystemError) in try file.read(into: &chunk) }) else {
                guard file.waitForBytes(milliseconds: patience) else { throw .unreadable("no data within 5 seconds") }
                continue
            }
            guard count > 0 else {
                let end = try system { () throws(SystemError) in try file.status() }
                return Reading(contents: contents, status: status, hasChanged: status.isRegular && end != status)
            }
            guard contents.count + count <= limit else { throw .tooLarge(limit: limit) }
            contents += chunk[..<count]
        }
    }

    /// The names of the files in a folder, sorted, without hidden ones.
    package static func names(inFolder path: String) throws(Failure) -> [String] {
        try system { () throws(SystemError) in try FileSystem.names(inFolder: path) }
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func system<Value: ~Copyable>(_ call: () throws(SystemError) -> Value) throws(Failure) -> Value {
        do throws(SystemError) {
            return try call()
        } catch {
            throw .unreadable(error.text)
        }
    }
}
