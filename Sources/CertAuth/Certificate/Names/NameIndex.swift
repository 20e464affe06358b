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
///
/// The names are those of the values: only the keys are kept in addition.
struct NameIndex<Value: Sendable>: Sendable {
    /// Collects the values of an index.
    struct Builder: Sendable {
        fileprivate var values: [Value] = []
        fileprivate var positions: [NameKey: Positions] = [:]
        fileprivate var uncertain: [Int] = []

        init() {}

        /// Appends a value. Values with the same name keep their order.
        mutating func append(_ value: Value, named name: DistinguishedName) {
            let key = NameKey(name)
            positions[key, default: .empty].append(values.count)
            if !key.isCertain { uncertain.append(values.count) }
            values.append(value)
        }
    }

    /// The positions of the values with one name. Most names have one.
    fileprivate enum Positions: Sendable {
        case empty
        case one(Int)
        case several([Int])

        var all: [Int] {
            switch self {
            case .empty: []
            case .one(let position): [position]
            case .several(let positions): positions
            }
        }

        mutating func remove(_ position: Int) {
            let rest = all.filter { $0 != position }
            self = rest.isEmpty ? .empty : rest.count == 1 ? .one(rest[0]) : .several(rest)
        }

        mutating func append(_ position: Int) {
            switch self {
            case .empty: self = .one(position)
            case .one(let first): self = .several([first, position])
            case .several(var positions):
                self = .empty
                positions.append(position)
                self = .several(positions)
            }
        }
    }

    /// Nil where a value was removed.
    private var values: [Value?]
    private var count: Int
    private var positions: [NameKey: Positions]
    /// The positions of names whose key is not certain.
    private var uncertain: [Int]
    private let name: @Sendable (Value) -> DistinguishedName

    /// Indexes each value by its name. Values with the same name keep their order.
    init(_ values: [Value], by name: @escaping @Sendable (Value) -> DistinguishedName) {
        var builder = Builder()
        for value in values { builder.append(value, named: name(value)) }
        self.init(builder, by: name)
    }

    init(_ builder: Builder, by name: @escaping @Sendable (Value) -> DistinguishedName) {
        values = builder.values
        count = values.count
        positions = builder.positions
        uncertain = builder.uncertain
        self.name = name
    }

    /// Appends a value. Nothing is computed for the others.
    mutating func append(_ value: Value) {
        let key = NameKey(self.name(value))
        VisitCounter.add(1)
        positions[key, default: .empty].append(values.count)
        if !key.isCertain { uncertain.append(values.count) }
        values.append(value)
        count += 1
    }

    /// Removes the values with the name of `value` that `matches`. Nothing is computed for the others.
    mutating func remove(_ value: Value, where matches: (Value) -> Bool) {
        let key = NameKey(name(value))
        for position in positions[key]?.all ?? [] {
            VisitCounter.add(1)
            guard let found = values[position], matches(found) else { continue }
            values[position] = nil
            count -= 1
            positions[key]?.remove(position)
            if !key.isCertain { uncertain.removeAll { $0 == position } }
        }
        if case .empty? = positions[key] { positions[key] = nil }
        // Closes the gaps before they take more room than the values.
        if values.count > 2 * count + 16 { self = NameIndex(values.compactMap { $0 }, by: name) }
    }

    /// The values whose name is `name`.
    func values(of name: DistinguishedName) -> [Value] {
        guard let found = positions[NameKey(name)]?.all else { return [] }
        VisitCounter.add(found.count)
        return found.compactMap { values[$0] }.filter { self.name($0).isSame(as: name) }
    }

    /// The values whose name is `name` or may be the same.
    func values(perhapsOf name: DistinguishedName) -> [Value] {
        let key = NameKey(name)
        guard key.isCertain else {
            VisitCounter.add(values.count)
            return values.compactMap { $0 }.filter { self.name($0).mayMatch(name) }
        }
        guard !uncertain.isEmpty else { return values(of: name) }
        let found = Set((positions[key]?.all ?? []) + uncertain).sorted()
        VisitCounter.add(found.count)
        return found.compactMap { values[$0] }.filter { self.name($0).mayMatch(name) }
    }
}
