// SPDX-License-Identifier: Apache-2.0

/// A path that passed every check, OpenSSL's verification and the revocation checks. Only the engine creates it.
public struct ValidatedChain: Sendable, Hashable {
    /// A reference to the contents, so that verdicts are cheap to copy at every request.
    private final class Storage: Sendable, Hashable {
        let contents: Contents

        init(_ contents: Contents) { self.contents = contents }

        static func == (left: Storage, right: Storage) -> Bool { left === right || left.contents == right.contents }

        func hash(into hasher: inout Hasher) { hasher.combine(contents) }
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
    /// The certificate policies that the path is valid for, including anyPolicy.
    public var policies: [OID] { storage.contents.policies }
    /// One status for each certificate, in the same order.
    public var revocation: [RevocationStatus] { storage.contents.revocation }
    /// The last moment at which the verdict is valid: the earliest notAfter and nextUpdate that it depends on; nil for
    /// no limit.
    public var validUntil: Timestamp? { storage.contents.validUntil }
    /// The client's certificate, whose key was proven.
    public var leaf: Certificate { storage.contents.leaf }
    /// The paths that were tried, this one last.
    package var trace: ValidationTrace {
        var trace = storage.contents.failedAttempts
        trace.record(attempt(findings: []))
        if endsAtAnchor { trace.signaturesDidVerify() }
        return trace
    }
    /// False for a chain that was accepted on a proxy's statement (`insecurelyAuthenticate(trusting:)`). Then it was
    /// not verified that its certificates issued each other.
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

    /// The last certificate of the path.
    public var anchor: Certificate { certificates.last ?? leaf }

    /// The issuer of the client's certificate; nil for a path of one certificate, and for a chain that was not
    /// validated.
    public var issuer: Certificate? { authorities.first }

    /// The certificates above the client's own, the anchor last; empty for a chain that was not validated.
    public var authorities: [Certificate] { isValidated ? Array(certificates.dropFirst()) : [] }

    /// The refusal of a client with a valid path. Its trace tells the log which client it is.
    package func refusal(_ finding: Finding) -> AuthenticationFailure {
        var trace = ValidationTrace()
        trace.record(attempt(findings: [finding]))
        if endsAtAnchor { trace.signaturesDidVerify() }
        return AuthenticationFailure(finding, trace: trace)
    }

    /// Whether no other path was tried before this one, which ends at an anchor.
    package var isFirstPath: Bool { endsAtAnchor && storage.contents.failedAttempts.count == 0 }

    private var endsAtAnchor: Bool { isValidated && !revocation.contains(.notChecked(.selfSigned)) }

    /// Created on demand: it is rarely needed, and making its texts costs more than some checks.
    private func attempt(findings: [Finding]) -> PathAttempt {
        PathAttempt(
            certificates: TracedCertificate.path(certificates),
            endsAtAnchor: endsAtAnchor,
            findings: findings
        )
    }
}
