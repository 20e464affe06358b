// SPDX-License-Identifier: Apache-2.0
// Policies made of policies.
//
// Three answers are possible: allowed, denied, and an error. An error is no denial that `not` could turn around. Other
// parts may decide without it, but only if that does not let a client in by way of `not`.

extension AuthorizationPolicy {
    /// Every authenticated client.
    public static let authenticated = AuthorizationPolicy(name: "authenticated") { _, _ in .allowed }

    /// Clients that at least one of `policies` allows; without any, nobody.
    public static func anyOf(_ policies: [AuthorizationPolicy]) -> AuthorizationPolicy {
        combined(policies, name: "any of") { decision, _ in decision.isAllowed }
    }

    /// Clients that every one of `policies` allows; without any, nobody.
    public static func allOf(_ policies: [AuthorizationPolicy]) -> AuthorizationPolicy {
        combined(policies, name: "all of") { decision, position in !decision.isAllowed && position == .granting }
    }

    /// Authenticated clients that `policy` denies.
    ///
    /// Inside of `not`, conditions match more broadly than elsewhere, so that a client cannot evade them: certificates by
    /// key and signed part, texts without regard to case, and an error in any part denies.
    public static func not(_ policy: AuthorizationPolicy) -> AuthorizationPolicy {
        AuthorizationPolicy(name: "not \(policy.name)") { client, position in
            switch try await policy.rule(client, position.opposite) {
            case .allowed: .denied(reason: "'\(policy.name)' allows it")
            case .denied: .allowed
            }
        }
    }

    /// Asks one policy after the other until one settles it.
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
                    // A denial of `allOf` in a denying position stays its answer whatever comes behind it.
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
