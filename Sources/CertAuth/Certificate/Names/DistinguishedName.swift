// SPDX-License-Identifier: Apache-2.0

/// A distinguished name (RFC 5280 §4.1.2.4): a sequence of relative distinguished names, each a set of attributes, the
/// root of the directory first.
///
/// Two names are equal if their DER is equal. `matches` compares as RFC 5280 §7.1 requires.
public struct DistinguishedName: Sendable, Hashable {
    /// The relative distinguished names in the order of the encoding. Most have one attribute.
    @NotCompared package private(set) var relativeNames: [[NameAttribute]]
    /// The DER of the Name.
    public let derEncoded: [UInt8]
    /// The form in which names are compared: attribute types and folded text, independent of string types.
    @NotCompared package private(set) var canonical: [UInt8]

    /// Parses a Name.
    ///
    /// - Throws: `DERError` unless the bytes are exactly one RDNSequence.
    package init(derEncoded: [UInt8]) throws(DERError) {
        var reader = DERReader(derEncoded)
        try self.init(from: &reader)
        try reader.finish()
    }

    init(from reader: inout DERReader) throws(DERError) {
        let sequence = try reader.value(DERTag.sequence)
        try self.init(sequence)
    }

    /// Parses a Name whose outer tag may be implicit.
    init(_ sequence: DERValue) throws(DERError) {
        var fields = sequence.reader
        var names: [[NameAttribute]] = []
        var canonical: [UInt8] = []
        canonical.reserveCapacity(sequence.encoding.count * 2)
        while !fields.isAtEnd {
            var set = try fields.constructed(DERTag.set)
            var attributes: [NameAttribute] = []
            while !set.isAtEnd { attributes.append(try NameAttribute(from: &set)) }
            guard !attributes.isEmpty else {
                throw DERError(.invalidValue("a relative name without attributes"), at: set.offset)
            }
            Self.append(attributes, to: &canonical)
            names.append(attributes)
        }
        relativeNames = names
        derEncoded = Array(sequence.encoding)
        self.canonical = canonical
    }

    /// All attributes in the order of the encoding.
    package var entries: [NameAttribute] { relativeNames.flatMap { $0 } }

    /// Whether the name has no attributes.
    package var isEmpty: Bool { relativeNames.isEmpty }

    /// Whether both names are the same by RFC 5280 §7.1: case, runs of spaces and string types are ignored.
    package func matches(_ other: DistinguishedName) -> Bool { canonical == other.canonical }

    /// The texts of all attributes of one type, the most specific (last) first.
    public func values(of type: OID) -> [String] {
        entries.reversed().filter { $0.type == type }.compactMap(\.text)
    }

    /// Appends the number of attributes and each attribute, sorted, so that their order in the set is ignored.
    private static func append(_ attributes: [NameAttribute], to output: inout [UInt8]) {
        append(count: attributes.count, to: &output)
        guard attributes.count > 1 else {
            append(attributes[0], to: &output)
            return
        }
        let parts = attributes.map { attribute in
            var part: [UInt8] = []
            append(attribute, to: &part)
            return part
        }
        for part in parts.sorted(by: { $0.lexicographicallyPrecedes($1) }) { output += part }
    }

    private static func append(_ attribute: NameAttribute, to output: inout [UInt8]) {
        attribute.type.appendCounted(to: &output)
        guard let text = attribute.text else {
            let value = attribute.derEncodedValue
            output.append(0)
            append(count: value.count, to: &output)
            output += value
            return
        }
        output.append(1)
        let start = output.count
        append(count: 0, to: &output)
        DirectoryString.appendFolded(text, to: &output)
        let count = UInt32(truncatingIfNeeded: output.count - start - 4)
        for index in 0..<4 { output[start + index] = UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * index)) }
    }

    static func append(count: Int, to output: inout [UInt8]) {
        let value = UInt32(truncatingIfNeeded: count)
        for shift: UInt32 in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}

extension DistinguishedName: CustomStringConvertible {
    /// The text form of RFC 4514: most specific first, special and unprintable characters escaped.
    package var rfc4514: String {
        relativeNames.reversed().map { attributes in
            attributes.map(Self.text).joined(separator: "+")
        }.joined(separator: ",")
    }

    /// The same as `rfc4514`.
    public var description: String { rfc4514 }

    private static func text(_ attribute: NameAttribute) -> String {
        guard attribute.hasShortName, let text = attribute.text else {
            return "\(attribute.shortName)=#\(Hexadecimal.text(attribute.derEncodedValue))"
        }
        return "\(attribute.shortName)=\(escaped(text))"
    }

    private static func escaped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var output = ""
        for (index, scalar) in scalars.enumerated() {
            let isEdge = index == 0 || index == scalars.count - 1
            switch scalar {
            case "\"", "+", ",", ";", "<", ">", "\\": output += "\\\(scalar)"
            case "#" where index == 0: output += "\\#"
            case " " where isEdge: output += "\\ "
            // Invisible and bidirectional control characters could make one name look like another.
            case _ where !DisplayText.isPrintable(scalar):
                output += String(scalar).utf8.map { "\\" + Hexadecimal.text([$0], uppercased: true) }.joined()
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
