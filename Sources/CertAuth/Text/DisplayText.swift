// SPDX-License-Identifier: Apache-2.0

/// Makes untrusted text safe for logs and terminals: it is truncated, and control, formatting and invisible characters
/// are escaped.
package enum DisplayText {
    /// The maximum length of the text in characters. A truncated text ends with an ellipsis.
    package static let limit = 256

    /// At most `limit` characters of `text`, with all but printable characters as `\u{hex}`.
    package static func escaped(_ text: String, limit: Int = limit) -> String {
        var output = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return output + "…" }
            count += 1
            if isPrintable(scalar) {
                output.unicodeScalars.append(scalar)
            } else {
                output += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return output
    }

    /// `text`, or if it is too long, its beginning and an ellipsis in at most `bytes` bytes of UTF-8.
    package static func capped(_ text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        let ellipsis = "…"
        var end = text.utf8.index(text.startIndex, offsetBy: max(0, bytes - ellipsis.utf8.count))
        // Do not cut inside the encoding of a character.
        while end > text.startIndex, String.Index(end, within: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        // A new string, because a substring would keep the whole text in memory.
        return String(text.unicodeScalars[..<end]) + ellipsis
    }

    /// `text` with control, formatting and invisible characters as `\\u{hex}`.
    ///
    /// Different texts stay different: if a character is escaped, or the text contains `\\u{`, backslashes are doubled.
    /// Other texts are returned unchanged.
    static func visible(_ text: String) -> String {
        guard !isPlain(text) else { return text }
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\\\"
            case _ where isPrintable(scalar): output.unicodeScalars.append(scalar)
            default: output += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return output
    }

    /// Whether `visible` returns the text unchanged.
    private static func isPlain(_ text: String) -> Bool {
        // The fast path for most names: no decoding is needed.
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) { return true }
        var before: (Unicode.Scalar, Unicode.Scalar) = (" ", " ")
        for scalar in text.unicodeScalars {
            guard isPrintable(scalar), !(scalar == "{" && before == ("\\", "u")) else { return false }
            before = (before.1, scalar)
        }
        return true
    }

    /// Whether the character is visible and does not affect the characters around it.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x80 else { return (0x20..<0x7F).contains(scalar.value) }
        // Invisible characters include Hangul fillers and variation selectors, which are letters and marks.
        return !scalar.isControlOrFormat && !scalar.properties.isDefaultIgnorableCodePoint
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is a control or formatting character, a line or paragraph separator, a private-use scalar, or
    /// unassigned.
    var isControlOrFormat: Bool {
        guard value >= 0x7F else { return value < 0x20 }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }
}
