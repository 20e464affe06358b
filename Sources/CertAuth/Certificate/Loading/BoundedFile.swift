// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

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
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(reason()) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        // Reserves memory for the whole file, so that a large array is not copied while it grows. The size is only a
        // hint.
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

    /// The names of the files in a folder, sorted, without hidden ones.
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
