// SPDX-License-Identifier: Apache-2.0
// Mappings that cannot mean what they say: thrown at start-up, never at a request.

/// A mapping that CertAuth refuses to start with.
public enum IdentityMappingError: Error, Sendable, Equatable {
    /// No rule says what of a certificate tells its holder.
    case noRules
    /// A set of authorities is given and empty, so that nobody could be mapped.
    case noAuthorities
    /// The digest of an authority is no SHA-256; the digest.
    case notSHA256(String)
    /// The issuer of the store's claims is empty, or the one of a certificate's own claims; the issuer.
    case claimsIssuerInUse(String)
    /// Two users hold the same identifier, or one user is described in two ways; the identifier.
    case sharedIdentifier(String)
    /// A value of altSecurityIdentities can't be read.
    case malformedMapping(AltSecurityIdentityError)
    /// A value of altSecurityIdentities is of a weak form; what it means.
    case weakMapping(String)
}

extension IdentityMappingError: CustomStringConvertible {
    /// One line.
    public var description: String {
        switch self {
        case .noRules: "no identity rule says what of a certificate tells its holder"
        case .noAuthorities: "the set of authorities is empty: leave it out, or name at least one"
        case .notSHA256(let digest): "the digest \(digest) of an authority is no SHA-256"
        case .claimsIssuerInUse(let issuer):
            "claimsIssuer '\(DisplayText.escaped(issuer))' is empty or that of the certificate's own claims:"
                + " give the user store a name of its own"
        case .sharedIdentifier(let identifier): "two users are known by \(identifier)"
        case .malformedMapping(let error): "\(error)"
        case .weakMapping(let identifier):
            "the mapping of \(identifier) is weak by KB5014754: use issuer and serial number, key identifier or digest"
        }
    }
}
