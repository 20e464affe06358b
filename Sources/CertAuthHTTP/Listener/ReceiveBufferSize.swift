// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The size of the buffer that a connection reads into.
///
/// SwiftNIO keeps the buffer while the connection is idle, and never makes it smaller. So it grows only when a client
/// sends much in a row, and not for the certificates of one handshake, as SwiftNIO's adaptive allocator does.
struct ReceiveBufferSize: RecvByteBufferAllocator {
    /// The size at the start, in bytes. A client's certificates take one to three reads.
    static let initial = 1_024
    static let maximum = 64 * 1_024
    /// The number of reads in a row that fill the buffer before it grows.
    static let readsBeforeGrowth = 4

    private var size = ReceiveBufferSize.initial
    private var fullReads = 0

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: size) }

    func nextBufferSize() -> Int? { size }

    mutating func record(actualReadBytes: Int) -> Bool {
        guard actualReadBytes >= size else {
            fullReads = 0
            return false
        }
        fullReads += 1
        guard fullReads >= Self.readsBeforeGrowth, size < Self.maximum else { return false }
        fullReads = 0
        size *= 2
        return true
    }
}
