// SPDX-License-Identifier: Apache-2.0

/// A policy that cannot decide. It denies every client, also inside `not`.
package enum AuthorizationPolicyError: Error, Sendable, Equatable {
    /// The policy has no alternatives, values or parts: its name.
    case empty(policy: String)
    /// A digest is not SHA-256: the policy's name.
    case notSHA256(policy: String)
    /// A CA is to be excluded by a digest that was parsed from text, so its key is unknown and its other certificates
    /// would not be excluded: the policy's name.
    case keyUnknown(policy: String)
    /// An issuer is to be excluded, but the client's issuer is unknown, because its path was not validated here or its
    /// own certificate is the trust anchor: the policy's name.
    case issuerUnknown(policy: String)
}

extension AuthorizationPolicyError: CustomStringConvertible {
    /// One line: which policy, and what is wrong.
    package var description: String {
        switch self {
        case .empty(let policy): "policy '\(DisplayText.escaped(policy))' is empty"
        case .notSHA256(let policy): "policy '\(DisplayText.escaped(policy))' has a digest that is not SHA-256"
        case .keyUnknown(let policy):
            "policy '\(DisplayText.escaped(policy))' excludes an authority by a digest whose key is unknown: identify the"
                + " authority by publicKey, or take the digest from its certificate"
        case .issuerUnknown(let policy):
            "policy '\(DisplayText.escaped(policy))' excludes an issuer, but the client's issuer is unknown"
        }
    }
}
