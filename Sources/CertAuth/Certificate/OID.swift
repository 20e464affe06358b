// SPDX-License-Identifier: Apache-2.0

/// An ASN.1 OBJECT IDENTIFIER.
///
/// Two identifiers are equal if their DER contents are equal. `description` is the dotted form.
public struct OID: Sendable, Hashable {
    /// Up to 15 contents octets, the first in the highest byte, and their number in the lowest byte. Zero if there are
    /// more.
    ///
    /// Nearly all identifiers in certificates are that short, so they need no allocation.
    private var high: UInt64
    private var low: UInt64
    /// The contents octets if there are more than 15.
    private let long: [UInt8]?

    /// The contents octets of the DER encoding, without tag and length.
    package var contents: [UInt8] {
        if let long { return long }
        return (0..<Int(low & 0xFF)).map(octet)
    }

    /// Creates an identifier from DER contents octets. Nil if they are empty, end inside an arc, or pad an arc with a
    /// leading 0x80.
    package init?(contents: some Sequence<UInt8>) {
        var short = OID()
        var long: [UInt8] = []
        var count = 0
        var startsArc = true
        for byte in contents {
            if startsArc && byte == 0x80 { return nil }
            startsArc = byte < 0x80
            count += 1
            guard count <= 128 else { return nil }
            guard count > 15 else {
                short.append(byte)
                continue
            }
            if long.isEmpty { long = short.contents }
            long.append(byte)
        }
        guard startsArc, count > 0 else { return nil }
        self = long.isEmpty ? short : OID(long: long)
    }

    /// An empty identifier, to be filled.
    private init() {
        high = 0
        low = 0
        long = nil
    }

    private init(long: [UInt8]) {
        high = 0
        low = 0
        self.long = long
    }

    /// Appends one of the first 15 octets.
    private mutating func append(_ byte: UInt8) {
        let count = low & 0xFF
        if count < 8 { high |= UInt64(byte) << (56 - 8 * count) } else { low |= UInt64(byte) << (120 - 8 * count) }
        low += 1
    }

    /// Returns one of the first 15 octets.
    private func octet(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: index < 8 ? high >> (56 - 8 * index) : low >> (120 - 8 * index))
    }

    /// Creates an identifier from at least two arcs. The first is 0, 1 or 2; below 0 and 1, the second is less than 40.
    package init?(_ arcs: [UInt64]) {
        guard arcs.count >= 2, arcs[0] <= 2, arcs[0] == 2 || arcs[1] < 40, arcs[1] <= UInt64.max - 80 else {
            return nil
        }
        // The limit of 128 octets applies only when parsing DER.
        self.init(wellFormed: Self.contents(of: arcs))
    }

    /// Parses the dotted form, for example `2.5.29.37`.
    public init?(dotted: String) {
        let parts = dotted.split(separator: ".", omittingEmptySubsequences: false)
        var arcs: [UInt64] = []
        for part in parts {
            guard !part.isEmpty, part.utf8.areASCIIDigits, let arc = UInt64(part) else {
                return nil
            }
            arcs.append(arc)
        }
        self.init(arcs)
    }

    /// Creates a well-known identifier from arcs that are known to be valid.
    package init(known arcs: UInt64...) {
        self.init(wellFormed: Self.contents(of: arcs))
    }

    /// Creates an identifier from contents octets that an encoder produced.
    private init(wellFormed contents: [UInt8]) {
        self = OID(contents: contents) ?? OID(long: contents)
    }

    private static func contents(of arcs: [UInt64]) -> [UInt8] {
        ([arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)).flatMap(base128)
    }

    /// Appends the number of contents octets as one byte, then the octets.
    func appendCounted(to output: inout [UInt8]) {
        if let long {
            output.append(UInt8(truncatingIfNeeded: long.count))
            output += long
            return
        }
        let count = Int(low & 0xFF)
        output.append(UInt8(truncatingIfNeeded: count))
        for index in 0..<count { output.append(octet(index)) }
    }

    private static func base128(_ arc: UInt64) -> [UInt8] {
        var groups = [UInt8(arc & 0x7F)]
        var rest = arc >> 7
        while rest > 0 {
            groups.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return groups.reversed()
    }
}

extension OID: CustomStringConvertible {
    /// The dotted form. Arcs of more than 64 bits appear as `?`.
    public var description: String {
        var arcs: [String] = []
        var value: UInt64 = 0
        var overflows = false
        for byte in contents {
            overflows = overflows || value > UInt64.max >> 7
            value = value << 7 | UInt64(byte & 0x7F)
            guard byte < 0x80 else { continue }
            if arcs.isEmpty && !overflows {
                let root = min(value / 40, 2)
                arcs = [String(root), String(value - root * 40)]
            } else {
                arcs.append(overflows ? "?" : String(value))
            }
            value = 0
            overflows = false
        }
        return arcs.joined(separator: ".")
    }
}
