// SPDX-License-Identifier: Apache-2.0

/// The application's hooks. Each returns its decision, so a missing decision does not compile. An error refuses the
/// client.
public struct CertificateAuthenticationEvents: Sendable {
    /// Decides on a client whose certificate is valid.
    public typealias Validated = @Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision
    /// Receives a refusal and may replace it.
    public typealias Failed = @Sendable (AuthenticationFailedContext) async throws -> AuthenticationFailedDecision
    /// Decides the answer to an unauthenticated client of a protected resource.
    public typealias Challenge = @Sendable (ChallengeContext) async throws -> ChallengeDecision

    /// Runs after the certificate was found valid, before the client is accepted. Nil accepts with the default
    /// principal.
    public var onCertificateValidated: Validated?
    /// Runs once for every refusal. Nil keeps the refusal.
    public var onAuthenticationFailed: Failed?
    /// Runs if a protected resource is requested without a principal. Nil refuses.
    public var onChallenge: Challenge?

    /// Creates a set of hooks.
    public init(
        onCertificateValidated: Validated? = nil,
        onAuthenticationFailed: Failed? = nil,
        onChallenge: Challenge? = nil
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
