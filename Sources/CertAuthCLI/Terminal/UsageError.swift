// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Converts messages of the argument parser to the form of all other errors.
package enum UsageError {
    /// Returns the first sentence as the error and the others as hints, in lower case and without periods.
    package static func failure(_ message: String) -> CommandFailure {
        let lines = message.split(separator: "\n").flatMap { $0.split(separator: ". ") }
        let sentences = lines.map { plain($0) }.filter { !$0.isEmpty }
        guard let first = sentences.first else { return .usage("usage error", hint: "see `certauth help`") }
        return CommandFailure(.usage, first, hints: sentences.dropFirst() + ["see `certauth help`"])
    }

    private static func plain(_ sentence: Substring) -> String {
        var text = sentence.drop { $0 == " " }
        while let last = text.last, last == "." || last == " " { text.removeLast() }
        return DisplayText.escaped(text.prefix(1).lowercased() + text.dropFirst(), limit: 1024)
    }
}
