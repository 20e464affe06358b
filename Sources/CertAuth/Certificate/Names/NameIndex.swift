// SPDX-License-Identifier: Apache-2.0

/// A key that is equal for all spellings of one name (RFC 5280 §7.1, RFC 4518).
///
/// It is valid only in this process: non-ASCII texts are represented by a hash with a random key.
struct NameKey: Sendable, Hashable {
    let bytes: [UInt8]
    /// False if a text of the name cannot be prepared, or can be decoded in two ways. Then it may be undecidable
    /// whether another name is the same. Not part of the comparison.
    let isCertain: Bool

    init(_ name: DistinguishedName) {
        // The fast path for most names. The steps below would give their canonical form, too.
        guard !name.isPlain else {
            bytes = name.canonical
            isCertain = true
            return
        }
        var output: [UInt8] = []
        var isCertain = true
        for attributes in name.relativeNames {
            let parts = attributes.map { attribute in
                var part: [UInt8] = []
                attribute.type.appendCounted(to: &part)
                isCertain = Self.append(attribute, to: &part) && isCertain
                return part
            }
            DistinguishedName.append(count: parts.count, to: &output)
            for part in parts.sorted(by: { $0.lexicographicallyPrecedes($1) }) { output += part }
        }
        bytes = output
        self.isCertain = isCertain
    }

    static func == (left: NameKey, right: NameKey) -> Bool { left.bytes == right.bytes }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// Appends the value of an attribute. False if comparisons with it may be undecidable.
    private static func append(_ attribute: NameAttribute, to output: inout [UInt8]) -> Bool {
        guard let text = attribute.text else {
            append(0, attribute.derEncodedValue, to: &output)
            return false
        }
        guard let prepared = PreparedText(text) else {
            append(3, DirectoryString.folded(text), to: &output)
            return false
        }
        if let plain = prepared.plainText {
            append(1, plain, to: &output)
        } else {
            append(2, prepared.hashValue.bigEndianBytes, to: &output)
        }
        return attribute.derEncodedValue.first != DERTag.teletexString || PreparedText.isPlain(text)
    }

    private static func append(_ kind: UInt8, _ value: [UInt8], to output: inout [UInt8]) {
        output.append(kind)
        DistinguishedName.append(count: value.count, to: &output)
        output += value
    }
}

/// Values by distinguished name. They are found by every spelling of the name.
struct NameIndex<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let name: DistinguishedName
        let value: Value
    }

    private let entries: [Entry]
    private let positions: [NameKey: [Int]]
    /// The positions of names whose key is not certain.
    private let uncertain: [Int]

    /// Indexes each value by its name. Values with the same name keep their order.
    init(_ values: [Value], by name: (Value) -> DistinguishedName) {
        entries = values.map { Entry(name: name($0), value: $0) }
        var positions: [NameKey: [Int]] = [:]
        var uncertain: [Int] = []
        for (index, entry) in entries.enumerated() {
            let key = NameKey(entry.name)
            positions[key, default: []].append(index)
            if !key.isCertain { uncertain.append(index) }
        }
        self.positions = positions
        self.uncertain = uncertain
    }

    /// The values whose name is `name`.
    func values(of name: DistinguishedName) -> [Value] {
        guard let found = positions[NameKey(name)] else { return [] }
        VisitCounter.add(found.count)
        return found.map { entries[$0] }.filter { $0.name.isSame(as: name) }.map(\.value)
    }

    /// The values whose name is `name` or may be the same.
    func values(perhapsOf name: DistinguishedName) -> [Value] {
        let key = NameKey(name)
        guard key.isCertain else {
            VisitCounter.add(entries.count)
            return entries.filter { $0.name.mayMatch(name) }.map(\.value)
        }
        guard !uncertain.isEmpty else { return values(of: name) }
        let found = Set((positions[key] ?? []) + uncertain).sorted()
        VisitCounter.add(found.count)
        return found.map { entries[$0] }.filter { $0.name.mayMatch(name) }.map(\.value)
    }
}
