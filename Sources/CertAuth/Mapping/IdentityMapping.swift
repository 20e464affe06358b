// SPDX-License-Identifier: Apache-2.0
// From a certificate to somebody the application knows.

/// Finds the one user whose certificate it is, and makes a principal of both.
///
/// Every identifier that the rules take out of the certificate is looked up. They must lead to exactly one user: none is
/// the refusal `identity-not-mapped`, several are `identity-ambiguous`.
public struct IdentityMapping: Sendable {
    /// The most different identifiers that are looked up for one certificate, so that a certificate with a thousand names
    /// does not ask the store a thousand questions; beyond it the refusal is `limit-exceeded`.
    public static let mostIdentifiers = 16
    /// The authentication type of the identity that the store gives.
    public static let authenticationType = "CertificateUser"

    /// What of a certificate tells its holder.
    public let rules: [IdentityRule]
    private let store: any CertificateUserStore
    private let authorities: Set<Thumbprint>?
    private let claimsIssuer: String

    /// Makes a mapping.
    ///
    /// - Parameters:
    ///   - rules: at least one.
    ///   - store: where users are looked up.
    ///   - authorities: the SHA-256 digests of the authorities whose certificates are mapped, one of which must stand on
    ///     the validated path; nil maps those of all that is trusted. Names are only as unique as the authorities that
    ///     give them.
    ///   - claimsIssuer: who vouches for what the store says.
    public init(
        rules: [IdentityRule],
        store: any CertificateUserStore,
        authorities: Set<Thumbprint>? = nil,
        claimsIssuer: String = "user store"
    ) throws(IdentityMappingError) {
        guard !rules.isEmpty else { throw .noRules }
        if let authorities {
            guard !authorities.isEmpty else { throw .noAuthorities }
            if let other = authorities.first(where: { $0.algorithm != .sha256 }) { throw .notSHA256(other.hexadecimal) }
        }
        self.rules = rules
        self.store = store
        self.authorities = authorities
        self.claimsIssuer = claimsIssuer
    }

    /// Ready for `CertificateAuthenticationEvents`.
    public var onCertificateValidated: CertificateAuthenticationEvents.Validated {
        { context in
            switch try await user(for: context.chain) {
            case .success(let user): .success(principal(user, beside: context.principal))
            case .failure(let finding): .refuse(finding.code, reason: finding.message)
            }
        }
    }

    /// The one user, or why there is not exactly one.
    ///
    /// - Throws: what the store throws.
    public func user(for chain: ValidatedChain) async throws -> Result<CertificateUser, Finding> {
        let identifiers: [CertificateIdentifier]
        do throws(Finding) {
            identifiers = try self.identifiers(of: chain)
        } catch {
            return .failure(error)
        }
        var found: [CertificateUser] = []
        for identifier in identifiers {
            for user in try await store.users(holding: identifier) {
                // Unicode's equivalence would take two users for one.
                let isKnown = found.contains { $0 == user && $0.identifier.utf8.elementsEqual(user.identifier.utf8) }
                if !isKnown { found.append(user) }
            }
        }
        let searched = identifiers.map(\.description).joined(separator: ", ")
        switch found.count {
        case 1: return .success(found[0])
        case 0:
            let text = "no user is known by \(searched.isEmpty ? "anything in the certificate" : searched)"
            return .failure(Finding(.identityNotMapped, at: 0, text))
        default:
            let names = found.prefix(4).map { DisplayText.escaped($0.identifier) }.joined(separator: ", ")
            return .failure(Finding(.identityAmbiguous, at: 0, "\(found.count) users, \(names), by \(searched)"))
        }
    }

    /// The user's identity, then what the certificate says.
    public func principal(_ user: CertificateUser, beside certificate: ClaimsPrincipal) -> ClaimsPrincipal {
        var claims = [Claim(.nameIdentifier, user.identifier, issuer: claimsIssuer)]
        claims.append(Claim(.name, user.name, issuer: claimsIssuer))
        claims += user.roles.map { Claim(.role, $0, issuer: claimsIssuer) }
        let identity = ClaimsIdentity(authenticationType: Self.authenticationType, claims: claims + user.claims)
        return ClaimsPrincipal(identities: [identity] + certificate.identities)
    }

    private func identifiers(of chain: ValidatedChain) throws(Finding) -> [CertificateIdentifier] {
        if let authorities, !chain.isBelow(authorities) {
            let text = "\(chain.leaf): no authority of its path is among those whose certificates are mapped"
            throw Finding(.identityNotMapped, at: 0, text)
        }
        var all: [CertificateIdentifier] = []
        var seen: Set<CertificateIdentifier> = []
        for rule in rules {
            for identifier in try rule.identifiers(chain) where seen.insert(identifier).inserted {
                all.append(identifier)
            }
        }
        guard all.count <= Self.mostIdentifiers else {
            let text = "\(all.count) identifiers to look up, at most \(Self.mostIdentifiers)"
            throw Finding(.limitExceeded, at: 0, "\(text) (IdentityMapping.mostIdentifiers)")
        }
        return all
    }
}
