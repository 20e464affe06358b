// SPDX-License-Identifier: Apache-2.0
// What the hooks are told.

/// What `onCertificateValidated` may look at.
public struct CertificateValidatedContext: Sendable {
    /// The validated path with its revocation evidence.
    public let chain: ValidatedChain
    /// The principal the client gets unless the hook says otherwise.
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

/// What `onAuthenticationFailed` may look at.
public struct AuthenticationFailedContext: Sendable {
    /// Why the client is refused, with the trace of everything tried.
    public let failure: AuthenticationFailure
    /// What a hook threw, when that is why; its own words.
    public let thrownError: (any Error)?
    /// The connection.
    public let facts: ConnectionFacts
    /// How the certificate arrived.
    public let source: PresentedChain.Source
    /// The name of the scheme.
    public let schemeName: String
}

/// What `onChallenge` may look at.
public struct ChallengeContext: Sendable {
    /// Why there is no principal.
    public let result: AuthenticationResult
    /// The connection.
    public let facts: ConnectionFacts
    /// The request's method.
    public let method: String
    /// The host the request names, with the port if it names one.
    public let host: String?
    /// The request's path and query, as sent.
    public let path: String

    /// Makes a context.
    public init(result: AuthenticationResult, facts: ConnectionFacts, method: String, host: String?, path: String) {
        self.result = result
        self.facts = facts
        self.method = method
        self.host = host
        self.path = path
    }
}
