// SPDX-License-Identifier: Apache-2.0
// Files read whole, up to a limit.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads files that an operator named.
package enum BoundedFile {
    /// Why a file can't be had.
    package enum Failure: Error, Equatable {
        /// The system's words.
        case unreadable(String)
        case tooLarge(limit: Int)

        /// What is wrong, for messages.
        package var text: String {
            switch self {
            case .unreadable(let reason): reason
            case .tooLarge(let limit): "larger than \(limit) bytes"
            }
        }
    }

    /// The longest wait for the next bytes of a pipe, in milliseconds; a file has them at once.
    private static let patience: Int32 = 5_000

    /// The contents of the file at `path`, refused when longer than `limit` bytes.
    ///
    /// It may be a pipe, as a shell's `<(command)` is. A named pipe that nothing writes to reads as empty, and one whose
    /// writer stalls is unreadable: a reload must not wait for either.
    package static func contents(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(reason()) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        // Room for all of it at once, so that a large file is not copied as the array grows. The size is a hint.
        var status = stat()
        if fstat(descriptor, &status) == 0 { contents.reserveCapacity(min(max(0, Int(status.st_size)), limit)) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { throw .unreadable(reason()) }
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&waiting, 1, patience) != 0 else { throw .unreadable("no data within 5 seconds") }
                continue
            }
            guard count > 0 else { return contents }
            guard contents.count + count <= limit else { throw .tooLarge(limit: limit) }
            contents += chunk[..<count]
        }
    }

    /// The names in a folder, sorted, without hidden ones.
    package static func names(inFolder path: String) throws(Failure) -> [String] {
        guard let folder = opendir(path) else { throw .unreadable(reason()) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
