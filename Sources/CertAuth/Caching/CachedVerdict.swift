// SPDX-License-Identifier: Apache-2.0

/// A verdict as a cache stores it, with everything that determines where and when it is valid. It never contains a
/// principal.
public struct CachedVerdict: Sendable {
    /// The engine's verdict.
    package let verdict: ValidationVerdict
    /// The key. A cache must not return the verdict for another key.
    package let key: ValidationCacheKey
    /// The generation of the evidence that it is based on. A cache must not return the verdict for another generation.
    package let evidenceGeneration: EvidenceGeneration
    /// The moment it was made for. It is not valid before: the clock was ahead then, or is behind now.
    package let madeAt: Timestamp
    /// The hooks' decisions about it. They are valid as long as the verdict.
    let decisions: HookDecisions

    package init(
        verdict: ValidationVerdict,
        key: ValidationCacheKey,
        evidenceGeneration: EvidenceGeneration,
        madeAt: Timestamp
    ) {
        self.verdict = verdict
        self.key = key
        self.evidenceGeneration = evidenceGeneration
        self.madeAt = madeAt
        decisions = HookDecisions()
    }

    /// Whether a cache may store it: it is an acceptance, or the refusal of a client that a trusted CA has certified.
    ///
    /// Temporary problems are never stored. Neither are refusals from before the signatures of a path were verified,
    /// because unauthenticated clients can cause any number of them.
    public var isCacheable: Bool {
        switch verdict {
        case .accepted: verdict.isSettled
        case .refused(let failure, _): verdict.isSettled && failure.trace.hasVerifiedSignatures
        }
    }

    /// Whether it is a refusal. A cache limits refusals separately, so that they never displace acceptances.
    public var isRefusal: Bool { if case .refused = verdict { true } else { false } }

    /// Whether it answers a lookup of `key` with the evidence of `generation` at `now`.
    ///
    /// A cache also limits the age of its entries, by a monotonic clock.
    public func answers(_ key: ValidationCacheKey, evidence generation: EvidenceGeneration, at now: Timestamp) -> Bool {
        evidenceGeneration == generation && holds(at: now) && self.key == key
    }

    /// Whether it is valid at `now`: not before it was made, and not after `ValidationVerdict.validUntil`.
    package func holds(at now: Timestamp) -> Bool { verdict.holds(at: now, madeAt: madeAt) }

    /// Whether `certificate` was presented or is part of an examined path.
    ///
    /// Also true for a refusal whose trace does not contain all paths.
    public func involves(_ certificate: Certificate) -> Bool {
        if key.names(certificate.sha256Thumbprint.bytes) { return true }
        switch verdict {
        case .accepted(let chain): return chain.certificates.contains(certificate)
        case .refused(let failure, _):
            return failure.trace.mayInvolve { $0.sha256Thumbprint == certificate.sha256Thumbprint }
        }
    }

    /// Whether a certificate of an examined path was issued under this name.
    ///
    /// Also true for a refusal whose trace does not contain all paths.
    public func involves(issuer: DistinguishedName) -> Bool {
        switch verdict {
        case .accepted(let chain): chain.certificates.contains { $0.issuer.mayMatch(issuer) }
        case .refused(let failure, _): failure.trace.mayInvolve { $0.mayBeIssued(by: issuer) }
        }
    }

    /// An estimate of its memory in bytes, including what a cache needs to find it by certificate and issuer. Parsed
    /// issuers do not count, because entries share them.
    package var estimatedBytes: Int {
        let presented = key.certificateDigests.count
        switch verdict {
        case .accepted(let chain):
            return 1_024 + chain.leaf.estimatedBytes + Self.bytesPerToken * (presented + 2 * chain.certificates.count)
        case .refused(let failure, _):
            let traced = failure.trace.attempts.reduce(0) { $0 + $1.certificates.count }
            return 1_024 + failure.estimatedBytes + Self.bytesPerToken * (presented + 2 * traced)
        }
    }

    /// An estimate of what one value of `VerdictTokens` takes, with its place in the index.
    private static let bytesPerToken = 128
}

extension ValidationVerdict {
    /// How many seconds `now` may be before the moment that a verdict was made for.
    ///
    /// A request reads the clock once, at its beginning, and may then find a verdict that another request made a moment
    /// later. A clock that is kept in sync goes back by fractions of a second. Clocks that were wrong differ by more.
    static let clockTolerance: Int64 = 1

    /// Whether a verdict that was made for the moment `beginning` is valid at `now`.
    func holds(at now: Timestamp, madeAt beginning: Timestamp) -> Bool {
        now >= beginning.adding(seconds: -Self.clockTolerance) && holds(at: now)
    }

    /// False for temporary problems: the next request is judged again.
    var isSettled: Bool {
        switch self {
        case .accepted(let chain): !chain.revocation.contains(where: Self.mayPass)
        case .refused(let failure, _): failure.code != .revocationUnknown && failure.code != .internalError
        }
    }

    /// Whether this is an accepted unknown status that may change. A certificate without any source stays without.
    private static func mayPass(_ status: RevocationStatus) -> Bool {
        guard case .unknown(let cause) = status else { return false }
        return cause.kind != .noSource
    }
}

extension ValidationTrace {
    fileprivate func mayInvolve(_ matches: (TracedCertificate) -> Bool) -> Bool {
        omittedAttempts > 0 || attempts.contains { $0.certificates.contains(where: matches) }
    }
}

extension Certificate {
    /// An estimate of the memory of the parsed certificate, including OpenSSL's object. Names and extensions take many
    /// times their encoded size, the rest a few times.
    fileprivate var estimatedBytes: Int {
        4_096 + 4 * derEncoded.count + 256 * subjectAlternativeNames.count + 256 * extensions.count
            + 256 * (crlDistributionPoints.count + authorityInfoAccess.count + policies.count)
    }
}
