// SPDX-License-Identifier: Apache-2.0

/// A defect that a signature receives after it was created.
public enum SignatureDefect: Sendable, Hashable {
    /// The signature is unchanged.
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
