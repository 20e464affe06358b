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

    package init(
        leaf: Certificate,
        path: CandidatePath,
        policies: [OID],
        revocation: [RevocationStatus],
        validUntil: Timestamp?,
        trace: ValidationTrace = .empty
    ) {
        self.leaf = leaf
        certificates = path.certificates
        self.policies = policies
        self.revocation = revocation
        self.validUntil = validUntil
        self.trace = trace
    }

    /// The certificate that ends the path.
    public var anchor: Certificate { certificates.last ?? leaf }
}
