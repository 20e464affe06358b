// SPDX-License-Identifier: Apache-2.0

/// A tokenizer of JSON. Errors contain the offset.
struct JSONReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// The next byte, nil at the end.
    var next: UInt8? { isAtEnd ? nil : bytes[position] }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    mutating func colon() throws(JSONFault) {
        skipSpace()
        try take(UInt8(ascii: ":"))
        skipSpace()
    }

    /// Parses an object or array after its opening bracket: comma-separated elements up to `close`.
    mutating func list(
        _ close: UInt8,
        _ element: (inout JSONReader) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        position += 1
        skipSpace()
        if next == close {
            position += 1
            return
        }
        while true {
            try element(&self)
            skipSpace()
            if next == close {
                position += 1
                return
            }
            try take(UInt8(ascii: ","))
            skipSpace()
        }
    }

    /// Parses a string and resolves its escapes.
    mutating func string() throws(JSONFault) -> String {
        let start = position
        try take(UInt8(ascii: "\""))
        var output: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: output, as: UTF8.self) else { throw .malformed(offset: start) }
                return text
            case UInt8(ascii: "\\"): output += Array(String(try escape()).utf8)
            case 0..<0x20: throw .malformed(offset: position - 1)
            default: output.append(byte)
            }
        }
        throw .malformed(offset: position)
    }

    /// Parses `null`, `true`, `false` or a number. True for `null`.
    mutating func literal() throws(JSONFault) -> Bool { try literalText() == "null" }

    /// Parses `null`, `true`, `false` or a number, and returns it as it is written.
    mutating func literalText() throws(JSONFault) -> String {
        let start = position
        while let byte = next, isLiteral(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["null", "true", "false"].contains(text) || Self.isNumber(Array(text.utf8)) else {
            throw .malformed(offset: start)
        }
        return text
    }

    private func isLiteral(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte.isASCIILowercase || "E+-.".utf8.contains(byte)
    }

    /// Whether the text is a JSON number: digits without leading zero, optionally with `-`, a fraction and an exponent.
    private static func isNumber(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        func digits() -> Int {
            let count = rest.prefix { $0.isASCIIDigit }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let hasLeadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, whole == 1 || !hasLeadingZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
        guard let byte = next else { throw .malformed(offset: position) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw .malformed(offset: position - 1)
        }
    }

    private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
        let start = position
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), next == UInt8(ascii: "\\") else { throw .malformed(offset: start) }
        position += 1
        try take(UInt8(ascii: "u"))
        let second = try unit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw .malformed(offset: start) }
        return scalar
    }

    private mutating func unit() throws(JSONFault) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ $0.isHexadecimalDigit }) else {
            throw .malformed(offset: position)
        }
        position += 4
        return digits.reduce(0) { $0 << 4 | UInt32($1.hexadecimalValue ?? 0) }
    }

    private mutating func take(_ byte: UInt8) throws(JSONFault) {
        guard next == byte else { throw .malformed(offset: position) }
        position += 1
    }
}

/// Why a text is not the expected JSON object.
enum JSONFault: Error, Equatable, CustomStringConvertible {
    case tooLong
    case tooDeep
    case malformed(offset: Int)
    case repeated(String)
    case noString(String)

    var description: String {
        switch self {
        case .tooLong: "more than \(JSONMembers.longestText) bytes"
        case .tooDeep: "nested deeper than \(JSONMembers.deepestNesting)"
        case .malformed(let offset): "not a JSON object (byte \(offset))"
        case .repeated(let name): "'\(name)' appears twice"
        case .noString(let name): "'\(name)' is of another type than expected"
        }
    }
}
