// SPDX-License-Identifier: Apache-2.0

/// The context of `onCertificateValidated`.
public struct CertificateValidatedContext: Sendable {
    /// The validated path with its revocation evidence.
    public let chain: ValidatedChain
    /// The principal of the client, unless the hook returns another.
    public let principal: ClaimsPrincipal
    /// The connection.
    public let facts: ConnectionFacts
    /// How the certificate arrived.
    public let source: PresentedChain.Source
    /// The name of the scheme.
    public let schemeName: String

    /// The client's own certificate.
    public var certificate: Certificate { chain.leaf }
}

/// The context of `onAuthenticationFailed`.
public struct AuthenticationFailedContext: Sendable {
    /// Why the client is refused, with the trace of all paths that were tried.
    public let failure: AuthenticationFailure
    /// The error that a hook threw, if that is the reason. It is unchanged.
    public let thrownError: (any Error)?
    /// The connection.
    public let facts: ConnectionFacts
    /// How the certificate arrived.
    public let source: PresentedChain.Source
    /// The name of the scheme.
    public let schemeName: String
}

/// The context of `onChallenge`.
public struct ChallengeContext: Sendable {
    /// Why there is no principal.
    public let result: AuthenticationResult
    /// The connection.
    public let facts: ConnectionFacts
    /// The request's method.
    public let method: String
    /// The host of the request, including the port if it is given.
    public let host: String?
    /// The request's path and query, as sent.
    public let path: String

    /// Creates a context.
    package init(result: AuthenticationResult, facts: ConnectionFacts, method: String, host: String?, path: String) {
        self.result = result
        self.facts = facts
        self.method = method
        self.host = host
        self.path = path
    }
}
