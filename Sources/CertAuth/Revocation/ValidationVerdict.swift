// SPDX-License-Identifier: Apache-2.0
// What the engine says of a presented chain.

/// The engine's answer for one presented chain at one moment.
public enum ValidationVerdict: Sendable, Hashable {
    /// A path holds.
    case accepted(ValidatedChain)
    /// None does; when, if ever, the answer may change by time alone.
    case refused(AuthenticationFailure, until: Timestamp?)

    /// The last moment at which the verdict holds by itself; nil without end.
    public var validUntil: Timestamp? {
        switch self {
        case .accepted(let chain): chain.validUntil
        case .refused(_, let moment): moment
        }
    }

    /// Whether the verdict still holds at `moment`.
    package func holds(at moment: Timestamp) -> Bool { validUntil.map { moment <= $0 } ?? true }
}
