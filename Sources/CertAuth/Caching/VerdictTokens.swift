// SPDX-License-Identifier: Apache-2.0

/// Short values by which a cache finds the verdicts that a removal may concern.
///
/// Two certificates or names may have the same token, so each verdict that is found is compared exactly.
struct VerdictTokens: Sendable {
    /// The token of verdicts that every removal must compare: their certificates or names are not all known.
    static let unclear: UInt64 = 0

    /// The tokens of the authorities and issuers' names of an accepted path, without duplicates.
    let common: [UInt64]
    /// All other tokens, without duplicates.
    let own: [UInt64]

    /// The tokens of the certificates and of the issuers' names that `verdict` involves.
    init(_ verdict: CachedVerdict) {
        common = verdict.path.map(Self.tokens) ?? []
        own = Self.own(verdict, besides: common)
    }

    private static func tokens(of path: ValidatedPath) -> [UInt64] {
        var tokens = Set([token(ofIssuer: path.clientIssuer) ?? unclear])
        for certificate in path.authorities {
            tokens.insert(token(of: certificate))
            tokens.insert(token(ofIssuer: certificate.issuer) ?? unclear)
        }
        return Array(tokens)
    }

    /// The tokens of `verdict` that are not in `common`. Nothing is hashed for them, so they need not be kept.
    static func own(_ verdict: CachedVerdict, besides common: [UInt64]) -> [UInt64] {
        var tokens = Set(verdict.key.certificateDigests.map(prefix))
        if let leaf = verdict.keptLeaf { tokens.insert(token(of: leaf)) }
        if let trace = verdict.failure?.trace {
            if trace.omittedAttempts > 0 { tokens.insert(unclear) }
            for certificate in trace.attempts.flatMap(\.certificates) {
                tokens.insert(prefix(of: certificate.sha256Thumbprint.bytes))
                tokens.insert(certificate.issuerDigest.map(prefix) ?? unclear)
            }
        }
        return tokens.subtracting(common).sorted()
    }

    static func token(of certificate: Certificate) -> UInt64 { prefix(of: certificate.digest.bytes) }

    /// The token of an issuer's name; nil if it may be undecidable whether another name is the same.
    static func token(ofIssuer name: DistinguishedName) -> UInt64? {
        TracedCertificate.digest(of: name).map(prefix)
    }

    private static func prefix(of digest: [UInt8]) -> UInt64 { digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
