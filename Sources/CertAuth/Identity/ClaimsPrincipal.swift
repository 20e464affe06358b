// SPDX-License-Identifier: Apache-2.0

/// An authenticated client: the identity from its certificate, and those that the application adds.
public struct ClaimsPrincipal: Sendable, Hashable {
    /// The identities. CertAuth creates at least one.
    public var identities: [ClaimsIdentity]

    /// Creates a principal.
    public init(identities: [ClaimsIdentity]) { self.identities = identities }

    /// Creates a principal with one identity.
    public init(authenticationType: String, claims: [Claim]) {
        identities = [ClaimsIdentity(authenticationType: authenticationType, claims: claims)]
    }

    /// Whether no identity is authenticated, that is, none has an authentication type.
    package var isAnonymous: Bool { identities.allSatisfy(\.authenticationType.isEmpty) }

    /// All claims of all identities, in order.
    public var claims: [Claim] { identities.flatMap(\.claims) }

    /// The first name in the identities. It is not unique across issuers.
    public var name: String? { first(.name) }

    /// The value of the first claim of a type.
    public func first(_ type: ClaimType) -> String? { claims.first { $0.type == type }?.value }

    /// The values of all claims of a type, in order.
    public func all(_ type: ClaimType) -> [String] { claims.filter { $0.type == type }.map(\.value) }

    /// Whether there is a claim with this type and exactly this value, byte by byte.
    public func has(_ type: ClaimType, _ value: String) -> Bool { identities.contains { $0.has(type, value) } }
}
