// SPDX-License-Identifier: Apache-2.0
// Which authenticated clients may go on.

/// A rule over authenticated clients, for a route or a group of routes.
///
/// Policies only ever see authenticated clients, and a client without an identity is denied by every one of them, also by
/// `not`. What throws denies.
public struct AuthorizationPolicy: Sendable {
    /// Decides over one client.
    public typealias Rule = @Sendable (AuthenticatedClient) async throws -> AuthorizationDecision

    /// How a condition is used, which says in which direction it must not err.
    enum Position: Sendable {
        /// Meeting the condition lets the client go on: it is compared exactly.
        case granting
        /// Meeting the condition keeps the client out (`not`): everything that may be the same is the same.
        case denying

        var opposite: Position { self == .granting ? .denying : .granting }
    }

    typealias PositionedRule = @Sendable (AuthenticatedClient, Position) async throws -> AuthorizationDecision

    /// The policy's name in the log.
    public let name: String
    let rule: PositionedRule

    init(name: String, rule: @escaping PositionedRule) {
        self.name = name
        self.rule = rule
    }

    /// The application's own rule.
    ///
    /// - Parameters:
    ///   - name: for the log.
    ///   - rule: an error that it throws denies.
    public static func custom(_ name: String, _ rule: @escaping Rule) -> AuthorizationPolicy {
        AuthorizationPolicy(name: name) { client, _ in try await rule(client) }
    }

    /// The same policy under another name.
    public func named(_ name: String) -> AuthorizationPolicy { AuthorizationPolicy(name: name, rule: rule) }

    /// Decides over one client.
    ///
    /// - Throws: what the application's own rules throw, and `AuthorizationPolicyError`: take both for a denial, as
    ///   `authorize` does.
    public func decide(_ client: AuthenticatedClient) async throws -> AuthorizationDecision {
        guard !client.principal.isAnonymous else { return .denied(reason: "the principal has no identity") }
        return try await rule(client, .granting)
    }

    /// Turns the result of authentication into that of authorization.
    ///
    /// A client that is revoked by hand, or whose verdict ends, while a rule waits is refused for that reason. New evidence
    /// and other trust are noticed by `CertificateAuthenticator.authorize` alone.
    ///
    /// - Returns: a success when the client is allowed; a failure with code `not-authorized` when it is denied or a rule
    ///   threw; `result` unchanged where there is no client, which no policy lets in.
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
