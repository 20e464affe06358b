// SPDX-License-Identifier: Apache-2.0

/// The failure of a command: the message to print and the exit code.
package struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The exit codes of every command.
    package enum Kind: Int32, Sendable {
        /// The input was validated and refused.
        case refused = 1
        /// A usage error, such as an invalid flag or a missing file.
        case usage = 2
        /// The program or its environment failed.
        case internalError = 3
    }

    /// The exit code.
    package let kind: Kind
    /// What was found and expected, and where; lower case, no period, external text escaped.
    package let message: String
    /// What the user can do.
    package let hints: [String]
    /// Whether a password could make it succeed.
    package private(set) var needsPassword = false

    /// The failure of a password that is missing or wrong.
    package static func password(_ message: String, hint: String) -> CommandFailure {
        var failure = CommandFailure(.usage, message, hints: [hint])
        failure.needsPassword = true
        return failure
    }

    package init(_ kind: Kind, _ message: String, hints: [String] = []) {
        self.kind = kind
        self.message = message
        self.hints = hints
    }

    /// The message, without hints.
    package var description: String { message }

    /// Creates a usage error.
    package static func usage(_ message: String, hint: String...) -> CommandFailure {
        CommandFailure(.usage, message, hints: hint)
    }
}
