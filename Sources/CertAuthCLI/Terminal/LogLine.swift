// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Logging

/// One line of the log. No text in it can end the line, begin another field, or control the terminal.
struct LogLine {
    /// The maximum number of characters of one value; beyond it an ellipsis follows.
    static let mostCharacters = 2_048
    /// The characters of a value without quotation marks, besides ASCII letters and digits.
    private static let plain = Set("-._:/+[],@".unicodeScalars)

    let time: Timestamp
    let level: Logger.Level
    var message: String
    /// Sorted by name.
    let fields: [(name: String, value: String)]

    init(at time: Timestamp, _ event: LogEvent, metadata: Logger.Metadata) {
        self.time = time
        level = event.level
        message = "\(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        fields = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    }

    /// `2026-11-28T21:35:35.595Z certauth: notice: client refused certauth.code=expired certauth.subject="CN=old"`
    ///
    /// A value is quoted unless it has only harmless characters, and so is a message that could contain a field.
    var text: String {
        let isClear = !message.unicodeScalars.contains { $0 == "=" || $0 == "\"" } && !message.isEmpty
        let message = isClear ? Self.escaped(message) : Self.quoted(message)
        let fields = fields.map { " \(Self.name($0.name))=\(Self.value($0.value))" }
        return "\(time) certauth: \(level): \(message)" + fields.joined()
    }

    /// One JSON object with the members `time`, `level` and `message` and one for each key.
    var json: String {
        let own: JSONValue = [
            "time": .string("\(time)"), "level": .string("\(level)"), "message": .string(Self.capped(message)),
        ]
        return fields.reduce(own) { object, field in
            let isTaken = ["time", "level", "message"].contains(field.name)
            let name = isTaken ? "metadata.\(field.name)" : Self.capped(field.name)
            return object.appending(JSONValue(dictionaryLiteral: (name, .string(Self.capped(field.value)))))
        }.compact
    }

    private static func value(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy(isPlain) && !text.isEmpty
        return isPlain && text.utf8.count <= mostCharacters ? text : quoted(text)
    }

    /// Names are constants of the program; another library's is quoted if it could be taken for more than a name.
    private static func name(_ text: String) -> String { value(text) }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: plain.contains(scalar)
        }
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in capped(text).unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            default: output += escaped(String(scalar))
            }
        }
        return output + "\""
    }

    private static func escaped(_ text: String) -> String { DisplayText.escaped(text, limit: mostCharacters) }

    private static func capped(_ text: String) -> String {
        guard text.unicodeScalars.count > mostCharacters else { return text }
        return String(text.unicodeScalars.prefix(mostCharacters)) + "…"
    }
}
