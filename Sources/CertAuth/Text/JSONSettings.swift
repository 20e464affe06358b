// SPDX-License-Identifier: Apache-2.0

/// The members of a flat JSON object (RFC 8259) whose values are texts, numbers, booleans or arrays of texts; parsed
/// strictly, with the line of each member.
package struct JSONSettings: Sendable, Equatable {
    /// The value of a member.
    package enum Value: Sendable, Equatable {
        case text(String)
        /// A number as it is written.
        case number(String)
        case flag(Bool)
        case list([String])
    }

    /// A member with its line, from 1.
    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: Value
        package let line: Int

        package init(name: String, value: Value, line: Int) {
            self.name = name
            self.value = value
            self.line = line
        }
    }

    /// Why the text is refused, and in which line.
    package struct Fault: Error, Equatable {
        package let line: Int
        package let message: String
    }

    /// The members, in the order of the text. Each name appears once.
    package private(set) var members: [Member] = []

    /// - Parameter most: the maximum number of values, each element of an array included.
    package init(_ bytes: [UInt8], most: Int) throws(Fault) {
        var parser = Parser(reader: JSONReader(bytes), most: most)
        do throws(JSONFault) {
            try parser.parse()
        } catch {
            let offset = if case .malformed(let offset) = error { offset } else { parser.place }
            throw Fault(line: Self.line(of: offset, in: bytes), message: Self.message(error, parser.refusal))
        }
        members = parser.found.map {
            Member(name: $0.name, value: $0.value, line: Self.line(of: $0.offset, in: bytes))
        }
    }

    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        bytes.prefix(offset).count { $0 == 0x0A } + 1
    }

    private static func message(_ fault: JSONFault, _ refusal: String?) -> String {
        switch fault {
        case .malformed: "not a JSON object"
        case .repeated(let name): "'\(DisplayText.escaped(name))' appears twice"
        case .noString(let name):
            refusal
                ?? "'\(DisplayText.escaped(name))' is neither a text, a number, true, false nor a list of texts"
        case .tooLong, .tooDeep: fault.description
        }
    }
}

/// Parses the object.
private struct Parser {
    var reader: JSONReader
    let most: Int
    /// The offset of the member that is being parsed.
    private(set) var place = 0
    /// The reason if it is another than the type of a value.
    private(set) var refusal: String?
    private(set) var found: [(name: String, value: JSONSettings.Value, offset: Int)] = []

    init(reader: JSONReader, most: Int) {
        self.reader = reader
        self.most = most
    }

    mutating func parse() throws(JSONFault) {
        reader.skipSpace()
        guard reader.next == UInt8(ascii: "{") else { throw .malformed(offset: reader.position) }
        var reader = reader
        var names: Set<ExactText> = []
        var count = 0
        try reader.list(UInt8(ascii: "}")) { (reader: inout JSONReader) throws(JSONFault) in
            place = reader.position
            let name = try reader.string()
            try reader.colon()
            guard names.insert(ExactText(name)).inserted else { throw .repeated(name) }
            let value = try value(&reader, of: name)
            let own = if case .list(let texts) = value { max(1, texts.count) } else { 1 }
            count += own
            guard count <= most else {
                refusal = "more than \(most) values"
                throw .noString(name)
            }
            found.append((name, value, place))
        }
        reader.skipSpace()
        guard reader.isAtEnd else { throw .malformed(offset: reader.position) }
    }

    private func value(_ reader: inout JSONReader, of name: String) throws(JSONFault) -> JSONSettings.Value {
        switch reader.next {
        case UInt8(ascii: "\""): return .text(try reader.string())
        case UInt8(ascii: "["):
            var texts: [String] = []
            try reader.list(UInt8(ascii: "]")) { (reader: inout JSONReader) throws(JSONFault) in
                guard reader.next == UInt8(ascii: "\"") else { throw .noString(name) }
                texts.append(try reader.string())
            }
            return .list(texts)
        case UInt8(ascii: "{"): throw .noString(name)
        default:
            let text = try reader.literalText()
            switch text {
            case "true": return .flag(true)
            case "false": return .flag(false)
            case "null": throw .noString(name)
            default: return .number(text)
            }
        }
    }
}
