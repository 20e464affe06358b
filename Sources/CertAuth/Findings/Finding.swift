// SPDX-License-Identifier: Apache-2.0
// One broken rule, with what explains it.

/// What one check found wrong on one path.
public struct Finding: Error, Sendable, Hashable {
    /// Why, as a stable word.
    public let code: FailureCode
    /// Which certificate of the path, 0 for the client's own; nil when it concerns the path as a whole.
    public let certificateIndex: Int?
    /// Found and expected, with the numbers, at most `messageBytes`; text of the peer in it is escaped and capped.
    public let message: String
    /// The rule that is broken, for instance `RFC 5280 §4.1.2.5`; nil for rules of the policy alone.
    public let rule: String?

    /// The longest message, in UTF-8 bytes: two names of the peer, each character escaped, are cut by it.
    static let messageBytes = 2_048

    package init(_ code: FailureCode, at index: Int?, _ message: String, rule: String? = nil) {
        self.code = code
        certificateIndex = index
        self.message = DisplayText.capped(message, bytes: Self.messageBytes)
        self.rule = rule
    }

    /// The same with at most so many bytes of the message.
    func shortened(toBytes bytes: Int) -> Finding {
        message.utf8.count <= bytes
            ? self : Finding(code, at: certificateIndex, DisplayText.capped(message, bytes: bytes), rule: rule)
    }
}

extension Finding: CustomStringConvertible {
    /// `expired at certificate 1: …`
    public var description: String {
        "\(code)\(certificateIndex.map { " at certificate \($0)" } ?? ""): \(message)"
    }
}
