// SPDX-License-Identifier: Apache-2.0

/// The application's hooks. Each returns its decision, so a missing decision does not compile. An error refuses the
/// client.
public struct CertificateAuthenticationEvents: Sendable {
    /// Runs after the certificate was found valid, before the client is accepted. Nil accepts with the default
    /// principal.
    public var onCertificateValidated:
        (@Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision)?
    /// Runs once for every refusal. Nil keeps the refusal.
    public var onAuthenticationFailed:
        (@Sendable (AuthenticationFailedContext) async throws -> AuthenticationFailedDecision)?
    /// Runs if a protected resource is requested without a principal. Nil refuses.
    public var onChallenge: (@Sendable (ChallengeContext) async throws -> ChallengeDecision)?

    /// Creates a set of hooks.
    public init(
        onCertificateValidated: (
            @Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision
        )? = nil,
        onAuthenticationFailed: (
            @Sendable (AuthenticationFailedContext) async throws -> AuthenticationFailedDecision
        )? = nil,
        onChallenge: (@Sendable (ChallengeContext) async throws -> ChallengeDecision)? = nil
    ) {
        self.onCertificateValidated = onCertificateValidated
        self.onAuthenticationFailed = onAuthenticationFailed
        self.onChallenge = onChallenge
    }
}

/// The decision of `onCertificateValidated`.
public enum CertificateValidatedDecision: Sendable {
    /// The client is accepted as this principal. `context.principal` is the default one.
    case success(ClaimsPrincipal)
    /// The client is refused with `rejected-by-handler` for this reason.
    case fail(reason: String)
    /// The client is refused for this reason, with a custom code or one of `FailureCode`.
    case refuse(FailureCode, reason: String)
    /// The request is anonymous.
    case noResult
}

/// The decision of `onAuthenticationFailed`.
public enum AuthenticationFailedDecision: Sendable {
    /// The refusal is kept.
    case keep
    /// The client is refused for another reason, with code `rejected-by-handler`.
    case fail(reason: String)
    /// The request is anonymous instead.
    case noResult
}

/// The decision of `onChallenge`.
public enum ChallengeDecision: Sendable, Hashable {
    /// 403 with a problem document.
    case refuse
    /// 307 to this absolute URI or path, for example to the host that requires certificates.
    case redirect(location: String)
}
