// SPDX-License-Identifier: Apache-2.0
// Policies over what is said of a client.

extension AuthorizationPolicy {
    /// Clients with a claim of `type` that says one of `values`, compared byte by byte.
    ///
    /// - Parameters:
    ///   - values: without any, nobody is allowed.
    ///   - issuer: who must have said it, as in `Claim.issuer`; nil accepts everybody's word. The default claims of a
    ///     certificate say what its authority let the holder write: see which of them that authority checks.
    public static func claim(
        _ type: ClaimType,
        anyOf values: [String],
        issuedBy issuer: String? = nil
    ) -> AuthorizationPolicy {
        let name = "claim \(type) is one of \(values.joined(separator: ", "))"
        let accepted = Set(values.map { Array($0.utf8) })
        return AuthorizationPolicy(name: name) { client in
            guard !accepted.isEmpty else { throw AuthorizationPolicyError.empty(policy: name) }
            let isSaid = client.principal.claims.contains { claim in
                claim.type == type && accepted.contains(Array(claim.value.utf8)) && isVouched(claim, for: issuer)
            }
            return isSaid ? .allowed : .denied(reason: "no claim \(type) has an accepted value")
        }
    }

    /// Clients with a claim of `type`, whatever it says.
    ///
    /// - Parameter issuer: as above.
    public static func claim(_ type: ClaimType, issuedBy issuer: String? = nil) -> AuthorizationPolicy {
        AuthorizationPolicy(name: "claim \(type)") { client in
            let isSaid = client.principal.claims.contains { $0.type == type && isVouched($0, for: issuer) }
            return isSaid ? .allowed : .denied(reason: "there is no claim \(type)")
        }
    }

    private static func isVouched(_ claim: Claim, for issuer: String?) -> Bool {
        issuer.map { $0.utf8.elementsEqual(claim.issuer.utf8) } ?? true
    }
}
