// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A new directory that only its owner can read. It is removed with its contents when the object is released.
public final class TemporaryDirectory: Sendable {
    /// The directory's absolute path.
    public let path: String

    /// Creates a directory with a unique name in the system's temporary directory.
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

    /// Returns the path of a file in the directory, whether it exists or not.
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
