// SPDX-License-Identifier: Apache-2.0

/// A text that is compared by its UTF-8 bytes.
///
/// Swift compares strings by Unicode's canonical equivalence: "é" as one scalar equals "é" as two, and "K" equals the
/// Kelvin sign. Texts that decide about an identity must have equal bytes.
package struct ExactText: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ExactText, right: ExactText) -> Bool { areEqual(left.text, right.text) }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Whether both texts have the same bytes.
    package static func areEqual(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
