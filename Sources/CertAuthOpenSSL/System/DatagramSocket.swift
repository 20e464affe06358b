// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A connected Unix datagram socket, closed at the end of its life.
package final class DatagramSocket: Sendable {
    private static let secondsToSend = 2

    private let descriptor: Int32

    /// Connects to a path, or to an abstract name that begins with `@`.
    ///
    /// - Throws: `ENAMETOOLONG` if the path is empty or too long.
    package init(to path: String) throws(SystemError) {
        guard var address = SocketPath(path, permitsAbstract: true) else { throw SystemError(code: ENAMETOOLONG) }
        descriptor = socket(AF_UNIX, datagramType, 0)
        guard descriptor >= 0 else { throw .last }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: Self.secondsToSend, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard address.connect(descriptor) == 0 else {
            let error = SystemError.last
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Sends one datagram. Waits two seconds at most.
    package func send(_ text: String) throws(SystemError) {
        let bytes = Array(text.utf8)
        while bytes.withUnsafeBytes({ systemSend(descriptor, $0) }) < 0 {
            guard errno == EINTR else { throw .last }
        }
    }
}

/// Calls `send(2)`, without a signal if the peer has closed.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
    send(descriptor, bytes.baseAddress, bytes.count, 0)
    #else
    send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #endif
}

#if canImport(Glibc)
private let datagramType = Int32(SOCK_DGRAM.rawValue)
#else
private let datagramType = SOCK_DGRAM
#endif
