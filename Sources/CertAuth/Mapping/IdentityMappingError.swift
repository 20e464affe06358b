// SPDX-License-Identifier: Apache-2.0

/// A mapping that CertAuth refuses to start with.
public enum IdentityMappingError: Error, Sendable, Equatable {
    /// There is no rule that identifies the holder of a certificate.
    case noRules
    /// The set of authorities is empty, so no client could be mapped.
    case noAuthorities
    /// The digest of an authority is not SHA-256.
    case notSHA256(String)
    /// The issuer of the store's claims is empty, or is the issuer of the certificate's claims.
    case claimsIssuerInUse(String)
    /// Two users have the same identifier, or one user has two different descriptions.
    case sharedIdentifier(String)
    /// A value of altSecurityIdentities cannot be parsed.
    case malformedMapping(MalformedTextError)
    /// A value of altSecurityIdentities has a weak form: its meaning.
    case weakMapping(String)
}

extension IdentityMappingError: CustomStringConvertible {
    /// One line: what is wrong, and how to fix it.
    public var description: String {
        switch self {
        case .noRules: "there is no identity rule: give at least one that identifies the holder of a certificate"
        case .noAuthorities: "the set of authorities is empty: leave it out, or name at least one"
        case .notSHA256(let digest): "the digest \(digest) of an authority is not a SHA-256 digest"
        case .claimsIssuerInUse(let issuer):
            "claimsIssuer '\(DisplayText.escaped(issuer))' is empty or that of the certificate's own claims:"
                + " give the user store another name"
        case .sharedIdentifier(let identifier): "two users have the identifier \(identifier)"
        case .malformedMapping(let error): "\(error)"
        case .weakMapping(let identifier):
            "the mapping of \(identifier) is weak by KB5014754: use issuer and serial number, key identifier or digest"
        }
    }
}
