// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The address of a Unix socket. A name that begins with `@` is abstract (Linux): it has no file.
struct SocketPath {
    private var address = sockaddr_un()
    private let length: socklen_t

    /// Nil if the path is empty or too long for the system.
    ///
    /// - Parameter permitsAbstract: whether `@` at the beginning is not a character of a file's name.
    init?(_ path: String, permitsAbstract: Bool = false) {
        var bytes = Array(path.utf8)
        let isAbstract = permitsAbstract && bytes.first == UInt8(ascii: "@")
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, !bytes.contains(0), bytes.count < capacity + (isAbstract ? 1 : 0) else { return nil }
        if isAbstract { bytes[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        // The length of an abstract name is part of it; after a path, a zero follows.
        length = socklen_t(offset + bytes.count + (isAbstract ? 0 : 1))
    }

    /// Calls `bind(2)`.
    mutating func bind(_ descriptor: Int32) -> Int32 {
        let length = length
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { systemBind(descriptor, $0, length) }
        }
    }

    /// Calls `connect(2)`.
    mutating func connect(_ descriptor: Int32) -> Int32 {
        let length = length
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { systemConnect(descriptor, $0, length) }
        }
    }
}

private func systemBind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(descriptor, address, length)
}

private func systemConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}
