// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Converts messages of the argument parser to the form of all other errors.
package enum UsageError {
    /// Returns the first sentence as the error and the others as hints, in lower case and without periods.
    ///
    /// - Parameter help: the command that shows the help.
    package static func failure(_ message: String, help: String = "certauth help") -> CommandFailure {
        let lines = message.split(separator: "\n").flatMap { $0.split(separator: ". ") }
        let sentences = lines.map { plain($0) }.filter { !$0.isEmpty }
        let last = "see `\(help)`"
        guard let first = sentences.first else { return .usage("usage error", hint: last) }
        // The value of an unknown option may be a password.
        let unknown = first.wholeMatch(of: /unknown option '(-[^=']*)(=.*)?'/)
        // It may be a password, or the rest of one with a blank.
        let takesPassword = [" pki pfx", " serve", " inspect"].contains { help.hasSuffix($0) }
        let hidesArgument = takesPassword && first.contains("unexpected argument")
        let clearer = unknown.map { "unknown option '\($0.1)'" } ?? invalidValue(first) ?? first
        let error = hidesArgument ? "an unexpected argument is given" : clearer
        let hints = sentences.dropFirst().filter { hint in
            guard let unknown, let proposed = hint.firstMatch(of: /did you mean '(.*)'/) else { return true }
            return EditDistance.nearest(to: String(unknown.1), in: [String(proposed.1)]) != nil
        }
        return CommandFailure(.usage, error, hints: hints + [last])
    }

    /// A word of the command line, safe to print.
    static func shown(_ word: String) -> String { DisplayText.escaped(word, limit: 200) }

    /// `--port x: expected a number` in place of the parser's sentence.
    private static func invalidValue(_ sentence: String) -> String? {
        guard let match = sentence.wholeMatch(of: /the value '(.*)' is invalid for '(--[a-z-]+)[^']*'(?:: (.*))?/)
        else {
            return nil
        }
        return "\(match.2) \(match.1): \(match.3 ?? "not a valid value")"
    }

    private static func plain(_ sentence: Substring) -> String {
        var text = sentence.drop { $0 == " " }
        while let last = text.last, last == "." || last == " " { text.removeLast() }
        return DisplayText.escaped(text.prefix(1).lowercased() + text.dropFirst(), limit: 1024)
    }
}
