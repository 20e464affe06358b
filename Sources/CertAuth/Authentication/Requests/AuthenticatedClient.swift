// SPDX-License-Identifier: Apache-2.0

/// An authenticated client, with everything that the decision is based on.
public struct AuthenticatedClient: Sendable, Hashable {
    /// The client's identities and claims.
    public let principal: ClaimsPrincipal
    /// The validated path, with the revocation status of each certificate.
    public let chain: ValidatedChain
    /// The connection that it uses.
    public let facts: ConnectionFacts
    /// How its certificate arrived; never `.offline`.
    public let source: PresentedChain.Source
    /// The name of the scheme that authenticated it.
    public let schemeName: String
    /// What the verdict is based on; nil for a client that a test created.
    @NotCompared var conditions: VerdictConditions?
    /// The number of changes of the conditions before the verdict.
    @NotCompared var changes = 0

    package init(
        principal: ClaimsPrincipal,
        chain: ValidatedChain,
        facts: ConnectionFacts,
        source: PresentedChain.Source,
        schemeName: String
    ) {
        self.principal = principal
        self.chain = chain
        self.facts = facts
        self.source = source
        self.schemeName = schemeName
    }

    /// The client's own certificate.
    public var certificate: Certificate { chain.leaf }

    /// The last moment at which the verdict is valid; nil for no limit.
    public var validUntil: Timestamp? { chain.validUntil }
}
