// SPDX-License-Identifier: Apache-2.0
// Calls of the operating system that take a path.

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The files of the operating system, by path.
package enum FileSystem {
    /// Creates a folder that only its owner can use.
    package static func createFolder(_ path: String) throws(SystemError) {
        guard mkdir(path, 0o700) == 0 else { throw .last }
    }

    /// The names in a folder, in the system's order, without `.` and `..`.
    package static func names(inFolder path: String) throws(SystemError) -> [String] {
        guard let folder = opendir(path) else { throw .last }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether something exists at `path`.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether the file at `path` can be read.
    package static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Gives a file another path, and replaces what was there.
    package static func rename(_ path: String, to other: String) throws(SystemError) {
        guard systemRename(path, other) == 0 else { throw .last }
    }

    /// Writes the names in a folder to the disk, so that a renamed file has its new name after a power failure. Not all
    /// file systems can do it; there an error would change nothing.
    package static func synchronizeFolder(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// The absolute path without symbolic links, `.` and `..`.
    package static func realPath(_ path: String) throws(SystemError) -> String {
        guard let resolved = realpath(path, nil) else { throw .last }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Removes a file if it exists.
    package static func remove(_ path: String) { unlink(path) }
}

/// Calls `rename(2)`. Inside the type above, `rename` would refer to its own method.
private func systemRename(_ path: String, _ other: String) -> Int32 { rename(path, other) }
