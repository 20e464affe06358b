// SPDX-License-Identifier: Apache-2.0

/// Parses the text form of names in RFC 4514 §3: relative distinguished names, most specific first.
struct RFC4514Reader {
    private let text: String
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func relativeNames() throws(MalformedTextError) -> [[NamePart]] {
        guard bytes.count <= NamePart.longestText else { throw fault("more than \(NamePart.longestText) bytes") }
        guard !bytes.isEmpty else { return [] }
        var names: [[NamePart]] = [[]]
        var count = 0
        while true {
            names[names.count - 1].append(try part())
            count += 1
            guard count <= NamePart.mostParts else { throw fault("more than \(NamePart.mostParts) attributes") }
            guard position < bytes.count else { return names }
            if bytes[position] == UInt8(ascii: ",") { names.append([]) }
            position += 1
        }
    }

    private mutating func part() throws(MalformedTextError) -> NamePart {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "=")) else {
            throw fault("byte \(position): no '=' after the attribute type")
        }
        let name = bytes[position..<end].trimmed(of: Self.isSpace)
        guard let type = NamePart.type(String(decoding: name, as: UTF8.self)) else {
            let shown = DisplayText.escaped(String(decoding: name, as: UTF8.self))
            throw fault("byte \(position): unknown attribute type '\(shown)'")
        }
        position = end + 1
        skipSpaces()
        if position < bytes.count, bytes[position] == UInt8(ascii: "#") { return try encodedPart(type) }
        return NamePart(type, text: try value())
    }

    /// Parses `#` and the hexadecimal digits of a DER value.
    private mutating func encodedPart(_ type: OID) throws(MalformedTextError) -> NamePart {
        let start = position + 1
        while position < bytes.count, !isSeparator(bytes[position]) { position += 1 }
        let digits = String(decoding: bytes[start..<position].trimmed(of: Self.isSpace), as: UTF8.self)
        guard !digits.contains(":"), let value = Hexadecimal.bytes(digits), !value.isEmpty else {
            throw fault("byte \(start): no hexadecimal digits after '#'")
        }
        return NamePart(type, derEncodedValue: value)
    }

    /// Parses a string and resolves its escapes. Trailing spaces are part of it only if they are escaped.
    private mutating func value() throws(MalformedTextError) -> [UInt8] {
        var output: [UInt8] = []
        var kept = 0
        while position < bytes.count, !isSeparator(bytes[position]) {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\\"):
                output.append(try escape())
                kept = output.count
            case UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0:
                throw fault("byte \(position): a special character without '\\'")
            default:
                output.append(byte)
                if byte != UInt8(ascii: " ") { kept = output.count }
                position += 1
            }
        }
        let value = Array(output[..<kept])
        // RFC 4514 §3: a string may be empty.
        guard String(validating: value, as: UTF8.self) != nil else {
            throw fault("byte \(position): the value before it is not UTF-8")
        }
        return value
    }

    /// Parses an escape: `\,` for the character itself, `\C3` for a byte.
    private mutating func escape() throws(MalformedTextError) -> UInt8 {
        let behind = bytes[(position + 1)...]
        if let next = behind.first, " \"#+,;<=>\\".utf8.contains(next) {
            position += 2
            return next
        }
        let digits = String(decoding: behind.prefix(2), as: UTF8.self)
        guard behind.count >= 2, let byte = Hexadecimal.bytes(digits)?.first else {
            throw fault("byte \(position): an unknown escape sequence")
        }
        position += 3
        return byte
    }

    private mutating func skipSpaces() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") }

    private func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == UInt8(ascii: "+") }

    private func fault(_ reason: String) -> MalformedTextError {
        MalformedTextError(.distinguishedName, text: text, reason: reason)
    }
}
