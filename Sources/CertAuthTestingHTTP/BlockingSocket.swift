// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A connected blocking socket with a time limit for every call.
struct BlockingSocket: ~Copyable {
    private let descriptor: Int32

    /// Connects to a numeric IPv4 or IPv6 address or a unix socket.
    init(to address: ListenerAddress, timeout: Duration) throws(TestClientError) {
        switch address {
        case .hostPort(let host, let port):
            descriptor = try Self.connected(host: host, port: port)
        case .unixSocket(let path):
            descriptor = try Self.connected(path: path)
        }
        var limit = timeval(tv_sec: Int(timeout.wholeSeconds), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    deinit { close(descriptor) }

    /// Sends all bytes. A peer that has stopped reading is not an error: what it sent before can still be read.
    func send(_ bytes: [UInt8]) throws(TestClientError) {
        var sent = 0
        while sent < bytes.count {
            #if canImport(Darwin)
            let flags: Int32 = 0
            #else
            let flags = Int32(MSG_NOSIGNAL)
            #endif
            let count = bytes[sent...].withUnsafeBytes { socketSend(descriptor, $0.baseAddress, $0.count, flags) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE || errno == ECONNRESET { return }
                throw Self.failure("send")
            }
            sent += count
        }
    }

    /// Returns the next bytes; empty at the end of the stream and after a reset.
    func receive() throws(TestClientError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count >= 0 { return Array(buffer.prefix(count)) }
            if errno == EINTR { continue }
            if errno == ECONNRESET || errno == EPIPE { return [] }
            throw Self.failure("recv")
        }
    }

    /// Closes the sending side.
    func shutDownSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    private static func connected(host: String, port: Int) throws(TestClientError) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = streamType
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let found else {
            throw .socket(call: "getaddrinfo", reason: "\(host) is not a numeric address")
        }
        defer { freeaddrinfo(found) }
        return try connected(
            family: found.pointee.ai_family,
            address: found.pointee.ai_addr,
            length: found.pointee.ai_addrlen
        )
    }

    private static func connected(path: String) throws(TestClientError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else { throw .socket(call: "connect", reason: "\(path) is too long") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        do {
            return try withUnsafePointer(to: &address) { pointer throws(TestClientError) in
                try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer throws(TestClientError) in
                    try connected(family: AF_UNIX, address: pointer, length: length)
                }
            }
        }
    }

    private static func connected(
        family: Int32,
        address: UnsafePointer<sockaddr>?,
        length: socklen_t
    ) throws(TestClientError) -> Int32 {
        let descriptor = socket(family, streamType, 0)
        guard descriptor >= 0 else { throw failure("socket") }
        guard connect(descriptor, address, length) == 0 else {
            let error = failure("connect")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func failure(_ call: String) -> TestClientError {
        errno == EAGAIN || errno == EWOULDBLOCK
            ? .timedOut : .socket(call: call, reason: String(cString: strerror(errno)))
    }
}

#if canImport(Glibc)
private let streamType = Int32(SOCK_STREAM.rawValue)
#else
private let streamType = SOCK_STREAM
#endif

private func socketSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}
