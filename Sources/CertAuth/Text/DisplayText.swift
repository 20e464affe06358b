// SPDX-License-Identifier: Apache-2.0
// Hostile text made safe for logs and terminals.

/// Makes text that an attacker wrote safe to print: capped, control, formatting and invisible characters escaped.
package enum DisplayText {
    /// The longest text shown, in characters; longer text ends in an ellipsis.
    package static let limit = 256

    /// `text` with everything but printable characters written as `\u{hex}`, at most `limit` characters of it.
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

    /// `text`, or as much of its beginning as fits into `bytes` of UTF-8, with an ellipsis behind it.
    package static func capped(_ text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        let ellipsis = "…"
        var end = text.utf8.index(text.startIndex, offsetBy: max(0, bytes - ellipsis.utf8.count))
        // Not in the middle of a character's encoding.
        while end > text.startIndex, String.Index(end, within: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        // A string of its own: a substring would keep all of the text.
        return String(text.unicodeScalars[..<end]) + ellipsis
    }

    /// `text` without control, formatting and invisible characters: they are written as `\\u{hex}`.
    ///
    /// Different texts stay different: where anything is escaped, or `\\u{` is there already, backslashes are doubled.
    /// Other text is returned unchanged.
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

    /// Whether `visible` leaves the text as it is.
    private static func isPlain(_ text: String) -> Bool {
        // Most names: nothing is decoded.
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) { return true }
        var before: (Unicode.Scalar, Unicode.Scalar) = (" ", " ")
        for scalar in text.unicodeScalars {
            guard isPrintable(scalar), !(scalar == "{" && before == ("\\", "u")) else { return false }
            before = (before.1, scalar)
        }
        return true
    }

    /// Whether a reader sees the character, and as one that changes nothing around it.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x80 else { return (0x20..<0x7F).contains(scalar.value) }
        // Invisible are, among others, Hangul fillers and variation selectors, which are letters and marks.
        return !scalar.isControlOrFormat && !scalar.properties.isDefaultIgnorableCodePoint
    }
}
