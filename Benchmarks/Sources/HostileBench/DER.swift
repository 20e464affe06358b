// SPDX-License-Identifier: Apache-2.0

/// A DER writer. Each function returns one complete encoding, and checks nothing.
enum DER {
    static let null: [UInt8] = [0x05, 0x00]

    static func value(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] { [tag] + length(contents.count) + contents }

    /// Appends whole arrays, because some certificates have many megabytes.
    private static func concatenated(_ elements: [[UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(elements.reduce(0) { $0 + $1.count })
        for element in elements { result += element }
        return result
    }

    static func sequence(_ elements: [[UInt8]]) -> [UInt8] { value(0x30, concatenated(elements)) }

    static func set(_ elements: [[UInt8]]) -> [UInt8] { value(0x31, concatenated(elements)) }

    static func integer(contents: [UInt8]) -> [UInt8] { value(0x02, contents) }

    /// INTEGER that is not negative.
    static func integer(_ number: UInt64) -> [UInt8] {
        let bytes = bigEndian(number)
        return integer(contents: (bytes[0] < 0x80 ? [] : [0]) + bytes)
    }

    static func boolean(_ flag: Bool) -> [UInt8] { value(0x01, [flag ? 0xFF : 0x00]) }

    /// OBJECT IDENTIFIER from its dotted form, which must be valid.
    static func objectIdentifier(dotted: String) -> [UInt8] {
        let arcs = dotted.split(separator: ".").compactMap { UInt64($0) }
        let contents = [arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)
        return value(0x06, contents.flatMap(base128))
    }

    static func octetString(_ contents: [UInt8]) -> [UInt8] { value(0x04, contents) }

    static func bitString(_ contents: [UInt8]) -> [UInt8] { value(0x03, [0] + contents) }

    static func utf8String(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }

    /// `[number] IMPLICIT` of a primitive type.
    static func context(_ number: UInt8, _ contents: [UInt8]) -> [UInt8] { value(0x80 | number, contents) }

    /// `[number]` constructed.
    static func constructed(_ number: UInt8, _ elements: [[UInt8]]) -> [UInt8] {
        value(0xA0 | number, concatenated(elements))
    }

    private static func length(_ count: Int) -> [UInt8] {
        if count < 0x80 { return [UInt8(count)] }
        let bytes = bigEndian(UInt64(count))
        return [0x80 | UInt8(bytes.count)] + bytes
    }

    private static func bigEndian(_ number: UInt64) -> [UInt8] {
        let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        return Array(bytes[(bytes.firstIndex { $0 != 0 } ?? 7)...])
    }

    private static func base128(_ arc: UInt64) -> [UInt8] {
        var digits = [UInt8(arc & 0x7F)]
        var rest = arc >> 7
        while rest > 0 {
            digits.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return digits.reversed()
    }
}
