// SPDX-License-Identifier: Apache-2.0
// The proof that a path holds.

/// A path that passed every check, OpenSSL's judgement and revocation; only the engine makes one.
public struct ValidatedChain: Sendable, Hashable {
    /// Everything in it, in one place: verdicts are handed from hand to hand for every request.
    private final class Storage: Sendable {
        let contents: Contents

        init(_ contents: Contents) { self.contents = contents }
    }

    private struct Contents: Sendable, Hashable {
        let certificates: [Certificate]
        let policies: [OID]
        let revocation: [RevocationStatus]
        let validUntil: Timestamp?
        let leaf: Certificate
        /// The paths that failed before this one.
        let failedAttempts: ValidationTrace
        let isValidated: Bool
    }

    private let storage: Storage

    /// The client's certificate first, the anchor last.
    public var certificates: [Certificate] { storage.contents.certificates }
    /// The certificate policies the path is valid for, anyPolicy included.
    public var policies: [OID] { storage.contents.policies }
    /// One status for each certificate, in the same order.
    public var revocation: [RevocationStatus] { storage.contents.revocation }
    /// The last moment at which the verdict holds: the earliest notAfter and nextUpdate it rests on; nil without end.
    public var validUntil: Timestamp? { storage.contents.validUntil }
    /// The client's certificate, whose key was proven.
    public var leaf: Certificate { storage.contents.leaf }
    /// The paths that were tried, this one last.
    public var trace: ValidationTrace {
        var trace = storage.contents.failedAttempts
        trace.record(attempt(findings: []))
        if endsAtAnchor { trace.signaturesDidVerify() }
        return trace
    }
    /// False for a chain that was taken on a proxy's word (`insecurelyAuthenticate(trusting:)`): nobody here knows that
    /// its certificates issued each other.
    package var isValidated: Bool { storage.contents.isValidated }

    package init(
        leaf: Certificate,
        path: CandidatePath,
        policies: [OID],
        revocation: [RevocationStatus],
        validUntil: Timestamp?,
        failedAttempts: ValidationTrace = .empty,
        isValidated: Bool = true
    ) {
        storage = Storage(
            Contents(
                certificates: path.certificates,
                policies: policies,
                revocation: revocation,
                validUntil: validUntil,
                leaf: leaf,
                failedAttempts: failedAttempts,
                isValidated: isValidated
            )
        )
    }

    /// Equal in everything.
    public static func == (left: ValidatedChain, right: ValidatedChain) -> Bool {
        left.storage === right.storage || left.storage.contents == right.storage.contents
    }

    /// Hashes everything.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.contents) }

    /// The certificate that ends the path.
    public var anchor: Certificate { certificates.last ?? leaf }

    /// The certificate that issued the client's; nil for a path of one, and for a chain that was not validated here.
    public var issuer: Certificate? { authorities.first }

    /// The certificates above the client's own, the anchor last; none for a chain that was not validated here.
    public var authorities: [Certificate] { isValidated ? Array(certificates.dropFirst()) : [] }

    /// The refusal of a client whose path holds; the trace tells the log which client it is.
    package func refusal(_ finding: Finding) -> AuthenticationFailure {
        var trace = ValidationTrace()
        trace.record(attempt(findings: [finding]))
        if endsAtAnchor { trace.signaturesDidVerify() }
        return AuthenticationFailure(finding, trace: trace)
    }

    private var endsAtAnchor: Bool { isValidated && !revocation.contains(.notChecked(.selfSigned)) }

    /// Made when it is asked for: few ask, and its texts take longer to write than some checks.
    private func attempt(findings: [Finding]) -> PathAttempt {
        PathAttempt(
            certificates: TracedCertificate.path(certificates),
            endsAtAnchor: endsAtAnchor,
            findings: findings
        )
    }
}
