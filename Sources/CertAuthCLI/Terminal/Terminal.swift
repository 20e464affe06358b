// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output and standard error. All output of the program goes through it; each stream is coloured only if it is
/// a terminal.
package struct Terminal: Sendable {
    /// The colours of standard output: none unless it is a terminal and `NO_COLOR` is unset or empty.
    package let palette: Palette
    private let errorPalette: Palette

    /// The terminal of this process.
    package static let standard = Terminal(
        palette: Palette(isEnabled: isColored(STDOUT_FILENO)),
        errorPalette: Palette(isEnabled: isColored(STDERR_FILENO))
    )

    /// Writes a line to standard output. The caller has escaped each text of a file, a peer or the command line in it,
    /// because the line may contain colours.
    package func line(_ text: String = "") { write(text + "\n", to: STDOUT_FILENO) }

    /// Writes a line without colours to standard output, for instance a path: what is not printable in it is escaped.
    package func plainLine(_ text: String) { line(Self.safe(text)) }

    /// Writes text to standard output.
    package func text(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes a note without colours to standard error: what is not printable in it is escaped.
    package func note(_ text: String) { write("certauth: \(Self.safe(text))\n", to: STDERR_FILENO) }

    /// Writes a line of the log to standard error.
    func log(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Writes a failure with its hints to standard error.
    package func failure(_ failure: CommandFailure) {
        // Messages contain paths, which may come from a folder that another user fills.
        var lines = ["certauth: \(errorPalette.red("error:")) \(Self.safe(failure.message))"]
        lines += failure.hints.map { "\(errorPalette.bold("hint:")) \(Self.safe($0))" }
        write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }

    /// Asks the user at the terminal, without echo. Nil if the process has no terminal.
    package func password(_ prompt: String) -> String? { SystemProcess.password(Self.safe(prompt)) }

    private static func safe(_ text: String) -> String { DisplayText.escaped(text, limit: 8192) }

    private func write(_ text: String, to descriptor: Int32) {
        SystemProcess.write(Array(text.utf8), to: descriptor)
    }

    private static func isColored(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && SystemProcess.environment("NO_COLOR")?.isEmpty ?? true
    }
}
