// SPDX-License-Identifier: Apache-2.0
// Text that is compared byte by byte.
//
// Swift compares strings by Unicode's canonical equivalence: "é" in one and in two scalars are equal, and so are "K" and
// the Kelvin sign. Texts that decide about an identity are equal only when their bytes are.

/// A text whose equality is that of its UTF-8 bytes.
package struct ExactText: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ExactText, right: ExactText) -> Bool { areEqual(left.text, right.text) }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Whether both texts have the same bytes.
    package static func areEqual(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
