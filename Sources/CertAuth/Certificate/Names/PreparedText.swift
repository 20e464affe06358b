// SPDX-License-Identifier: Apache-2.0

/// The text of an attribute, prepared for comparison by RFC 4518: insignificant characters are removed, case, width and
/// composition are ignored, and a run of spaces is one space.
struct PreparedText: Sendable, Hashable {
    /// Swift compares strings by canonical equivalence.
    private let text: String
    /// Distinguishes most unequal texts with one comparison.
    private let digest: Int

    /// Nil if the text contains a character that RFC 4518 §2.4 prohibits. Then the result of every comparison is
    /// undefined.
    init?(_ text: String) {
        // The fast path for most names.
        guard !Self.isPlain(text) else {
            self.text = String(decoding: DirectoryString.folded(text), as: UTF8.self)
            digest = self.text.hashValue
            return
        }
        var output = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in text.unicodeScalars {
            switch Self.mapping(of: scalar) {
            case .nothing: continue
            case .space: pendingSpace = !output.isEmpty
            case .itself:
                guard Self.isPermitted(scalar) else { return nil }
                for mapped in Self.folded(scalar) {
                    // The compatibility mapping of a spacing accent begins with a space.
                    if mapped == " " {
                        pendingSpace = !output.isEmpty
                        continue
                    }
                    if pendingSpace { output.append(" ") }
                    pendingSpace = false
                    output.append(mapped)
                }
            }
        }
        self.text = String(output)
        digest = self.text.hashValue
    }

    /// The UTF-8 bytes if all are printable ASCII. Then they equal the result of `DirectoryString.folded`.
    var plainText: [UInt8]? { Self.isPlain(text) ? Array(text.utf8) : nil }

    static func == (left: PreparedText, right: PreparedText) -> Bool {
        left.digest == right.digest && left.text == right.text
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// Whether `text` is printable ASCII. Preparing such a text only folds case and joins spaces.
    static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } }

    /// The mapping of a character (RFC 4518 §2.2).
    private enum Mapping {
        case itself, space, nothing
    }

    private static func mapping(of scalar: Unicode.Scalar) -> Mapping {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: .space
        case 0...0x1F, 0x7F...0x9F, 0xAD, 0x034F, 0x06DD, 0x070F, 0x1806, 0x180B...0x180E, 0x200B...0x200F,
            0x202A...0x202E, 0x2060...0x2063, 0x206A...0x206F, 0xFE00...0xFE0F, 0xFEFF, 0xFFF9...0xFFFC,
            0x1D173...0x1D17A, 0xE0001, 0xE0020...0xE007F:
            .nothing
        default: .itself
        }
    }

    /// Applies case folding, compatibility mapping, and case folding again to its result.
    private static func folded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if scalar.value < 0x80 {
            let isCapital = (0x41...0x5A).contains(scalar.value)
            return [isCapital ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar]
        }
        return decomposed([scalar].flatMap(foldedCase)).flatMap(foldedCase)
    }

    private static func decomposed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        scalars.flatMap { CompatibilityMapping.scalars(of: $0) ?? [asciiEquivalent(of: $0) ?? $0] }
    }

    /// The ASCII character that is canonically equivalent to a scalar outside of ASCII. String comparison treats both as
    /// equal, but `plainText` and the look-up of names depend on the UTF-8 bytes. The Kelvin sign is not here, because
    /// case folding maps it.
    private static func asciiEquivalent(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x037E: ";"
        case 0x1FEF: "`"
        default: nil
        }
    }

    /// RFC 3454 table B.2: the lower case of the upper case, so that all forms of a letter become the same. The dotless
    /// i is not a form of i.
    private static func foldedCase(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        guard scalar.value != 0x0131 else { return [scalar] }
        return scalar.properties.uppercaseMapping.unicodeScalars.flatMap {
            $0.properties.lowercaseMapping.unicodeScalars
        }
    }

    /// False for characters that RFC 4518 §2.4 prohibits: private use, noncharacters, the replacement character, and
    /// characters that are not in Unicode 3.2.
    private static func isPermitted(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return true }
        guard scalar.value != 0xFFFD, scalar.properties.generalCategory != .privateUse,
            !scalar.properties.isNoncharacterCodePoint, let age = scalar.properties.age
        else { return false }
        return (age.major, age.minor) <= (3, 2)
    }
}
