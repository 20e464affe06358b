// SPDX-License-Identifier: Apache-2.0

extension AuthorizationPolicy {
    /// Clients with a claim of `type` that has one of `values`, compared byte by byte.
    ///
    /// Inside `not`, case and canonically equivalent Unicode spellings are ignored.
    ///
    /// - Parameters:
    ///   - values: if empty, no client is admitted.
    ///   - issuer: the required issuer, as in `Claim.issuer`; nil accepts every issuer. The default claims of a
    ///     certificate are what its CA let the holder write: find out which of them the CA verifies.
    public static func claim(
        _ type: ClaimType,
        anyOf values: [String],
        issuedBy issuer: String? = nil
    ) -> AuthorizationPolicy {
        let name = "claim \(type) is one of \(values.joined(separator: ", "))"
        let accepted = Set(values.map(ExactText.init))
        let denied = Set(values.map(folded))
        return AuthorizationPolicy(name: name) { client, position in
            guard !accepted.isEmpty else { throw AuthorizationPolicyError.empty(policy: name) }
            let isSaid = client.principal.claims.contains { claim in
                guard isOf(claim, type, issuer, position) else { return false }
                switch position {
                case .granting: return accepted.contains(ExactText(claim.value))
                case .denying: return denied.contains(folded(claim.value))
                }
            }
            return isSaid ? .allowed : .denied(reason: "no claim \(type) has an accepted value")
        }
    }

    /// Clients with a claim of `type`, with any value.
    ///
    /// - Parameter issuer: the required issuer, as in `Claim.issuer`; nil accepts every issuer.
    public static func claim(_ type: ClaimType, issuedBy issuer: String? = nil) -> AuthorizationPolicy {
        AuthorizationPolicy(name: "claim \(type)") { client, position in
            let isSaid = client.principal.claims.contains { isOf($0, type, issuer, position) }
            return isSaid ? .allowed : .denied(reason: "there is no claim \(type)")
        }
    }

    private static func isOf(_ claim: Claim, _ type: ClaimType, _ issuer: String?, _ position: Position) -> Bool {
        switch position {
        case .granting:
            claim.type == type && issuer.map { ExactText.areEqual($0, claim.issuer) } ?? true
        case .denying:
            folded(claim.type.rawValue) == folded(type.rawValue)
                && issuer.map { folded($0) == folded(claim.issuer) } ?? true
        }
    }

    /// Swift compares strings by canonical equivalence. This also removes differences in case and surrounding spaces.
    private static func folded(_ text: String) -> String {
        let trimmed = text.unicodeScalars.drop { $0.properties.isWhitespace }
        let end = trimmed.lastIndex { !$0.properties.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex
        return String(trimmed[..<end]).lowercased()
    }
}
