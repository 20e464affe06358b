// SPDX-License-Identifier: Apache-2.0

/// A header name in its most lenient interpretation: case is ignored, and each run of other characters is one hyphen.
///
/// CGI, WSGI, PHP and ASP gateways convert `_`, `.` and other characters into each other. Names that any of them could
/// confuse are equal here. This decides which headers are refused and removed, never which are read.
struct FoldedName: Sendable, Hashable, CustomStringConvertible {
    /// The name in ASCII. It is folded during comparison, so that names of requests are not copied.
    private let source: String
    private let digest: UInt64
    /// The first four folded characters, which distinguish most names. Fewer if the name is shorter.
    let head: UInt32

    init(_ name: String) {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        var head: UInt32 = 0
        var isSeparated = false
        for byte in name.utf8 {
            let folded: UInt8
            switch byte {
            case _ where byte.isASCIIAlphanumeric: folded = byte.lowercasedASCII
            case 0x80...:
                self = Self(Self.transliterated(name))
                return
            default:
                isSeparated = head != 0
                continue
            }
            // FNV-1a: one pass without a buffer. Names with equal digests are compared byte by byte.
            if isSeparated {
                isSeparated = false
                digest = (digest ^ 0x2D) &* 0x100_0000_01B3
                if head < 0x100_0000 { head = head << 8 | 0x2D }
            }
            digest = (digest ^ UInt64(folded)) &* 0x100_0000_01B3
            if head < 0x100_0000 { head = head << 8 | UInt32(folded) }
        }
        source = name
        self.digest = digest
        self.head = head
    }

    var description: String { String(decoding: Array(FoldedBytes(source)), as: UTF8.self) }

    static func == (left: Self, right: Self) -> Bool {
        left.digest == right.digest && FoldedBytes(left.source).elementsEqual(FoldedBytes(right.source))
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// - Parameter prefix: must be folded.
    func hasPrefix(_ prefix: [UInt8]) -> Bool { FoldedBytes(source).starts(with: prefix) }

    /// A non-ASCII name, where characters that a mapping of case or width makes ASCII letters are replaced by those.
    private static func transliterated(_ name: String) -> String {
        name.unicodeScalars.map { scalar in
            switch scalar.value {
            case ..<0x80: String(scalar)
            // Full-width forms are 0xFEE0 above their ASCII counterparts.
            case 0xFF01...0xFF5E: String(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            default: asciiMapping(of: scalar)
            }
        }.joined()
    }

    /// The ASCII form of a scalar. U+212A is k in lower case; U+017F, U+0131, U+00DF and U+FB00 become ASCII only in
    /// upper case. Invisible characters and marks are removed. All others are separators.
    private static func asciiMapping(of scalar: Unicode.Scalar) -> String {
        for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
            let ascii = mapping.unicodeScalars.filter(\.isASCII)
            if !ascii.isEmpty { return String(String.UnicodeScalarView(ascii)) }
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return ""
        default: return "-"
        }
    }
}

/// The folded characters of an ASCII name.
private struct FoldedBytes: Sequence, IteratorProtocol {
    private var rest: String.UTF8View.Iterator
    private var hasBegun = false
    /// The letter or digit after the hyphen that was just returned.
    private var held: UInt8?

    init(_ name: String) { rest = name.utf8.makeIterator() }

    mutating func next() -> UInt8? {
        if let byte = held {
            held = nil
            return byte
        }
        var isSeparated = false
        while let byte = rest.next() {
            guard byte.isASCIIAlphanumeric else {
                isSeparated = hasBegun
                continue
            }
            let folded = byte.lowercasedASCII
            hasBegun = true
            guard isSeparated else { return folded }
            held = folded
            return UInt8(ascii: "-")
        }
        return nil
    }
}
