// SPDX-License-Identifier: Apache-2.0
// Policies that cannot mean what they say.

/// A policy that nothing can be decided by; it denies everybody, inside of `not` as well.
public enum AuthorizationPolicyError: Error, Sendable, Equatable {
    /// The policy has no alternatives, values or parts; its name.
    case empty(policy: String)
    /// A digest that is to be SHA-256 is another; the policy's name.
    case notSHA256(policy: String)
    /// An authority is to be kept out by a digest that was read from text, so that its key is unknown and its other
    /// certificates would pass; the policy's name.
    case keyUnknown(policy: String)
    /// An issuer is to be kept out, and the client's issuer is unknown: its path was not validated here, or its own
    /// certificate is the trust anchor; the policy's name.
    case issuerUnknown(policy: String)
}

extension AuthorizationPolicyError: CustomStringConvertible {
    /// One line.
    public var description: String {
        switch self {
        case .empty(let policy): "policy '\(DisplayText.escaped(policy))' is empty"
        case .notSHA256(let policy): "policy '\(DisplayText.escaped(policy))' names a digest that is no SHA-256"
        case .keyUnknown(let policy):
            "policy '\(DisplayText.escaped(policy))' keeps an authority out by a digest whose key is unknown: name the"
                + " authority by publicKey, or take the digest from its certificate"
        case .issuerUnknown(let policy):
            "policy '\(DisplayText.escaped(policy))' keeps an issuer out, and the client's issuer is unknown"
        }
    }
}
