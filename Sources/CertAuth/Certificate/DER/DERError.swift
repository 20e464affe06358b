// SPDX-License-Identifier: Apache-2.0
// What is wrong with a DER encoding, and where.

/// A breach of the DER encoding rules (X.690 §10-11) or of the expected ASN.1 shape.
public struct DERError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of breach.
    package enum Reason: Sendable, Equatable {
        /// The bytes end inside a value.
        case truncated
        /// A length is not in the shortest form, indefinite, or beyond 4 bytes.
        case invalidLength
        /// A tag number above 30.
        case unsupportedTag
        /// Another tag stands here.
        case unexpectedTag(found: UInt8, expected: UInt8)
        /// Bytes follow the last value.
        case trailingBytes(count: Int)
        /// The value breaks the rules of its type, for instance a padded integer.
        case invalidValue(String)
    }

    /// What is wrong.
    package let reason: Reason
    /// The offset in the outermost encoding, in bytes.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One line: what, where, found and expected.
    public var description: String {
        let text =
            switch reason {
            case .truncated: "the encoding ends inside a value"
            case .invalidLength: "invalid length"
            case .unsupportedTag: "unsupported tag"
            case .unexpectedTag(let found, let expected):
                "found tag 0x\(String(found, radix: 16)), expected 0x\(String(expected, radix: 16))"
            case .trailingBytes(let count): "\(count) bytes behind the value"
            case .invalidValue(let what): what
            }
        return "DER offset \(offset): \(text)"
    }
}
