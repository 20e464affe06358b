// SPDX-License-Identifier: Apache-2.0

/// A rule that decides which authenticated clients are admitted, for a route or a group of routes.
///
/// Policies only see authenticated clients. Every policy denies a client without an identity, including `not`. An error
/// denies.
public struct AuthorizationPolicy: Sendable {
    /// How a condition is used. This determines in which direction it must not err.
    enum Position: Sendable {
        /// Meeting the condition admits the client: it is compared exactly.
        case granting
        /// Meeting the condition excludes the client (`not`): everything that may be the same counts as the same.
        case denying

        var opposite: Position { self == .granting ? .denying : .granting }
    }

    typealias PositionedRule = @Sendable (AuthenticatedClient, Position) async throws -> AuthorizationDecision

    /// The policy's name in the log.
    package let name: String
    let rule: PositionedRule

    init(name: String, rule: @escaping PositionedRule) {
        self.name = name
        self.rule = rule
    }

    /// A custom rule of the application.
    ///
    /// - Parameters:
    ///   - name: the name in the log.
    ///   - rule: the rule. An error that it throws denies.
    public static func custom(
        _ name: String,
        _ rule: @escaping @Sendable (AuthenticatedClient) async throws -> AuthorizationDecision
    ) -> AuthorizationPolicy {
        AuthorizationPolicy(name: name) { client, _ in try await rule(client) }
    }

    /// The same policy with another name.
    public func named(_ name: String) -> AuthorizationPolicy { AuthorizationPolicy(name: name, rule: rule) }

    /// Decides on one client.
    ///
    /// - Throws: the errors of custom rules, and `AuthorizationPolicyError`. Both deny.
    package func decide(_ client: AuthenticatedClient) async throws -> AuthorizationDecision {
        guard !client.principal.isAnonymous else { return .denied(reason: "the principal has no identity") }
        return try await rule(client, .granting)
    }

    /// Applies the policy to the result of authentication.
    ///
    /// A client that is revoked by the application, or whose verdict expires, while a rule waits is refused for that
    /// reason. Only `CertificateAuthenticator.authorize` also considers new evidence and changed trust.
    ///
    /// - Returns: a success if the client is admitted; a failure with code `not-authorized` if it is denied or a rule
    ///   throws; `result` unchanged if there is no client. No policy admits a missing client.
    public func authorize(_ result: AuthenticationResult) async -> AuthenticationResult {
        guard case .success(let client) = result else { return result }
        let reason: String?
        do {
            if case .denied(let words) = try await decide(client) { reason = words } else { reason = nil }
        } catch {
            reason = "threw: \(error)"
        }
        if let refusal = client.refusalAfterWait { return .failure(refusal.identified) }
        guard let reason else { return result }
        let text = "policy '\(DisplayText.escaped(name))': \(DisplayText.escaped(reason))"
        return .failure(client.chain.refusal(Finding(.notAuthorized, at: 0, text)).identified)
    }
}
