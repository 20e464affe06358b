// SPDX-License-Identifier: Apache-2.0

/// A user in the application's store.
public struct CertificateUser: Sendable {
    /// The unique identifier of the user. It is compared byte by byte.
    public var identifier: String
    /// The display name.
    public var name: String
    /// The user's roles, in no particular order.
    public var roles: [String]
    /// Further claims. For their issuer, see `IdentityMapping`.
    public var claims: [Claim]

    /// Creates a user. If no name is given, it is the identifier.
    public init(identifier: String, name: String? = nil, roles: [String] = [], claims: [Claim] = []) {
        self.identifier = identifier
        self.name = name ?? identifier
        self.roles = roles
        self.claims = claims
    }
}

extension CertificateUser: Hashable {
    /// Compares all texts byte by byte, ignoring the order of roles and claims.
    public static func == (left: CertificateUser, right: CertificateUser) -> Bool {
        left.isSameUser(as: right) && ExactText.areEqual(left.name, right.name)
            && Set(left.roles.map(ExactText.init)) == Set(right.roles.map(ExactText.init))
            && Set(left.claims) == Set(right.claims)
    }

    /// Hashes the identifier.
    public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

    /// Whether both are the same user, even with different properties.
    func isSameUser(as other: CertificateUser) -> Bool { ExactText.areEqual(identifier, other.identifier) }

    /// The user with only those roles and claims that `other` has too. A store that changes between two lookups grants
    /// no more than both.
    func confirmed(by other: CertificateUser) -> CertificateUser {
        let (otherRoles, otherClaims) = (Set(other.roles.map(ExactText.init)), Set(other.claims))
        var user = self
        user.roles.removeAll { !otherRoles.contains(ExactText($0)) }
        user.claims.removeAll { !otherClaims.contains($0) }
        return user
    }
}
