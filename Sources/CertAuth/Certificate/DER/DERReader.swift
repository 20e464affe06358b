// SPDX-License-Identifier: Apache-2.0

/// One DER value: its tag, its contents and its whole encoding, as slices of the parsed bytes.
package struct DERValue: Sendable {
    package let tag: UInt8
    /// The contents octets.
    package let contents: ArraySlice<UInt8>
    /// Tag, length and contents.
    package let encoding: ArraySlice<UInt8>

    /// A reader over the contents.
    package var reader: DERReader { DERReader(contents) }
}

/// A parser of DER values from left to right. It copies no bytes. Malformed input causes an error, never a trap.
package struct DERReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    package var isAtEnd: Bool { position == bytes.endIndex }
    package var offset: Int { position }

    /// The tag of the next value; nil at the end.
    package var nextTag: UInt8? { isAtEnd ? nil : bytes[position] }

    /// Consumes the next value, with any tag.
    package mutating func value() throws(DERError) -> DERValue {
        let start = position
        guard bytes.endIndex - position >= 2 else { throw DERError(.truncated, at: start) }
        let tag = bytes[position]
        guard tag & 0x1F != 0x1F else { throw DERError(.unsupportedTag, at: start) }
        var cursor = position + 1
        let length = try Self.length(in: bytes, at: &cursor)
        guard length <= bytes.endIndex - cursor else { throw DERError(.truncated, at: start) }
        position = cursor + length
        return DERValue(tag: tag, contents: bytes[cursor..<position], encoding: bytes[start..<position])
    }

    /// Consumes the next value, which must have `tag`.
    package mutating func value(_ tag: UInt8) throws(DERError) -> DERValue {
        let start = position
        guard let found = nextTag else { throw DERError(.truncated, at: start) }
        guard found == tag else { throw DERError(.unexpectedTag(found: found, expected: tag), at: start) }
        return try value()
    }

    /// Consumes the next value if it has `tag`.
    package mutating func optional(_ tag: UInt8) throws(DERError) -> DERValue? {
        nextTag == tag ? try value() : nil
    }

    /// Consumes the next value, which must have `tag`, and returns a reader over its contents.
    package mutating func constructed(_ tag: UInt8 = DERTag.sequence) throws(DERError) -> DERReader {
        try value(tag).reader
    }

    /// Throws if there are bytes after the last value.
    package func finish() throws(DERError) {
        guard isAtEnd else { throw DERError(.trailingBytes(count: bytes.endIndex - position), at: position) }
    }

    /// Consumes all remaining values.
    package mutating func values() throws(DERError) -> [DERValue] {
        var all: [DERValue] = []
        while !isAtEnd { all.append(try value()) }
        return all
    }

    /// Parses a definite length in the shortest form, at most 4 bytes long (X.690 §10.1).
    private static func length(in bytes: ArraySlice<UInt8>, at cursor: inout Int) throws(DERError) -> Int {
        let start = cursor
        let first = bytes[cursor]
        cursor += 1
        guard first >= 0x80 else { return Int(first) }
        let count = Int(first & 0x7F)
        guard count >= 1, count <= 4 else { throw DERError(.invalidLength, at: start) }
        guard bytes.endIndex - cursor >= count else { throw DERError(.truncated, at: start) }
        guard bytes[cursor] != 0 else { throw DERError(.invalidLength, at: start) }
        var length = 0
        for _ in 0..<count {
            length = length << 8 | Int(bytes[cursor])
            cursor += 1
        }
        guard length >= 0x80 else { throw DERError(.invalidLength, at: start) }
        return length
    }
}
