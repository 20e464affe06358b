// SPDX-License-Identifier: Apache-2.0
// Policies made of policies.
//
// Three answers are possible: allowed, denied, and an error. An error is no denial that `not` could turn around: it
// stands unless the other parts decide without it.

extension AuthorizationPolicy {
    /// Every authenticated client.
    public static let authenticated = AuthorizationPolicy(name: "authenticated") { _ in .allowed }

    /// Clients that at least one of `policies` allows; without any, nobody.
    public static func anyOf(_ policies: [AuthorizationPolicy]) -> AuthorizationPolicy {
        combined(policies, name: "any of") { decision in decision.isAllowed }
    }

    /// Clients that every one of `policies` allows; without any, nobody.
    public static func allOf(_ policies: [AuthorizationPolicy]) -> AuthorizationPolicy {
        combined(policies, name: "all of") { decision in !decision.isAllowed }
    }

    /// Authenticated clients that `policy` denies.
    public static func not(_ policy: AuthorizationPolicy) -> AuthorizationPolicy {
        AuthorizationPolicy(name: "not \(policy.name)") { client in
            switch try await policy.rule(client) {
            case .allowed: .denied(reason: "'\(policy.name)' allows it")
            case .denied: .allowed
            }
        }
    }

    /// Asks one policy after the other until one settles it.
    private static func combined(
        _ policies: [AuthorizationPolicy],
        name: String,
        settles: @escaping @Sendable (AuthorizationDecision) -> Bool
    ) -> AuthorizationPolicy {
        let name = "\(name) (\(policies.map(\.name).joined(separator: ", ")))"
        return AuthorizationPolicy(name: name) { client in
            var trouble: (any Error)?
            var last: AuthorizationDecision?
            for policy in policies {
                do {
                    let decision = try await policy.rule(client)
                    if settles(decision) { return decision }
                    last = decision
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
