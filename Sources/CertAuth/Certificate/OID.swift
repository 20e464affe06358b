// SPDX-License-Identifier: Apache-2.0
// Object identifiers, kept in their DER form.

/// An ASN.1 OBJECT IDENTIFIER.
///
/// Equal when the DER contents are equal; `description` is the dotted form.
public struct OID: Sendable, Hashable {
    /// The contents octets of the DER encoding, without tag and length.
    public let contents: [UInt8]

    /// Takes DER contents octets. Nil when they are empty, end inside an arc, or pad an arc with a leading 0x80.
    public init?(contents: some Sequence<UInt8>) {
        let bytes = Array(contents)
        guard let last = bytes.last, last < 0x80, bytes.count <= 128 else { return nil }
        var startsArc = true
        for byte in bytes {
            if startsArc && byte == 0x80 { return nil }
            startsArc = byte < 0x80
        }
        self.contents = bytes
    }

    /// Takes the arcs, at least two; the first is 0, 1 or 2, the second below 40 under 0 and 1.
    public init?(_ arcs: [UInt64]) {
        guard arcs.count >= 2, arcs[0] <= 2, arcs[0] == 2 || arcs[1] < 40, arcs[1] <= UInt64.max - 80 else {
            return nil
        }
        let merged = [arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)
        contents = merged.flatMap(Self.base128)
    }

    /// Reads the dotted form, `2.5.29.37`.
    public init?(dotted: String) {
        let parts = dotted.split(separator: ".", omittingEmptySubsequences: false)
        var arcs: [UInt64] = []
        for part in parts {
            guard !part.isEmpty, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let arc = UInt64(part) else {
                return nil
            }
            arcs.append(arc)
        }
        self.init(arcs)
    }

    /// Makes a well-known identifier from a literal known to be well formed.
    package init(known arcs: UInt64...) {
        let merged = [arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)
        contents = merged.flatMap(Self.base128)
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
    /// The dotted form; arcs beyond 64 bits are shown as `?`.
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
