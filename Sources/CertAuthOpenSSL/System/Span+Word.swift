// SPDX-License-Identifier: Apache-2.0

extension Span<UInt8> {
    /// The eight bytes at `offset` as one number, in the machine's byte order. Traps beyond the end.
    @inlinable
    package func word(at offset: Int) -> UInt64 {
        // Bytes have no padding, every pattern of bits is a number, and the load checks the offset.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
}
