// SPDX-License-Identifier: Apache-2.0

/// Colours text and provides coloured marks, or leaves text unchanged.
package struct Palette: Sendable {
    /// Whether text is coloured.
    package let isEnabled: Bool

    /// No colours.
    package static let plain = Palette(isEnabled: false)

    package func green(_ text: String) -> String { colored(text, "32") }
    package func red(_ text: String) -> String { colored(text, "31") }
    package func yellow(_ text: String) -> String { colored(text, "33") }
    package func dim(_ text: String) -> String { colored(text, "2") }
    package func bold(_ text: String) -> String { colored(text, "1") }

    /// The mark of a passed check.
    package var pass: String { green("✓") }
    /// The mark of a failed check.
    package var fail: String { red("✗") }
    /// The mark of an undecided check.
    package var open: String { yellow("?") }

    private func colored(_ text: String, _ code: String) -> String {
        isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
