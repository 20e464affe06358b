// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Finds the messages that a source file passes to loggers.
enum LogMessages {
    static func all(in source: String) -> [String] {
        let call = /(?:ogger\.(?:debug|info|notice|warning|error|log)|logRefusal)\(\s*(?:level:[^",]*,\s*)?"/
        return source.matches(of: call).map { message(after: source[$0.range.upperBound...]) }
    }

    /// The literal that has just begun, with `…` for each interpolation.
    private static func message(after text: Substring) -> String {
        let isLong = text.hasPrefix("\"\"")
        var rest = isLong ? text.dropFirst(2) : text
        var output = ""
        while let character = rest.popFirst() {
            if isLong ? character == "\"" && rest.hasPrefix("\"\"") : character == "\"" { break }
            guard character == "\\", let next = rest.popFirst() else {
                output.append(character)
                continue
            }
            if next == "(" {
                var depth = 1
                while depth > 0, let inner = rest.popFirst() { depth += inner == "(" ? 1 : inner == ")" ? -1 : 0 }
                output.append("…")
            } else if next.isNewline {
                rest = rest.drop { $0 == " " }
            }
        }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
