// SPDX-License-Identifier: Apache-2.0

/// A violation of the DER encoding rules (X.690 §10-11) or of the expected ASN.1 structure.
package struct DERError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of violation.
    package enum Reason: Sendable, Equatable {
        /// The bytes end inside a value.
        case truncated
        /// A length is not in the shortest form, is indefinite, or takes more than 4 bytes.
        case invalidLength
        /// A tag number is greater than 30.
        case unsupportedTag
        /// The value has another tag than expected.
        case unexpectedTag(found: UInt8, expected: UInt8)
        /// Bytes follow the last value.
        case trailingBytes(count: Int)
        /// The value violates the rules of its type, for example a padded integer.
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

    /// One line: what is wrong and where, found and expected.
    package var description: String {
        let text =
            switch reason {
            case .truncated: "the encoding ends inside a value"
            case .invalidLength: "invalid length"
            case .unsupportedTag: "unsupported tag"
            case .unexpectedTag(let found, let expected):
                "found tag 0x\(String(found, radix: 16)), expected 0x\(String(expected, radix: 16))"
            case .trailingBytes(let count): "\(count) bytes after the value"
            case .invalidValue(let what): what
            }
        return "DER offset \(offset): \(text)"
    }
}
