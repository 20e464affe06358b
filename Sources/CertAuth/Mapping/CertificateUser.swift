// SPDX-License-Identifier: Apache-2.0
// Somebody the application knows.

/// A user as the application's store has it.
public struct CertificateUser: Sendable, Hashable {
    /// Tells this user from every other.
    public var identifier: String
    /// What people call it.
    public var name: String
    /// Its roles.
    public var roles: [String]
    /// Whatever else the store says.
    public var claims: [Claim]

    /// Makes a user; the name is the identifier unless another is given.
    public init(identifier: String, name: String? = nil, roles: [String] = [], claims: [Claim] = []) {
        self.identifier = identifier
        self.name = name ?? identifier
        self.roles = roles
        self.claims = claims
    }
}
