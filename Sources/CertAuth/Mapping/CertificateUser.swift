// SPDX-License-Identifier: Apache-2.0
// A user of the application.

/// A user as the application's store has it.
public struct CertificateUser: Sendable {
    /// Tells this user from every other; compared byte by byte.
    public var identifier: String
    /// The display name.
    public var name: String
    /// The user's roles; their order has no meaning.
    public var roles: [String]
    /// Further claims. An `IdentityMapping` gives them an issuer of its own, see there.
    public var claims: [Claim]

    /// Makes a user; the name is the identifier unless another is given.
    public init(identifier: String, name: String? = nil, roles: [String] = [], claims: [Claim] = []) {
        self.identifier = identifier
        self.name = name ?? identifier
        self.roles = roles
        self.claims = claims
    }
}

extension CertificateUser: Hashable {
    /// Equal when every text is the same byte by byte; the order of roles and claims does not count.
    public static func == (left: CertificateUser, right: CertificateUser) -> Bool {
        left.isSameUser(as: right) && ExactText.areEqual(left.name, right.name)
            && Set(left.roles.map(ExactText.init)) == Set(right.roles.map(ExactText.init))
            && Set(left.claims) == Set(right.claims)
    }

    /// Hashes the identifier.
    public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

    /// Whether both are the same user, whatever else is said of them.
    func isSameUser(as other: CertificateUser) -> Bool { ExactText.areEqual(identifier, other.identifier) }

    /// The user with those roles and claims alone that `other` has as well: a store that changes between two answers
    /// gives no more than both.
    func confirmed(by other: CertificateUser) -> CertificateUser {
        let (otherRoles, otherClaims) = (Set(other.roles.map(ExactText.init)), Set(other.claims))
        var user = self
        user.roles.removeAll { !otherRoles.contains(ExactText($0)) }
        user.claims.removeAll { !otherClaims.contains($0) }
        return user
    }
}
