// SPDX-License-Identifier: Apache-2.0

/// Short values by which a cache finds the verdicts that a removal may concern.
///
/// Two certificates or names may have the same token, so each verdict that is found is compared exactly.
struct VerdictTokens: Sendable {
    /// The token of verdicts that every removal must compare: their certificates or names are not all known.
    static let unclear: UInt64 = 0

    /// The tokens, without duplicates.
    let values: [UInt64]

    /// The tokens of the certificates and of the issuers' names that `verdict` involves.
    init(_ verdict: CachedVerdict) {
        var tokens = Set(verdict.key.certificateDigests.map(Self.prefix))
        switch verdict.verdict {
        case .accepted(let chain):
            for certificate in chain.certificates {
                tokens.insert(Self.token(of: certificate))
                tokens.insert(Self.token(ofIssuer: certificate.issuer) ?? Self.unclear)
            }
        case .refused(let failure, _):
            if failure.trace.omittedAttempts > 0 { tokens.insert(Self.unclear) }
            for certificate in failure.trace.attempts.flatMap(\.certificates) {
                tokens.insert(Self.prefix(of: certificate.sha256Thumbprint.bytes))
                tokens.insert(certificate.issuerDigest.map(Self.prefix) ?? Self.unclear)
            }
        }
        values = Array(tokens)
    }

    static func token(of certificate: Certificate) -> UInt64 { prefix(of: certificate.sha256Thumbprint.bytes) }

    /// The token of an issuer's name; nil if it may be undecidable whether another name is the same.
    static func token(ofIssuer name: DistinguishedName) -> UInt64? {
        TracedCertificate.digest(of: name).map(prefix)
    }

    private static func prefix(of digest: [UInt8]) -> UInt64 { digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
