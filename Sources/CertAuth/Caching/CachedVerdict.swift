// SPDX-License-Identifier: Apache-2.0
// A verdict with everything that tells where and when it holds.

/// A verdict as a cache keeps it: never a principal.
public struct CachedVerdict: Sendable {
    /// The engine's answer.
    package let verdict: ValidationVerdict
    /// What it is about: a cache that is asked with another key must not answer with it.
    package let key: ValidationCacheKey
    /// The revocation evidence it was made with; a cache that is asked for another one must not answer with it.
    package let evidenceGeneration: EvidenceGeneration
    /// The moment it was made for. Before it the verdict says nothing: the clock was ahead then, or is behind now.
    package let madeAt: Timestamp
    /// What hooks decided about it: they live as long as the verdict.
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

    /// Whether a cache may keep it: an acceptance, or the refusal of a client that a trusted authority has certified.
    ///
    /// Trouble that may pass by itself is never kept, and neither are refusals before the signatures of a path were
    /// verified: a stranger could make any number of them.
    public var isCacheable: Bool {
        switch verdict {
        case .accepted: verdict.isSettled
        case .refused(let failure, _): verdict.isSettled && failure.trace.hasVerifiedSignatures
        }
    }

    /// Whether it is a refusal; a cache gives refusals a share of their own, so that they never displace acceptances.
    package var isRefusal: Bool { if case .refused = verdict { true } else { false } }

    /// Whether it answers a question about `key` with the evidence of `generation` at `now`.
    ///
    /// A cache also bounds the age of what it keeps, by a clock that can't be set.
    public func answers(_ key: ValidationCacheKey, evidence generation: EvidenceGeneration, at now: Timestamp) -> Bool {
        evidenceGeneration == generation && holds(at: now) && self.key == key
    }

    /// Whether it holds at `now`: not before it was made, and not after `ValidationVerdict.validUntil`.
    package func holds(at now: Timestamp) -> Bool { verdict.holds(at: now, madeAt: madeAt) }

    /// Whether `certificate` was presented, or is part of a path that was looked at.
    ///
    /// True as well for a refusal whose trace had no room for all paths.
    public func involves(_ certificate: Certificate) -> Bool {
        if key.names(certificate.sha256Thumbprint.bytes) { return true }
        switch verdict {
        case .accepted(let chain): return chain.certificates.contains(certificate)
        case .refused(let failure, _):
            return failure.trace.mayInvolve { $0.sha256Thumbprint == certificate.sha256Thumbprint }
        }
    }

    /// Whether a certificate of a path that was looked at was issued under this name.
    ///
    /// True as well for a refusal whose trace had no room for all paths.
    public func involves(issuer: DistinguishedName) -> Bool {
        switch verdict {
        case .accepted(let chain): chain.certificates.contains { $0.issuer.mayMatch(issuer) }
        case .refused(let failure, _): failure.trace.mayInvolve { $0.mayBeIssued(by: issuer) }
        }
    }

    /// About how much memory it takes, in bytes. Issuers are not counted: entries share them.
    package var estimatedBytes: Int {
        switch verdict {
        case .accepted(let chain): return 1_024 + chain.leaf.estimatedBytes
        case .refused(let failure, _): return 1_024 + failure.estimatedBytes
        }
    }
}

extension ValidationVerdict {
    /// Whole seconds by which `now` may lie before the moment a verdict was made for.
    ///
    /// A request reads the clock once, at its beginning, and may then find what another one has made a moment later; a
    /// clock that is being kept right goes back by fractions of a second. Clocks that were wrong are off by more.
    static let clockTolerance: Int64 = 1

    /// Whether a verdict that was made for the moment `beginning` holds at `now`.
    func holds(at now: Timestamp, madeAt beginning: Timestamp) -> Bool {
        now >= beginning.adding(seconds: -Self.clockTolerance) && holds(at: now)
    }

    /// False for trouble that may pass by itself: the next request is judged again.
    var isSettled: Bool {
        switch self {
        case .accepted(let chain): !chain.revocation.contains(where: Self.mayPass)
        case .refused(let failure, _): failure.code != .revocationUnknown && failure.code != .internalError
        }
    }

    /// An unknown status that was accepted; a certificate without any source stays without.
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
    /// About how much memory it takes, parsed: OpenSSL's object and ours. Names and extensions take many times their
    /// bytes, the rest a few times.
    fileprivate var estimatedBytes: Int {
        4_096 + 4 * derEncoded.count + 256 * subjectAlternativeNames.count + 256 * extensions.count
            + 256 * (crlDistributionPoints.count + authorityInfoAccess.count + policies.count)
    }
}
