// SPDX-License-Identifier: Apache-2.0

/// Parses the form of names in Active Directory's altSecurityIdentities: `DC=com,DC=example,CN="Issuing, 2"`. The root
/// of the directory comes first, and quotes are doubled inside quotes.
struct WindowsNameReader {
    private let text: String
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func name() throws(MalformedTextError) -> DistinguishedName {
        guard bytes.count <= NamePart.longestText else { throw fault("more than \(NamePart.longestText) bytes") }
        var names: [[NamePart]] = [[]]
        var count = 0
        while true {
            names[names.count - 1].append(try part())
            count += 1
            guard count <= NamePart.mostParts else { throw fault("more than \(NamePart.mostParts) attributes") }
            guard position < bytes.count else { return try DistinguishedName(text: text, relativeNames: names) }
            switch bytes[position] {
            case UInt8(ascii: ","): names.append([])
            case UInt8(ascii: "+"): break
            default: throw fault("byte \(position): neither ',' nor '+' after a value")
            }
            position += 1
        }
    }

    private mutating func part() throws(MalformedTextError) -> NamePart {
        skipSpaces()
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "=")) else {
            throw fault("byte \(position): no '=' after the attribute type")
        }
        let name = String(decoding: bytes[position..<end], as: UTF8.self)
        guard let type = NamePart.type(name) else {
            throw fault("byte \(position): unknown attribute type '\(DisplayText.escaped(name))'")
        }
        position = end + 1
        let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
        let value = isQuoted ? try quoted() : try unquoted()
        guard !value.isEmpty else { throw fault("byte \(position): an empty value before it") }
        skipSpaces()
        return NamePart(type, text: value)
    }

    private mutating func quoted() throws(MalformedTextError) -> [UInt8] {
        position += 1
        var output: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                output.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == byte else { return output }
            output.append(byte)
            position += 1
        }
        throw fault("a quote that is not closed")
    }

    private mutating func unquoted() throws(MalformedTextError) -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "+") {
            guard !"=\"\n<>#;".utf8.contains(bytes[position]) else {
                throw fault("byte \(position): a special character outside quotes")
            }
            position += 1
        }
        var value = bytes[start..<position]
        while value.last == UInt8(ascii: " ") { value.removeLast() }
        return Array(value)
    }

    private mutating func skipSpaces() {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    }

    private func fault(_ reason: String) -> MalformedTextError {
        MalformedTextError(.distinguishedName, text: text, reason: reason)
    }
}
