// SPDX-License-Identifier: Apache-2.0
// Why a command ends without having done its work.

/// A command that could not do its work: what to print, and the exit code.
package struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The exit codes of every command.
    package enum Kind: Int32, Sendable {
        /// The input was judged and refused.
        case refused = 1
        /// The command was called wrongly: a bad flag, a missing file.
        case usage = 2
        /// The program or its surroundings failed.
        case internalError = 3
    }

    /// The exit code.
    package let kind: Kind
    /// What, which, found, expected; lower case, no period, text of others escaped.
    package let message: String
    /// What the user can do.
    package let hints: [String]

    package init(_ kind: Kind, _ message: String, hints: [String] = []) {
        self.kind = kind
        self.message = message
        self.hints = hints
    }

    /// The message alone.
    package var description: String { message }

    /// A wrong call.
    package static func usage(_ message: String, hint: String...) -> CommandFailure {
        CommandFailure(.usage, message, hints: hint)
    }
}
