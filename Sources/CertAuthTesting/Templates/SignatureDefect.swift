// SPDX-License-Identifier: Apache-2.0
// What is done to a signature after it was made.

/// A way to spoil a signature, or none.
public enum SignatureDefect: Sendable, Hashable {
    /// The signature stays as it was made.
    case none
    /// The lowest bit of the last byte is flipped.
    case flippedBit
    /// The BIT STRING is empty.
    case empty
    /// The signature is these bytes.
    case replaced([UInt8])

    func applied(to signature: [UInt8]) -> [UInt8] {
        switch self {
        case .none: signature
        case .flippedBit: signature.dropLast() + signature.suffix(1).map { $0 ^ 0x01 }
        case .empty: []
        case .replaced(let bytes): bytes
        }
    }
}
