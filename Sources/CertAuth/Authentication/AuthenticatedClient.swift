// SPDX-License-Identifier: Apache-2.0
// A client that came in.

/// An authenticated client with everything the decision rests on.
public struct AuthenticatedClient: Sendable, Hashable {
    /// Who it is.
    public let principal: ClaimsPrincipal
    /// The path that was validated, with the revocation status of each certificate.
    public let chain: ValidatedChain
    /// The connection it came over.
    public let facts: ConnectionFacts
    /// How its certificate arrived; never `.offline`.
    public let source: PresentedChain.Source
    /// The name of the scheme that authenticated it.
    public let schemeName: String

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

    /// The last moment at which the verdict holds; nil without end.
    public var validUntil: Timestamp? { chain.validUntil }
}
