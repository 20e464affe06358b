// SPDX-License-Identifier: Apache-2.0
// What one authentication says of a client.

/// The claims that one way of authenticating yields.
public struct ClaimsIdentity: Sendable, Hashable {
    /// How it was authenticated; `Certificate` for ours.
    public var authenticationType: String
    /// In order; several of one type are possible.
    public var claims: [Claim]

    /// Makes an identity.
    public init(authenticationType: String, claims: [Claim]) {
        self.authenticationType = authenticationType
        self.claims = claims
    }

    /// The first claim of type `name`.
    package var name: String? { first(.name) }

    /// The value of the first claim of a type.
    package func first(_ type: ClaimType) -> String? { claims.first { $0.type == type }?.value }

    /// The values of all claims of a type, in order.
    package func all(_ type: ClaimType) -> [String] { claims.filter { $0.type == type }.map(\.value) }

    /// Whether a claim of this type says exactly this, byte by byte: texts that Unicode calls equivalent are different.
    package func has(_ type: ClaimType, _ value: String) -> Bool {
        claims.contains { $0.type == type && $0.value.utf8.elementsEqual(value.utf8) }
    }
}
