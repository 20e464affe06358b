// SPDX-License-Identifier: Apache-2.0
// Where the application has a say.

/// The application's hooks. Each returns its decision: forgetting to decide does not compile, and an error that is
/// thrown refuses the client.
public struct CertificateAuthenticationEvents: Sendable {
    /// Decides over a client whose certificate is valid.
    public typealias Validated = @Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision
    /// Hears of a refusal and may replace it.
    public typealias Failed = @Sendable (AuthenticationFailedContext) async throws -> AuthenticationFailedDecision
    /// Decides what an unauthenticated client of a protected resource gets.
    public typealias Challenge = @Sendable (ChallengeContext) async throws -> ChallengeDecision

    /// Runs after the certificate is found valid, before the client is in; nil accepts with the default principal.
    public var onCertificateValidated: Validated?
    /// Runs once for every refusal; nil lets it stand.
    public var onAuthenticationFailed: Failed?
    /// Runs when a protected resource is asked for without a principal; nil refuses.
    public var onChallenge: Challenge?

    /// Makes a set of hooks.
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

/// What `onCertificateValidated` decides.
public enum CertificateValidatedDecision: Sendable {
    /// The client comes in as this principal; `context.principal` is the default one.
    case success(ClaimsPrincipal)
    /// The client is refused with `rejected-by-handler` for this reason.
    case fail(reason: String)
    /// The client is refused with a code of the application's own, or one of `FailureCode`, for this reason.
    case refuse(FailureCode, reason: String)
    /// The request is anonymous.
    case noResult
}

/// What `onAuthenticationFailed` decides.
public enum AuthenticationFailedDecision: Sendable {
    /// The refusal stands.
    case keep
    /// The client is refused for another reason, with code `rejected-by-handler`.
    case fail(reason: String)
    /// The request is anonymous instead.
    case noResult
}

/// What `onChallenge` decides.
public enum ChallengeDecision: Sendable, Hashable {
    /// 403 with a problem document.
    case refuse
    /// 307 to this absolute URI or path: for instance to the host that requires certificates.
    case redirect(location: String)
}
