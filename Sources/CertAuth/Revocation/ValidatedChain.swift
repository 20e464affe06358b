// SPDX-License-Identifier: Apache-2.0
// The proof that a path holds.

/// A path that passed every check, OpenSSL's judgement and revocation; only the engine makes one.
public struct ValidatedChain: Sendable, Hashable {
    /// The client's certificate first, the anchor last.
    public let certificates: [Certificate]
    /// The certificate policies the path is valid for, anyPolicy included.
    public let policies: [OID]
    /// One status for each certificate, in the same order.
    public let revocation: [RevocationStatus]
    /// The last moment at which the verdict holds: the earliest notAfter and nextUpdate it rests on; nil without end.
    public let validUntil: Timestamp?
    /// The client's certificate, whose key was proven.
    public let leaf: Certificate
    /// The paths that were tried, this one last.
    public let trace: ValidationTrace
    /// False for a chain that was taken on a proxy's word (`insecurelyAuthenticate(trusting:)`): nobody here knows that
    /// its certificates issued each other.
    public let isValidated: Bool

    package init(
        leaf: Certificate,
        path: CandidatePath,
        policies: [OID],
        revocation: [RevocationStatus],
        validUntil: Timestamp?,
        trace: ValidationTrace = .empty,
        isValidated: Bool = true
    ) {
        self.leaf = leaf
        certificates = path.certificates
        self.policies = policies
        self.revocation = revocation
        self.validUntil = validUntil
        self.trace = trace
        self.isValidated = isValidated
    }

    /// The certificate that ends the path.
    public var anchor: Certificate { certificates.last ?? leaf }

    /// The certificate that issued the client's; nil for a path of one, and for a chain that was not validated here.
    public var issuer: Certificate? { authorities.first }

    /// The certificates above the client's own, the anchor last; none for a chain that was not validated here.
    public var authorities: [Certificate] { isValidated ? Array(certificates.dropFirst()) : [] }

    /// The refusal of a client whose path holds; the trace tells the log whose it is.
    package func refusal(_ finding: Finding) -> AuthenticationFailure {
        let isSelfSigned = revocation.contains(.notChecked(.selfSigned))
        var trace = ValidationTrace()
        let endsAtAnchor = isValidated && !isSelfSigned
        trace.record(PathAttempt(certificates: certificates, endsAtAnchor: endsAtAnchor, findings: [finding]))
        return AuthenticationFailure(finding, trace: trace)
    }
}
