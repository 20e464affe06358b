// SPDX-License-Identifier: Apache-2.0

/// The claims from one way of authentication.
public struct ClaimsIdentity: Sendable, Hashable {
    /// How the client was authenticated; `Certificate` for identities of CertAuth.
    public var authenticationType: String
    /// The claims, in order. A type may occur several times.
    public var claims: [Claim]

    /// Creates an identity.
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

    /// Whether there is a claim with this type and exactly this value. Texts that are only canonically equivalent in
    /// Unicode are different.
    package func has(_ type: ClaimType, _ value: String) -> Bool {
        claims.contains { $0.type == type && $0.value.utf8.elementsEqual(value.utf8) }
    }
}
