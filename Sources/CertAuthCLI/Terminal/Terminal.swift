// SPDX-License-Identifier: Apache-2.0

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

    /// Writes a line to standard output.
    package func line(_ text: String = "") { write(text + "\n", to: STDOUT_FILENO) }

    /// Writes text to standard output.
    package func text(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes a note to standard error.
    package func note(_ text: String) { write("certauth: \(text)\n", to: STDERR_FILENO) }

    /// Writes a failure with its hints to standard error.
    package func failure(_ failure: CommandFailure) {
        var lines = ["certauth: \(errorPalette.red("error:")) \(failure.message)"]
        lines += failure.hints.map { "\(errorPalette.bold("hint:")) \($0)" }
        write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }

    private func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = systemWrite(rest, to: descriptor)
            guard count >= 0 || errno == EINTR || errno == EAGAIN else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    private static func isColored(_ descriptor: Int32) -> Bool {
        guard isatty(descriptor) == 1 else { return false }
        guard let value = getenv("NO_COLOR") else { return true }
        return String(cString: value).isEmpty
    }
}

/// Calls `write(2)`. Inside the type above, `write` would refer to its own method.
private func systemWrite(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int {
    bytes.withUnsafeBytes { $0.baseAddress.map { start in write(descriptor, start, bytes.count) } ?? 0 }
}
