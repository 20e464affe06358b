// SPDX-License-Identifier: Apache-2.0
// A BIO over two byte arrays: bytes from the peer and bytes for the peer.

import COpenSSL

/// The transport of one connection, as OpenSSL reads and writes it.
///
/// The `BIO` points to this object without owning it. `TLSConnection` owns both and frees the `BIO` first.
final class TransportBuffer {
    /// The maximum size of the memory that is kept while the peer sends nothing.
    private static let idleCapacity = 512

    private var inbound: [UInt8] = []
    private var consumed = 0
    private var outbound: [UInt8] = []
    /// Counts the records that OpenSSL reads. Nil before the end of the handshake, which has its own limits.
    var budget: RecordBudget?

    /// The number of bytes from the peer that OpenSSL has not read yet.
    var unreadCount: Int { inbound.count - consumed }
    /// The number of bytes to send to the peer.
    var unsentCount: Int { outbound.count }

    /// Appends bytes that came from the peer.
    func receive(_ bytes: UnsafeRawBufferPointer) {
        if consumed == inbound.count {
            inbound.removeAll(keepingCapacity: true)
            consumed = 0
        }
        inbound.append(contentsOf: bytes)
    }

    /// Removes and returns the bytes to send to the peer.
    func takeUnsent() -> [UInt8] {
        let bytes = outbound
        outbound = []
        return bytes
    }

    fileprivate func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        // OpenSSL then waits for more input, and the caller ends the connection.
        guard budget?.isExceeded != true else { return 0 }
        let count = min(target.count, unreadCount)
        budget?.take(inbound[consumed..<(consumed + count)])
        inbound.withUnsafeBytes { source in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[consumed..<(consumed + count)]))
        }
        consumed += count
        // A connection may stay idle for long after these bytes.
        if consumed == inbound.count, inbound.capacity > Self.idleCapacity {
            inbound = []
            consumed = 0
        }
        return count
    }

    fileprivate func append(_ bytes: UnsafeRawBufferPointer) { outbound.append(contentsOf: bytes) }

    /// Creates a `BIO` over this buffer. The caller owns it and must free it before this object is released.
    func makeBIO() throws(OpenSSLError) -> OpaquePointer {
        let bio = try checked("BIO_new") { BIO_new(BIOMethod.shared.pointer) }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }
}

/// The method table of such a `BIO`, created once for the process.
private struct BIOMethod: @unchecked Sendable {
    // Written once, here, and read-only afterwards.
    let pointer: OpaquePointer?

    static let shared = BIOMethod()

    private init() {
        pointer = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "certauth transport")
        BIO_meth_set_read(pointer) { bio, target, length in
            guard let bio, let target, length > 0, let buffer = TransportBuffer.behind(bio) else { return 0 }
            BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_IO_SPECIAL | BIO_FLAGS_SHOULD_RETRY)
            let count = buffer.read(into: UnsafeMutableRawBufferPointer(start: target, count: Int(length)))
            guard count > 0 else {
                BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
                return -1
            }
            return Int32(count)
        }
        BIO_meth_set_write(pointer) { bio, source, length in
            guard let bio, let source, length > 0, let buffer = TransportBuffer.behind(bio) else { return 0 }
            buffer.append(UnsafeRawBufferPointer(start: source, count: Int(length)))
            return length
        }
        BIO_meth_set_ctrl(pointer) { _, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH, BIO_CTRL_DUP: 1
            default: 0
            }
        }
    }
}

extension TransportBuffer {
    fileprivate static func behind(_ bio: OpaquePointer) -> TransportBuffer? {
        BIO_get_data(bio).map { Unmanaged<TransportBuffer>.fromOpaque($0).takeUnretainedValue() }
    }
}
