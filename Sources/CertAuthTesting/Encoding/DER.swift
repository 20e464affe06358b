// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// A DER writer. Each function returns one complete encoding.
///
/// Nothing is checked. To create defects, such as a padded integer, a length in long form or a wrong tag, use
/// ``value(_:_:lengthOctets:)``.
package enum DER {
    /// Encodes any value: identifier octet, length, contents.
    ///
    /// - Parameter lengthOctets: writes the length in long form with this number of octets, even if DER forbids it; nil
    ///   uses the shortest form.
    package static func value(_ tag: UInt8, _ contents: [UInt8], lengthOctets: Int? = nil) -> [UInt8] {
        [tag] + length(contents.count, octets: lengthOctets) + contents
    }

    /// Appends whole arrays, because some tests create certificates of ten megabytes.
    private static func concatenated(_ elements: [[UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(elements.reduce(0) { $0 + $1.count })
        for element in elements { result += element }
        return result
    }

    /// SEQUENCE of encodings.
    package static func sequence(_ elements: [[UInt8]]) -> [UInt8] { value(0x30, concatenated(elements)) }

    /// SET of encodings, in the given order. For a SET OF, DER requires `sortedSet(_:)`.
    package static func set(_ elements: [[UInt8]]) -> [UInt8] { value(0x31, concatenated(elements)) }

    /// SET OF encodings in ascending order (X.690 section 11.6).
    package static func sortedSet(_ elements: [[UInt8]]) -> [UInt8] {
        set(elements.sorted { $0.lexicographicallyPrecedes($1) })
    }

    /// INTEGER from its contents octets, unchanged.
    package static func integer(contents: [UInt8]) -> [UInt8] { value(0x02, contents) }

    /// INTEGER in the shortest form.
    package static func integer(_ number: Int) -> [UInt8] { integer(contents: twosComplement(number)) }

    /// ENUMERATED in the shortest form.
    package static func enumerated(_ number: Int) -> [UInt8] { value(0x0A, twosComplement(number)) }

    /// BOOLEAN, 0xFF or 0x00.
    package static func boolean(_ flag: Bool) -> [UInt8] { value(0x01, [flag ? 0xFF : 0x00]) }

    /// NULL.
    package static let null: [UInt8] = [0x05, 0x00]

    /// OBJECT IDENTIFIER.
    package static func objectIdentifier(_ identifier: OID) -> [UInt8] { value(0x06, identifier.contents) }

    /// OBJECT IDENTIFIER from its dotted form. Invalid text gives empty contents, which no reader accepts.
    package static func objectIdentifier(dotted: String) -> [UInt8] { value(0x06, OID(dotted: dotted)?.contents ?? []) }

    /// OCTET STRING.
    package static func octetString(_ contents: [UInt8]) -> [UInt8] { value(0x04, contents) }

    /// BIT STRING of whole octets, minus the unused bits.
    package static func bitString(_ contents: [UInt8], unusedBits: UInt8 = 0) -> [UInt8] {
        value(0x03, [unusedBits] + contents)
    }

    /// BIT STRING of named bits (bit 0 is the first), without trailing zeros (X.690 section 11.2.2).
    package static func namedBits(_ bits: Set<Int>) -> [UInt8] {
        guard let last = bits.max(), last >= 0 else { return bitString([]) }
        var octets = [UInt8](repeating: 0, count: last / 8 + 1)
        for bit in bits where bit >= 0 { octets[bit / 8] |= 0x80 >> UInt8(bit % 8) }
        return bitString(octets, unusedBits: UInt8(7 - last % 8))
    }

    /// UTF8String.
    package static func utf8String(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }

    /// IA5String. Characters outside ASCII are written as UTF-8, which is invalid.
    package static func ia5String(_ text: String) -> [UInt8] { value(0x16, Array(text.utf8)) }

    /// `[number] IMPLICIT` of a primitive type.
    package static func context(_ number: UInt8, _ contents: [UInt8]) -> [UInt8] { value(0x80 | number, contents) }

    /// `[number]` constructed: EXPLICIT tagging of one encoding, or IMPLICIT tagging of a SEQUENCE's elements.
    package static func constructed(_ number: UInt8, _ elements: [[UInt8]]) -> [UInt8] {
        value(0xA0 | number, concatenated(elements))
    }

    private static func length(_ count: Int, octets: Int?) -> [UInt8] {
        if octets == nil, count < 0x80 { return [UInt8(count)] }
        var bytes = bigEndian(count)
        if let octets { bytes = [UInt8](repeating: 0, count: max(0, octets - bytes.count)) + bytes }
        return [0x80 | UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }

    private static func bigEndian(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = count
        repeat {
            bytes.append(UInt8(rest & 0xFF))
            rest >>= 8
        } while rest > 0
        return bytes.reversed()
    }

    private static func twosComplement(_ number: Int) -> [UInt8] {
        var bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        while bytes.count > 1, bytes[0] == (bytes[1] < 0x80 ? 0x00 : 0xFF) { bytes.removeFirst() }
        return bytes
    }
}
