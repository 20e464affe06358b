// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A connected blocking stream socket, closed at the end of its life.
package struct SystemSocket: ~Copyable {
    /// An error with the name of the call.
    package struct Failure: Error, Equatable {
        /// The call that failed.
        package let call: String
        /// Why it failed.
        package let error: SystemError

        fileprivate init(_ call: String) {
            self.call = call
            error = .last
        }
    }

    private let descriptor: Int32

    /// Connects to a numeric IPv4 or IPv6 address. Nil if `host` is not one.
    package init?(host: String, port: Int) throws(Failure) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = streamType
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let found else { return nil }
        defer { freeaddrinfo(found) }
        descriptor = try Self.connected(
            family: found.pointee.ai_family,
            address: found.pointee.ai_addr,
            length: found.pointee.ai_addrlen
        )
    }

    /// Connects to a Unix socket. Nil if the path is too long for the system.
    package init?(path: String) throws(Failure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        descriptor = try withUnsafePointer(to: &address) { pointer throws(Failure) in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer throws(Failure) in
                try Self.connected(family: AF_UNIX, address: pointer, length: length)
            }
        }
    }

    deinit { close(descriptor) }

    /// Limits the time of every call.
    package func limitCalls(toSeconds seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    /// Sends all bytes.
    package func send(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { systemSend(descriptor, $0) }
            if count >= 0 {
                sent += count
            } else if errno != EINTR {
                throw Failure("send")
            }
        }
    }

    /// Returns the next bytes; empty at the end of the stream.
    package func receive() throws(Failure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count >= 0 { return Array(buffer.prefix(count)) }
            guard errno == EINTR else { throw Failure("recv") }
        }
    }

    /// Closes the sending side.
    package func shutDownSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    private static func connected(
        family: Int32,
        address: UnsafePointer<sockaddr>?,
        length: socklen_t
    ) throws(Failure) -> Int32 {
        let descriptor = socket(family, streamType, 0)
        guard descriptor >= 0 else { throw Failure("socket") }
        guard connect(descriptor, address, length) == 0 else {
            let failure = Failure("connect")
            close(descriptor)
            throw failure
        }
        return descriptor
    }
}

#if canImport(Glibc)
private let streamType = Int32(SOCK_STREAM.rawValue)
#else
private let streamType = SOCK_STREAM
#endif

/// Calls `send(2)`, without a signal if the peer has closed.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
    send(descriptor, bytes.baseAddress, bytes.count, 0)
    #else
    send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #endif
}
