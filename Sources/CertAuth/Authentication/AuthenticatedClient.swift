// SPDX-License-Identifier: Apache-2.0
// A client that came in.

/// An authenticated client with everything the decision rests on.
public struct AuthenticatedClient: Sendable {
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
    /// What the verdict rests on; nil in tests that put a client together.
    var circumstances: Circumstances?
    /// How many changes of the circumstances came before the verdict.
    var changes = 0

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

extension AuthenticatedClient: Hashable {
    /// Equal in everything that is said of the client.
    public static func == (left: AuthenticatedClient, right: AuthenticatedClient) -> Bool {
        left.chain == right.chain && left.principal == right.principal && left.facts == right.facts
            && left.source == right.source && left.schemeName == right.schemeName
    }

    /// Hashes path and principal.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(chain)
        hasher.combine(principal)
    }
}
