// SPDX-License-Identifier: Apache-2.0

/// One rule that a path violates.
package struct Finding: Error, Sendable, Hashable {
    /// Why, as a stable code.
    package let code: FailureCode
    /// The index of the certificate in the path, 0 for the client's own; nil if the finding concerns the whole path.
    package let certificateIndex: Int?
    /// What was found and what was expected, at most `messageBytes`. The client's text in it is escaped and truncated.
    package let message: String
    /// The violated rule, for example `RFC 5280 §4.1.2.5`; nil for rules of the policy alone.
    package let rule: String?

    /// The maximum length of a message in UTF-8 bytes. Two names of a client with every character escaped exceed it and
    /// are truncated.
    static let messageBytes = 2_048

    package init(_ code: FailureCode, at index: Int?, _ message: String, rule: String? = nil) {
        self.code = code
        certificateIndex = index
        self.message = DisplayText.capped(message, bytes: Self.messageBytes)
        self.rule = rule
    }

    /// A copy with at most `bytes` UTF-8 bytes of the message.
    func shortened(toBytes bytes: Int) -> Finding {
        message.utf8.count <= bytes
            ? self : Finding(code, at: certificateIndex, DisplayText.capped(message, bytes: bytes), rule: rule)
    }
}

extension Finding: CustomStringConvertible {
    /// `expired at certificate 1: …`
    package var description: String {
        "\(code)\(certificateIndex.map { " at certificate \($0)" } ?? ""): \(message)"
    }
}
