// SPDX-License-Identifier: Apache-2.0
// Policies that cannot mean what they say.

/// A policy that nothing can be decided by; it denies everybody, inside of `not` as well.
public enum AuthorizationPolicyError: Error, Sendable, Equatable {
    /// The policy has no alternatives, values or parts; its name.
    case empty(policy: String)
    /// A digest that is to be SHA-256 is another; the policy's name.
    case notSHA256(policy: String)
}

extension AuthorizationPolicyError: CustomStringConvertible {
    /// One line.
    public var description: String {
        switch self {
        case .empty(let policy): "policy '\(DisplayText.escaped(policy))' is empty"
        case .notSHA256(let policy): "policy '\(DisplayText.escaped(policy))' names a digest that is no SHA-256"
        }
    }
}
