// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// `0` to `9`.
    @inlinable package var isASCIIDigit: Bool { self &- 0x30 < 10 }

    /// `A` to `Z`.
    @inlinable package var isASCIIUppercase: Bool { self &- 0x41 < 26 }

    /// `a` to `z`.
    @inlinable package var isASCIILowercase: Bool { self &- 0x61 < 26 }

    /// `A` to `Z` and `a` to `z`.
    @inlinable package var isASCIILetter: Bool { (self | 0x20).isASCIILowercase }

    /// A letter or a digit.
    @inlinable package var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }

    /// A space or a horizontal tab.
    @inlinable package var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// A printable character other than the space: 0x21 to 0x7E.
    @inlinable package var isVisibleASCII: Bool { self &- 0x21 < 0x5E }

    /// A token character. Header names consist of them (RFC 9110 §5.6.2).
    package var isTokenCharacter: Bool { isASCIIAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(self) }

    /// An uppercase letter in lowercase; any other byte unchanged.
    @inlinable package var lowercasedASCII: UInt8 { isASCIIUppercase ? self | 0x20 : self }

    /// The value of a hexadecimal digit of either case; nil for any other byte.
    @inlinable package var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    /// `0` to `9`, `A` to `F` and `a` to `f`.
    @inlinable package var isHexadecimalDigit: Bool { hexadecimalValue != nil }
}

extension Sequence<UInt8> {
    /// Whether all bytes are decimal digits; true for an empty sequence.
    @inlinable package var areASCIIDigits: Bool { allSatisfy { $0.isASCIIDigit } }
}

extension BidirectionalCollection<UInt8> {
    /// The bytes without those at both ends that `isIrrelevant`.
    func trimmed(of isIrrelevant: (UInt8) -> Bool) -> SubSequence {
        guard let first = firstIndex(where: { !isIrrelevant($0) }), let last = lastIndex(where: { !isIrrelevant($0) })
        else { return self[endIndex..<endIndex] }
        return self[first...last]
    }
}
