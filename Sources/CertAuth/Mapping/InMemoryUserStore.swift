// SPDX-License-Identifier: Apache-2.0
// Users in a table.

/// A user store that is a table, for services with few users and for tests.
public struct InMemoryUserStore: CertificateUserStore {
    /// A user with what its certificates are known by.
    public struct Entry: Sendable {
        /// The user.
        package var user: CertificateUser
        /// What its certificates are known by.
        package var identifiers: [CertificateIdentifier]
        /// The same as Active Directory keeps it.
        package var altSecurityIdentities: [String]

        /// Makes an entry.
        public init(
            _ user: CertificateUser,
            identifiers: [CertificateIdentifier] = [],
            altSecurityIdentities: [String] = []
        ) {
            self.user = user
            self.identifiers = identifiers
            self.altSecurityIdentities = altSecurityIdentities
        }
    }

    private let users: [CertificateIdentifier: CertificateUser]

    /// Makes a store.
    ///
    /// - Parameter insecurelyAllowingWeakMappings: takes the forms of altSecurityIdentities that KB5014754 calls weak;
    ///   `IdentityRule.insecurelyWeakAltSecurityIdentities` looks for them.
    /// - Throws: `IdentityMappingError` for two users of one identifier, for two entries of one identifier that describe
    ///   its user differently, and for mappings that are malformed or weak.
    public init(_ entries: [Entry], insecurelyAllowingWeakMappings: Bool = false) throws(IdentityMappingError) {
        var users: [CertificateIdentifier: CertificateUser] = [:]
        for entry in entries {
            var identifiers = entry.identifiers
            for text in entry.altSecurityIdentities {
                let mapping: AltSecurityIdentity
                do throws(AltSecurityIdentityError) {
                    mapping = try AltSecurityIdentity(text)
                } catch {
                    throw .malformedMapping(error)
                }
                guard mapping.isStrong || insecurelyAllowingWeakMappings else {
                    throw .weakMapping("\(mapping.identifier)")
                }
                identifiers.append(mapping.identifier)
            }
            for identifier in identifiers {
                guard users.updateValue(entry.user, forKey: identifier).map({ $0 == entry.user }) ?? true else {
                    throw .sharedIdentifier("\(identifier)")
                }
            }
        }
        self.users = users
    }

    /// None or one.
    public func users(holding identifier: CertificateIdentifier) -> [CertificateUser] {
        users[identifier].map { [$0] } ?? []
    }
}
