// SPDX-License-Identifier: Apache-2.0

/// The engine's verdict on one presented chain at one moment.
public enum ValidationVerdict: Sendable, Hashable {
    /// A valid path was found.
    case accepted(ValidatedChain)
    /// No path is valid. `until` is the last moment before time alone may change that; nil for never.
    case refused(AuthenticationFailure, until: Timestamp?)

    /// The last moment at which the verdict is valid; nil for no limit.
    package var validUntil: Timestamp? {
        switch self {
        case .accepted(let chain): chain.validUntil
        case .refused(_, let moment): moment
        }
    }
}
