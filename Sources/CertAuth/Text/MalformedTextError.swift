// SPDX-License-Identifier: Apache-2.0

/// A text that cannot be parsed: which text, what was expected, and what is wrong with it.
public struct MalformedTextError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the text should be.
    package enum Kind: String, Sendable, Hashable {
        case distinguishedName = "a distinguished name"
        case spiffePattern = "a pattern of SPIFFE IDs"
        case altSecurityIdentity = "a mapping of altSecurityIdentities"
    }

    /// What was expected.
    package let kind: Kind
    /// The text, escaped and truncated.
    package let text: String
    /// What is wrong, and at which byte if that is known.
    package let reason: String

    package init(_ kind: Kind, text: String, reason: String) {
        self.kind = kind
        self.text = DisplayText.escaped(text)
        self.reason = reason
    }

    /// One line: the text, what was expected, and what is wrong.
    public var description: String { "'\(text)' is not \(kind.rawValue): \(reason)" }
}
