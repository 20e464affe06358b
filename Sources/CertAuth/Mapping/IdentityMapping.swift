// SPDX-License-Identifier: Apache-2.0
// From a certificate to a user of the application.

/// Finds the one user that a certificate belongs to, and makes a principal of both.
///
/// Every identifier that the rules find in the certificate is looked up. All users that are found must be the same one,
/// and the rules must lead to that user as `demand` says. Otherwise the client is refused: `identity-not-mapped`, or
/// `identity-ambiguous` for several users. The order of the rules has no influence.
///
/// A rule *leads* to a user if one of its identifiers does.
public struct IdentityMapping: Sendable {
    /// Which rules must lead to the user.
    public enum Demand: Sendable, Hashable {
        /// Every rule. A certificate without an identifier for one of them is refused.
        case allRules
        /// At least one rule, and at least one strong rule (`IdentityRule.isStrong`) if there is any among them: names never
        /// replace a strong identifier (CVE-2022-26923, KB5014754). Other rules are passed over where the certificate has
        /// no identifier for them, or an unknown one; but a Windows account that it names must be that of the user.
        case anyRule
    }

    /// The most different identifiers that are looked up for one certificate, so that a certificate with a thousand names
    /// does not ask the store a thousand questions; beyond it the refusal is `limit-exceeded`.
    package static let mostIdentifiers = 16
    /// The authentication type of the identity that the store gives.
    package static let authenticationType = "CertificateUser"

    /// Where the identifiers are in a certificate.
    package let rules: [IdentityRule]
    /// Which of the rules must lead to the user.
    package let demand: Demand
    private let store: any CertificateUserStore
    private let authorities: Set<Thumbprint>?
    private let claimsIssuer: String

    /// Makes a mapping.
    ///
    /// - Parameters:
    ///   - rules: at least one.
    ///   - demand: which of them must lead to the user; all of them unless something else is said.
    ///   - store: where users are looked up.
    ///   - authorities: the SHA-256 digests of the authorities whose certificates are mapped, one of which must be on the
    ///     validated path; nil maps the certificates of every trusted authority. Names are only as unique as the
    ///     authorities that issue them.
    ///   - claimsIssuer: the issuer of the claims from the store.
    /// - Throws: `IdentityMappingError` without rules, for an empty set of authorities, for a digest other than SHA-256, and
    ///   for a claims issuer that is empty or `Claim.localAuthority`.
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

    /// The hook for `CertificateAuthenticationEvents`.
    public var onCertificateValidated: CertificateAuthenticationEvents.Validated {
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
    /// - Throws: what the store throws.
    package func user(for chain: ValidatedChain) async throws -> Result<CertificateUser, Finding> {
        let search: IdentitySearch
        do throws(Finding) {
            search = try IdentitySearch(rules: rules, demand: demand, identifiers: identifiers(of: chain))
        } catch {
            return .failure(error)
        }
        return try await search.user(in: store)
    }

    /// The user's identity first, then those of the certificate.
    ///
    /// The claims of the store have the mapping's `claimsIssuer`; a claim of the user keeps an issuer of its own unless
    /// that is an issuer of the certificate's claims, so that no claim of the store passes for the certificate's.
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
