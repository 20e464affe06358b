// SPDX-License-Identifier: Apache-2.0

/// Finds the one user that a certificate belongs to, and creates a principal from both.
///
/// Every identifier that the rules extract from the certificate is looked up. All users found must be the same one, and
/// the rules must lead to that user as `demand` requires. Otherwise the client is refused with `identity-not-mapped`,
/// or with `identity-ambiguous` for several users. The order of the rules does not matter.
///
/// A rule *leads* to a user if one of its identifiers does.
public struct IdentityMapping: Sendable {
    /// Which rules must lead to the user.
    public enum Demand: Sendable, Hashable {
        /// Every rule. A certificate without an identifier for one of them is refused.
        case allRules
        /// At least one rule and, if there are strong rules (`IdentityRule.isStrong`), at least one of them: a name
        /// never replaces a strong identifier (CVE-2022-26923, KB5014754). Other rules are ignored if the certificate
        /// has no identifier for them, or an unknown one. But if the certificate names a Windows account, it must be
        /// the user's.
        case anyRule
    }

    /// The maximum number of different identifiers that are looked up for one certificate, so that a certificate with a
    /// thousand names does not cause a thousand lookups. Above it, the client is refused with `limit-exceeded`.
    package static let mostIdentifiers = 16
    /// The authentication type of the identity from the store.
    package static let authenticationType = "CertificateUser"

    /// The rules that extract identifiers from a certificate.
    package let rules: [IdentityRule]
    /// Which rules must lead to the user.
    package let demand: Demand
    private let store: any CertificateUserStore
    private let authorities: Set<Thumbprint>?
    private let claimsIssuer: String

    /// Creates a mapping.
    ///
    /// - Parameters:
    ///   - rules: at least one.
    ///   - demand: which rules must lead to the user, by default all.
    ///   - store: where users are looked up.
    ///   - authorities: the SHA-256 digests of the CA certificates whose clients are mapped. One must be on the
    ///     validated path. Nil maps the clients of every trusted CA. Names are only as unique as the CAs that issue
    ///     them.
    ///   - claimsIssuer: the issuer of the claims from the store.
    /// - Throws: `IdentityMappingError` for no rules, for an empty set of authorities, for a digest other than SHA-256,
    ///   and for a claims issuer that is empty or `Claim.localAuthority`.
    public init(
        rules: [IdentityRule],
        demand: Demand = .allRules,
        store: any CertificateUserStore,
        authorities: Set<Thumbprint>? = nil,
        claimsIssuer: String = "user store"
    ) throws(IdentityMappingError) {
        guard !rules.isEmpty else { throw .noRules }
        if let authorities {
            guard !authorities.isEmpty else { throw .noAuthorities }
            if let other = authorities.first(where: { $0.algorithm != .sha256 }) { throw .notSHA256(other.hexadecimal) }
        }
        guard !claimsIssuer.isEmpty, !ExactText.areEqual(claimsIssuer, Claim.localAuthority) else {
            throw .claimsIssuerInUse(claimsIssuer)
        }
        self.rules = rules
        self.demand = demand
        self.store = store
        self.authorities = authorities
        self.claimsIssuer = claimsIssuer
    }

    /// The hook to set in `CertificateAuthenticationEvents`.
    public var onCertificateValidated:
        @Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision
    {
        { context in
            let isIssuerInUse = context.principal.claims.contains { ExactText.areEqual($0.issuer, claimsIssuer) }
            guard !isIssuerInUse else { throw IdentityMappingError.claimsIssuerInUse(claimsIssuer) }
            return switch try await user(for: context.chain) {
            case .success(let user): .success(principal(user, beside: context.principal))
            case .failure(let finding): .refuse(finding.code, reason: finding.message)
            }
        }
    }

    /// The one user, or why there is not exactly one.
    ///
    /// - Throws: the errors of the store.
    package func user(for chain: ValidatedChain) async throws -> Result<CertificateUser, Finding> {
        let search: IdentitySearch
        do throws(Finding) {
            search = try IdentitySearch(rules: rules, demand: demand, identifiers: identifiers(of: chain))
        } catch {
            return .failure(error)
        }
        return try await search.user(in: store)
    }

    /// A principal with the user's identity first, followed by those of the certificate.
    ///
    /// The claims from the store have the mapping's `claimsIssuer`. A claim of the user keeps its own issuer, unless
    /// claims of the certificate have the same issuer. So no claim from the store can appear to be from the
    /// certificate.
    package func principal(_ user: CertificateUser, beside certificate: ClaimsPrincipal) -> ClaimsPrincipal {
        let taken = Set(certificate.claims.map { ExactText($0.issuer) } + [ExactText(Claim.localAuthority)])
        var claims = [Claim(.nameIdentifier, user.identifier, issuer: claimsIssuer)]
        claims.append(Claim(.name, user.name, issuer: claimsIssuer))
        claims += user.roles.map { Claim(.role, $0, issuer: claimsIssuer) }
        claims += user.claims.map { claim in
            guard taken.contains(ExactText(claim.issuer)) else { return claim }
            return Claim(claim.type, claim.value, valueType: claim.valueType, issuer: claimsIssuer)
        }
        let identity = ClaimsIdentity(authenticationType: Self.authenticationType, claims: claims)
        return ClaimsPrincipal(identities: [identity] + certificate.identities)
    }

    /// The identifiers of each rule.
    private func identifiers(of chain: ValidatedChain) throws(Finding) -> [[CertificateIdentifier]] {
        if let authorities, !chain.isBelow(authorities) {
            let text = "\(chain.leaf): no authority of its path is among those whose certificates are mapped"
            throw Finding(.identityNotMapped, at: 0, text)
        }
        var found: [[CertificateIdentifier]] = []
        for rule in rules { found.append(try rule.identifiers(chain)) }
        let count = Set(found.joined()).count
        guard count <= Self.mostIdentifiers else {
            let text = "\(count) identifiers to look up, at most \(Self.mostIdentifiers)"
            throw Finding(.limitExceeded, at: 0, "\(text) (IdentityMapping.mostIdentifiers)")
        }
        return found
    }
}
