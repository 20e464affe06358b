// SPDX-License-Identifier: Apache-2.0
// One broken rule, with what explains it.

/// What one check found wrong on one path.
public struct Finding: Error, Sendable, Hashable {
    /// Why, as a stable word.
    public let code: FailureCode
    /// Which certificate of the path, 0 for the client's own; nil when it concerns the path as a whole.
    public let certificateIndex: Int?
    /// Found and expected, with the numbers; text of the peer in it is escaped and capped.
    public let message: String
    /// The rule that is broken, for instance `RFC 5280 §4.1.2.5`; nil for rules of the policy alone.
    public let rule: String?

    package init(_ code: FailureCode, at index: Int?, _ message: String, rule: String? = nil) {
        self.code = code
        certificateIndex = index
        self.message = message
        self.rule = rule
    }
}

extension Finding: CustomStringConvertible {
    /// `expired at certificate 1: …`
    public var description: String {
        "\(code)\(certificateIndex.map { " at certificate \($0)" } ?? ""): \(message)"
    }
}
