// SPDX-License-Identifier: Apache-2.0
// Who, of those who are known, may go on.

/// A rule over authenticated clients, for a route or a group of routes.
///
/// Policies only ever see authenticated clients, and a client without an identity is denied by every one of them, also by
/// `not`. What throws denies.
public struct AuthorizationPolicy: Sendable {
    /// Decides over one client.
    public typealias Rule = @Sendable (AuthenticatedClient) async throws -> AuthorizationDecision

    /// What the log calls it.
    public let name: String
    let rule: Rule

    init(name: String, rule: @escaping Rule) {
        self.name = name
        self.rule = rule
    }

    /// The application's own rule.
    ///
    /// - Parameters:
    ///   - name: what the log calls it.
    ///   - rule: an error that it throws denies.
    public static func custom(_ name: String, _ rule: @escaping Rule) -> AuthorizationPolicy {
        AuthorizationPolicy(name: name, rule: rule)
    }

    /// The same policy under another name.
    public func named(_ name: String) -> AuthorizationPolicy { AuthorizationPolicy(name: name, rule: rule) }

    /// Decides over one client.
    ///
    /// - Throws: what the application's own rules throw, and `AuthorizationPolicyError`: take both for a denial, as
    ///   `authorize` does.
    public func decide(_ client: AuthenticatedClient) async throws -> AuthorizationDecision {
        guard !client.principal.isAnonymous else { return .denied(reason: "the principal has no identity") }
        return try await rule(client)
    }

    /// Turns the result of authentication into that of authorization.
    ///
    /// - Returns: a success when the client is allowed; a failure with code `not-authorized` when it is denied or a rule
    ///   threw; `result` as it is where there is no client, which no policy lets in.
    public func authorize(_ result: AuthenticationResult) async -> AuthenticationResult {
        guard case .success(let client) = result else { return result }
        let reason: String
        do {
            guard case .denied(let words) = try await decide(client) else { return result }
            reason = words
        } catch {
            reason = "threw: \(error)"
        }
        let text = "policy '\(DisplayText.escaped(name))': \(DisplayText.escaped(reason))"
        return .failure(client.chain.refusal(Finding(.notAuthorized, at: 0, text)).identified)
    }
}

extension ClaimsPrincipal {
    /// Whether nothing says who this is: no identity was authenticated in any way.
    public var isAnonymous: Bool { identities.allSatisfy(\.authenticationType.isEmpty) }
}
