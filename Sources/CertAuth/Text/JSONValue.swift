// SPDX-License-Identifier: Apache-2.0

/// A JSON value. Members keep their given order, so that the output is reproducible.
package enum JSONValue: Sendable, Equatable {
    case object([Member])
    case array([JSONValue])
    case string(String)
    case integer(Int)
    case bool(Bool)
    case null

    /// A member of an object.
    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSONValue
    }

    /// A string, or null.
    package static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// A number, or null.
    package static func optional(_ number: Int?) -> JSONValue { number.map(JSONValue.integer) ?? .null }

    /// An array of strings.
    package static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    /// This object with more members appended. If this value is not an object, the result is an object with only those
    /// members.
    package func appending(_ more: JSONValue) -> JSONValue {
        guard case .object(let added) = more else { return self }
        guard case .object(let own) = self else { return more }
        return .object(own + added)
    }

    /// The value in one line.
    package var compact: String { text(indentation: nil) }

    /// The value in several lines, indented by two columns for each level.
    package var pretty: String { text(indentation: 0) }

    private func text(indentation: Int?) -> String {
        switch self {
        case .object(let members):
            let space = indentation == nil ? "" : " "
            let parts = members.map {
                "\(Self.quoted($0.name)):\(space)\($0.value.text(indentation: indentation.map { $0 + 2 }))"
            }
            return Self.enclosed(parts, "{", "}", indentation)
        case .array(let values):
            return Self.enclosed(values.map { $0.text(indentation: indentation.map { $0 + 2 }) }, "[", "]", indentation)
        case .string(let text): return Self.quoted(text)
        case .integer(let number): return String(number)
        case .bool(let flag): return flag ? "true" : "false"
        case .null: return "null"
        }
    }

    private static func enclosed(_ parts: [String], _ open: String, _ close: String, _ indentation: Int?) -> String {
        guard !parts.isEmpty else { return open + close }
        guard let indentation else { return open + parts.joined(separator: ",") + close }
        let margin = String(repeating: " ", count: indentation)
        let lines = parts.map { "\(margin)  \($0)" }.joined(separator: ",\n")
        return "\(open)\n\(lines)\n\(margin)\(close)"
    }

    /// Control and formatting characters and non-ASCII separators are escaped, which RFC 8259 §7 does not require,
    /// because the output may be shown on a terminal.
    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where !scalar.isControlOrFormat: output.unicodeScalars.append(scalar)
            default: output += String(scalar).utf16.map(escape).joined()
            }
        }
        return output + "\""
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// Creates an object whose members have the order of the literal.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// Creates a string.
    package init(stringLiteral value: String) { self = .string(value) }
}
