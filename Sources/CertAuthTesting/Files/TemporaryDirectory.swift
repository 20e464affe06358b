// SPDX-License-Identifier: Apache-2.0
// A folder that is gone when nobody needs it any more.

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A new folder that only its owner can read, removed with all it holds when the object goes away.
public final class TemporaryDirectory: Sendable {
    /// The folder's absolute path.
    public let path: String

    /// Makes a folder with a name of its own in the system's temporary folder.
    public init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "certauth-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in the folder, whether it exists or not.
    public func path(of name: String) -> String { "\(path)/\(name)" }

    /// Writes a file with mode 0600 and returns its path.
    @discardableResult
    public func write(_ bytes: [UInt8], as name: String) throws -> String {
        try PrivateFile.write(bytes, to: path(of: name))
        return path(of: name)
    }

    /// Writes a text file with mode 0600 and returns its path.
    @discardableResult
    public func write(_ text: String, as name: String) throws -> String { try write(Array(text.utf8), as: name) }
}
