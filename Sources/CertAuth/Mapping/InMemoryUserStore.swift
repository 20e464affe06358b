// SPDX-License-Identifier: Apache-2.0

/// A user store in memory, for services with few users and for tests.
public struct InMemoryUserStore: CertificateUserStore {
    /// A user with the identifiers of its certificates.
    public struct Entry: Sendable {
        /// The user.
        package var user: CertificateUser
        /// The identifiers of the user's certificates.
        package var identifiers: [CertificateIdentifier]
        /// Further identifiers in Active Directory's form.
        package var altSecurityIdentities: [String]

        /// Creates an entry.
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

    /// Creates a store.
    ///
    /// - Parameter insecurelyAllowingWeakMappings: whether the forms of altSecurityIdentities that KB5014754 calls weak
    ///   are accepted. `IdentityRule.insecurelyWeakAltSecurityIdentities` looks them up.
    /// - Throws: `IdentityMappingError` for an identifier of two users, for an identifier with two different
    ///   descriptions of its user, and for malformed or weak mappings.
    public init(_ entries: [Entry], insecurelyAllowingWeakMappings: Bool = false) throws(IdentityMappingError) {
        var users: [CertificateIdentifier: CertificateUser] = [:]
        for entry in entries {
            var identifiers = entry.identifiers
            for text in entry.altSecurityIdentities {
                let mapping: AltSecurityIdentity
                do throws(MalformedTextError) {
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

    /// The user with the identifier, if there is one.
    public func users(holding identifier: CertificateIdentifier) -> [CertificateUser] {
        users[identifier].map { [$0] } ?? []
    }
}
