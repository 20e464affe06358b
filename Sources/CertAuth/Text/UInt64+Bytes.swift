// SPDX-License-Identifier: Apache-2.0

extension FixedWidthInteger {
    /// The bytes of the value, the most significant one first.
    package var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}
