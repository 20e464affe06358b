// SPDX-License-Identifier: Apache-2.0
// Reads Envoy's x-forwarded-client-cert, strictly: what could be read in two ways is refused.

/// The elements of an `x-forwarded-client-cert` header, the oldest hop first.
///
/// Elements are joined by `,`, pairs by `;`. A quoted value ends at its closing quote, behind which only `,`, `;` or
/// the end may stand; `\"` and `\\` in it are undone. An unquoted value holds no quote. Unknown keys, and a second
/// Hash, Cert, Chain or Subject in one element, are refused: Envoy never writes them, forgers do.
package struct XFCCHeader: Sendable, Hashable {
    /// The elements.
    package let elements: [XFCCElement]

    /// The most elements read: meshes have two or three hops.
    package static let elementLimit = 16

    /// The most pairs read of one element: Envoy writes one for each alternative name of a certificate.
    package static let pairLimit = 256

    /// Reads field lines, in their order. Lines without any character hold no element.
    ///
    /// - Throws: `ForwardingError` with the offset in the joined lines.
    package init(_ lines: [String]) throws(ForwardingError) {
        try self.init(lines, header: "x-forwarded-client-cert", dialect: "xfcc", limits: ForwardingLimits())
    }

    init(_ lines: [String], header: String, dialect: String, limits: ForwardingLimits) throws(ForwardingError) {
        let text = lines.filter { !$0.isEmpty }.joined(separator: ",")
        do throws(DecodingFault) {
            let bytes = Array(text.utf8)
            guard bytes.count <= limits.headerBytes else {
                throw DecodingFault(limit: "\(bytes.count) bytes, at most \(limits.headerBytes) (limits.headerBytes)")
            }
            var reader = XFCCReader(bytes)
            elements = try reader.elements(limit: Self.elementLimit)
        } catch {
            throw ForwardingError(
                error.code,
                dialect: dialect,
                header: header,
                position: error.position,
                error.reason
            )
        }
    }
}

/// A cursor over the text.
private struct XFCCReader {
    private let text: [UInt8]
    private var index = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func elements(limit: Int) throws(DecodingFault) -> [XFCCElement] {
        guard !text.isEmpty else { return [] }
        var elements: [XFCCElement] = []
        while true {
            guard elements.count < limit else { throw DecodingFault(limit: "more than \(limit) elements", at: index) }
            elements.append(try element())
            guard index < text.count else { return elements }
            // A comma, which ended the element; blanks behind it come from joining field lines (RFC 9110 §5.3).
            index += 1
            while index < text.count, text[index].isBlank { index += 1 }
        }
    }

    private mutating func element() throws(DecodingFault) -> XFCCElement {
        var pairs: [XFCCElement.Pair] = []
        while true {
            let start = index
            guard pairs.count < XFCCHeader.pairLimit else {
                throw DecodingFault(limit: "more than \(XFCCHeader.pairLimit) pairs in one element", at: start)
            }
            let pair = try pair()
            guard pair.key.mayRepeat || !pairs.contains(where: { $0.key == pair.key }) else {
                throw DecodingFault("a second \(pair.key.rawValue) in one element", at: start)
            }
            pairs.append(pair)
            guard index < text.count, text[index] == UInt8(ascii: ";") else { return XFCCElement(pairs) }
            index += 1
        }
    }

    private mutating func pair() throws(DecodingFault) -> XFCCElement.Pair {
        let start = index
        while index < text.count, text[index].isASCIILetter { index += 1 }
        guard index < text.count, text[index] == UInt8(ascii: "="), index > start else {
            throw DecodingFault("expected a key and =", at: index)
        }
        let name = String(decoding: text[start..<index], as: UTF8.self)
        guard let key = XFCCElement.Key.key(named: text[start..<index]) else {
            throw DecodingFault("unknown key \(DisplayText.escaped(name, limit: 32))", at: start)
        }
        index += 1
        let value = try index < text.count && text[index] == UInt8(ascii: "\"") ? quoted() : plain()
        // What is cut out of a String at ASCII characters is UTF-8.
        return XFCCElement.Pair(key, name: name, value: String(decoding: value, as: UTF8.self))
    }

    private mutating func quoted() throws(DecodingFault) -> [UInt8] {
        let start = index
        var value: [UInt8] = []
        index += 1
        // Where what has not been taken over yet begins.
        var rest = index
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard index == text.count || isDelimiter(text[index]) else {
                    throw DecodingFault("expected ; or , behind a closing quote", at: index)
                }
                return value + text[rest..<index - 1]
            }
            if byte == UInt8(ascii: "\\"), index < text.count, isEscapable(text[index]) {
                value += text[rest..<index - 1]
                rest = index
                index += 1
            }
        }
        throw DecodingFault("a quote that is not closed", at: start)
    }

    private mutating func plain() throws(DecodingFault) -> [UInt8] {
        let start = index
        while index < text.count, !isDelimiter(text[index]) {
            guard text[index] != UInt8(ascii: "\"") else { throw DecodingFault("a quote inside a value", at: index) }
            index += 1
        }
        return Array(text[start..<index])
    }

    private func isDelimiter(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") }
    private func isEscapable(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") }
}
