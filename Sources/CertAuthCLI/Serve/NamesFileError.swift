// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Why a file of server names cannot be used.
package struct NamesFileError: Error, Sendable, Equatable {
    /// The line, from 1; nil for the whole file.
    package let line: Int?
    /// What was found and what was expected; external text escaped.
    package let message: String
    /// What to do; nil if the message says it.
    package let hint: String?

    init(line: Int? = nil, _ message: String, hint: String? = nil) {
        self.line = line
        self.message = message
        self.hint = hint
    }

    /// Returns the usage error with the place in the file at `path`.
    func failure(at path: String) -> CommandFailure {
        let place = NamesFile.place(path, line: line)
        return CommandFailure(.usage, "\(place): \(message)", hints: hint.map { [$0] } ?? [])
    }
}
