// SPDX-License-Identifier: Apache-2.0
// Colours and marks.

/// Colours text, or leaves it alone.
package struct Palette: Sendable {
    /// Whether colours are written.
    package let isEnabled: Bool

    /// No colours.
    package static let plain = Palette(isEnabled: false)

    package func green(_ text: String) -> String { colored(text, "32") }
    package func red(_ text: String) -> String { colored(text, "31") }
    package func yellow(_ text: String) -> String { colored(text, "33") }
    package func dim(_ text: String) -> String { colored(text, "2") }
    package func bold(_ text: String) -> String { colored(text, "1") }

    /// What holds.
    package var pass: String { green("✓") }
    /// What does not.
    package var fail: String { red("✗") }
    /// What was not decided.
    package var open: String { yellow("?") }

    private func colored(_ text: String, _ code: String) -> String {
        isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
