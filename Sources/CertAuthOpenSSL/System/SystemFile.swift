// SPDX-License-Identifier: Apache-2.0
// Files of the operating system. The calls take pointers, so they are made here, with Swift types around them.

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// An open file, closed at the end of its life.
package struct SystemFile: ~Copyable {
    private let descriptor: Int32

    /// Opens a file or a pipe for reading. Neither opening nor reading waits.
    package init(reading path: String) throws(SystemError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .last }
    }

    /// Creates a file with mode 0600. It must not exist, not even as a symbolic link.
    package init(creating path: String) throws(SystemError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .last }
    }

    deinit { close(descriptor) }

    /// The size in bytes; 0 if it is unknown.
    package var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? max(0, Int(status.st_size)) : 0
    }

    /// The metadata now.
    package func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        return FileStatus(status)
    }

    /// Reads the next bytes into `buffer`.
    ///
    /// - Returns: the number of bytes, 0 at the end; nil if a pipe has no bytes yet.
    package func read(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        while true {
            let count = systemRead(descriptor, &buffer, buffer.count)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw .last
            }
        }
    }

    /// Waits until a pipe has bytes; false if the time has passed.
    package func waitForBytes(milliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) != 0
    }

    /// Writes all bytes.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(rest, to: descriptor)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count == 0 || errno != EINTR {
                throw count == 0 ? SystemError(code: EIO) : .last
            }
        }
    }

    /// Writes the file to the disk and closes it.
    package consuming func finish() throws(SystemError) {
        let descriptor = descriptor
        discard self
        let failure = fsync(descriptor) == 0 ? nil : SystemError.last
        guard close(descriptor) == 0 else { throw .last }
        if let failure { throw failure }
    }
}

/// Calls `read(2)`. Inside the type above, `read` would refer to its own method.
private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
    read(descriptor, &buffer, count)
}

/// Calls `write(2)`.
func systemWrite(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int {
    bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}
