// SPDX-License-Identifier: Apache-2.0
// Combinations of policies.
//
// There are three results: allowed, denied, and an error. An error is not a denial that `not` could invert. Other parts
// may decide despite an error, but only if this cannot admit a client by way of `not`.

extension AuthorizationPolicy {
    /// Every authenticated client.
    public static let authenticated = AuthorizationPolicy(name: "authenticated") { _, _ in .allowed }

    /// Clients that at least one of `policies` admits. Without any policy, no client.
    public static func anyOf(_ policies: [AuthorizationPolicy]) -> AuthorizationPolicy {
        combined(policies, name: "any of") { decision, _ in decision.isAllowed }
    }

    /// Clients that all of `policies` admit. Without any policy, no client.
    public static func allOf(_ policies: [AuthorizationPolicy]) -> AuthorizationPolicy {
        combined(policies, name: "all of") { decision, position in !decision.isAllowed && position == .granting }
    }

    /// Authenticated clients that `policy` denies.
    ///
    /// Inside `not`, conditions match more broadly than elsewhere, so that a client cannot evade them: certificates
    /// match by key and signed part, texts ignore case, and an error in any part denies.
    public static func not(_ policy: AuthorizationPolicy) -> AuthorizationPolicy {
        AuthorizationPolicy(name: "not \(policy.name)") { client, position in
            switch try await policy.rule(client, position.opposite) {
            case .allowed: .denied(reason: "'\(policy.name)' allows it")
            case .denied: .allowed
            }
        }
    }

    /// Evaluates the policies in order until one settles the result.
    private static func combined(
        _ policies: [AuthorizationPolicy],
        name: String,
        settles: @escaping @Sendable (AuthorizationDecision, AuthorizationPolicy.Position) -> Bool
    ) -> AuthorizationPolicy {
        let name = "\(name) (\(policies.map(\.name).joined(separator: ", ")))"
        return AuthorizationPolicy(name: name) { client, position in
            var trouble: (any Error)?
            var last: AuthorizationDecision?
            for policy in policies {
                do {
                    let decision = try await policy.rule(client, position)
                    if settles(decision, position) { return decision }
                    // A denial of `allOf` in a denying position remains its result, whatever follows.
                    if last?.isAllowed ?? true || !decision.isAllowed { last = decision }
                } catch {
                    trouble = trouble ?? error
                }
            }
            if let trouble { throw trouble }
            guard let last else { throw AuthorizationPolicyError.empty(policy: name) }
            return last
        }
    }
}
