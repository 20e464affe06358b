// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// One line of a file of server names, split into its words.
struct NamesLine {
    /// The first word; nil for a blank line or a comment.
    private(set) var name: String?
    /// The words after it, each split at its first `=`.
    private(set) var settings: [(key: String, value: String)] = []

    /// Splits a line, which ends before its line break.
    ///
    /// Words are separated by spaces and tabs. A word that starts with `#` starts a comment. A value may be in double
    /// quotes, in which `\"` is a quote and `\\` a backslash.
    ///
    /// - Parameter line: the number in errors.
    init(_ bytes: ArraySlice<UInt8>, line: Int) throws(NamesFileError) {
        guard bytes.count <= NamesFile.lineLimit else {
            throw NamesFileError(
                line: line,
                "\(bytes.count) bytes in a line, at most \(NamesFile.lineLimit) are allowed"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw NamesFileError(line: line, "not UTF-8, expected a text file")
        }
        for scalar in text.unicodeScalars where !(" "..."~").contains(scalar) && scalar != "\t" {
            let shown = DisplayText.escaped(String(scalar))
            guard shown == String(scalar) else {
                throw NamesFileError(line: line, "found the character \(shown), expected only printable characters")
            }
        }
        var rest = text.unicodeScalars[...]
        while let word = try Self.nextWord(&rest, line: line) {
            if name == nil {
                guard !word.isQuoted, !word.text.contains("=") else {
                    throw NamesFileError(
                        line: line,
                        "'\(word.shown)' is at the start, expected a server name there",
                        hint: NamesFile.format
                    )
                }
                name = word.text
                continue
            }
            guard let equals = word.text.firstIndex(of: "="), equals != word.text.startIndex else {
                throw NamesFileError(
                    line: line,
                    "'\(word.shown)' is not a setting, expected KEY=VALUE",
                    hint: NamesFile.format
                )
            }
            let value = String(word.text[word.text.index(after: equals)...])
            settings.append((String(word.text[..<equals]), value))
        }
    }

    private struct Word {
        var text = ""
        var isQuoted = false
        var shown: String { DisplayText.escaped(text) }
    }

    /// Removes the next word from `rest`; nil at the end of the line and at a comment.
    private static func nextWord(
        _ rest: inout String.UnicodeScalarView.SubSequence,
        line: Int
    ) throws(NamesFileError) -> Word? {
        rest = rest.drop { isSpace($0) }
        guard let first = rest.first, first != "#" else { return nil }
        var word = Word()
        while let scalar = rest.first, !isSpace(scalar) {
            rest.removeFirst()
            guard scalar == "\"" else {
                word.text.unicodeScalars.append(scalar)
                continue
            }
            guard word.text.last == "=", word.text.count(where: { $0 == "=" }) == 1 else {
                throw NamesFileError(
                    line: line,
                    "a quote inside of '\(word.shown)\"', expected it directly after KEY=",
                    hint: #"put the whole value in quotes: cert="a \"b\".pem""#
                )
            }
            word.isQuoted = true
            word.text += try quoted(&rest, after: word.shown, line: line)
            guard rest.first.map(isSpace) ?? true else {
                throw NamesFileError(line: line, "text directly after the quotes of '\(word.shown)', expected a space")
            }
        }
        return word
    }

    private static func quoted(
        _ rest: inout String.UnicodeScalarView.SubSequence,
        after start: String,
        line: Int
    ) throws(NamesFileError) -> String {
        var value = ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return value
            case "\\":
                guard let escaped = rest.popFirst(), escaped == "\"" || escaped == "\\" else {
                    throw NamesFileError(line: line, #"a backslash in the quotes after '\#(start)', expected \" or \\"#)
                }
                value.unicodeScalars.append(escaped)
            default: value.unicodeScalars.append(scalar)
            }
        }
        throw NamesFileError(line: line, "the quotes after '\(start)' are not closed")
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
