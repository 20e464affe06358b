// SPDX-License-Identifier: Apache-2.0
// Who the client is.

/// An authenticated client: one identity by its certificate, and those the application adds.
public struct ClaimsPrincipal: Sendable, Hashable {
    /// At least one in what CertAuth makes.
    public var identities: [ClaimsIdentity]

    /// Makes a principal.
    public init(identities: [ClaimsIdentity]) { self.identities = identities }

    /// Makes a principal with one identity.
    public init(authenticationType: String, claims: [Claim]) {
        identities = [ClaimsIdentity(authenticationType: authenticationType, claims: claims)]
    }

    /// Whether no identity was authenticated: none has an authentication type.
    public var isAnonymous: Bool { identities.allSatisfy(\.authenticationType.isEmpty) }

    /// Every claim of every identity, in order.
    public var claims: [Claim] { identities.flatMap(\.claims) }

    /// The first name among the identities; not unique across issuers.
    public var name: String? { first(.name) }

    /// The value of the first claim of a type.
    public func first(_ type: ClaimType) -> String? { claims.first { $0.type == type }?.value }

    /// The values of all claims of a type, in order.
    public func all(_ type: ClaimType) -> [String] { claims.filter { $0.type == type }.map(\.value) }

    /// Whether a claim of this type says exactly this, byte by byte.
    public func has(_ type: ClaimType, _ value: String) -> Bool { identities.contains { $0.has(type, value) } }
}
