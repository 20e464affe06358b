// SPDX-License-Identifier: Apache-2.0
// Listening sockets that this program binds with permissions, or takes over from another program.

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Bound stream sockets by descriptor.
package enum ListeningSocket {
    /// Why a descriptor is not a socket to accept connections from.
    package enum Defect: Error, Equatable {
        case notOpen, notASocket, notAStream, notListening, otherFamily
    }

    /// Why a Unix socket cannot be bound.
    package enum BindFailure: Error, Equatable {
        /// There is a file at the path that is not a socket.
        case occupied
        /// The path is longer than the system allows.
        case tooLong
        /// A call failed.
        case system(call: String, error: SystemError)

        fileprivate static func last(_ call: String) -> BindFailure { .system(call: call, error: .last) }
    }

    /// Binds a Unix socket and sets the permissions of its file. A socket that is left at the path is replaced.
    ///
    /// The socket does not listen yet, so no client can connect before the permissions are set.
    ///
    /// - Parameters:
    ///   - mode: the permission bits; nil for those of the process (`umask`).
    ///   - user, group: the owner; nil leaves it unchanged.
    /// - Returns: the descriptor, which the caller must close.
    package static func bind(
        unixSocket path: String,
        mode: UInt32?,
        user: UInt32?,
        group: UInt32?
    ) throws(BindFailure) -> Int32 {
        guard var address = SocketPath(path) else { throw .tooLong }
        var status = stat()
        if lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else { throw .occupied }
            unlink(path)
        }
        let descriptor = socket(AF_UNIX, streamType, 0)
        guard descriptor >= 0 else { throw .last("socket") }
        var isBound = false
        do throws(BindFailure) {
            closeOnExecution(descriptor)
            guard address.bind(descriptor) == 0 else { throw .last("bind") }
            isBound = true
            if let mode, chmod(path, mode_t(mode)) != 0 { throw .last("chmod") }
            // An ID of -1 leaves the owner unchanged.
            if user != nil || group != nil, lchown(path, user ?? .max, group ?? .max) != 0 { throw .last("chown") }
        } catch {
            close(descriptor)
            if isBound { unlink(path) }
            throw error
        }
        return descriptor
    }

    /// Checks that a descriptor is a listening stream socket of IPv4, IPv6 or Unix, and keeps other programs from
    /// inheriting it.
    package static func takeOver(_ descriptor: Int32) throws(Defect) {
        guard fcntl(descriptor, F_GETFD) >= 0 else { throw .notOpen }
        closeOnExecution(descriptor)
        guard let type = option(SO_TYPE, of: descriptor) else { throw .notASocket }
        guard type == streamType else { throw .notAStream }
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        let families = [AF_INET, AF_INET6, AF_UNIX]
        guard result == 0, families.contains(Int32(address.ss_family)) else { throw .otherFamily }
        guard option(SO_ACCEPTCONN, of: descriptor) == 1 else { throw .notListening }
    }

    /// Closes a descriptor.
    package static func close(_ descriptor: Int32) { systemClose(descriptor) }

    private static func closeOnExecution(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}

/// Calls `close(2)`. Inside the type above, `close` would refer to its own method.
private func systemClose(_ descriptor: Int32) { close(descriptor) }

#if canImport(Glibc)
private let streamType = Int32(SOCK_STREAM.rawValue)
#else
private let streamType = SOCK_STREAM
#endif
