// SPDX-License-Identifier: Apache-2.0

/// A verdict as a cache stores it, with everything that determines where and when it is valid. It never contains a
/// principal.
///
/// An acceptance contains the client's certificate only if it is not the first presented one, which the presented chain
/// contains.
public struct CachedVerdict: Sendable {
    /// A reference, so that a cache copies and stores one word.
    private final class Contents: Sendable {
        let kind: Kind
        let key: ValidationCacheKey
        let evidenceGeneration: EvidenceGeneration
        let madeAt: Timestamp
        let stamp: InvalidationStamp
        let decisions: HookDecisions

        init(
            _ kind: Kind,
            key: ValidationCacheKey,
            evidenceGeneration: EvidenceGeneration,
            madeAt: Timestamp,
            stamp: InvalidationStamp,
            decisions: HookDecisions
        ) {
            self.kind = kind
            self.key = key
            self.evidenceGeneration = evidenceGeneration
            self.madeAt = madeAt
            self.stamp = stamp
            self.decisions = decisions
        }
    }

    private enum Leaf: Sendable {
        /// The first certificate of the presented chain, which is not kept.
        case presented(notAfter: Timestamp)
        case kept(Certificate)
    }

    private enum Kind: Sendable {
        case accepted(ValidatedPath, ClientStatus?, validUntil: Timestamp?, leaf: Leaf)
        case refused(Refusal)
    }

    private final class Refusal: Sendable {
        let failure: AuthenticationFailure
        let until: Timestamp?

        init(_ failure: AuthenticationFailure, until: Timestamp?) {
            self.failure = failure
            self.until = until
        }
    }

    private let contents: Contents

    /// The key. A cache must not return the verdict for another key.
    package var key: ValidationCacheKey { contents.key }
    /// The generation of the evidence that it is based on. A cache must not return the verdict for another generation.
    package var evidenceGeneration: EvidenceGeneration { contents.evidenceGeneration }
    /// The moment it was made for. It is not valid before: the clock was ahead then, or is behind now.
    package var madeAt: Timestamp { contents.madeAt }
    /// The beginning of its validation: every later invalidation concerns it.
    var stamp: InvalidationStamp { contents.stamp }
    /// The hooks' decisions about it. They are valid as long as the verdict.
    var decisions: HookDecisions { contents.decisions }

    package init(
        verdict: ValidationVerdict,
        key: ValidationCacheKey,
        evidenceGeneration: EvidenceGeneration,
        madeAt: Timestamp,
        stamp: InvalidationStamp = .now
    ) {
        let kind: Kind
        switch verdict {
        case .accepted(let chain):
            let isPresented = key.leafDigest == chain.leaf.digest.bytes[...]
            let leaf: Leaf = isPresented ? .presented(notAfter: chain.leafNotAfter) : .kept(chain.leaf)
            kind = .accepted(chain.path, chain.own, validUntil: chain.validUntil, leaf: leaf)
        case .refused(let failure, let until):
            kind = .refused(Refusal(failure, until: until))
        }
        contents = Contents(
            kind,
            key: key,
            evidenceGeneration: evidenceGeneration,
            madeAt: madeAt,
            stamp: stamp,
            decisions: HookDecisions()
        )
    }

    private init(_ contents: Contents) { self.contents = contents }

    /// The engine's verdict.
    ///
    /// - Parameter chain: the presented chain. It must be the one that the key was made of.
    package func verdict(on chain: PresentedChain) -> ValidationVerdict {
        switch contents.kind {
        case .accepted(let path, let own, let validUntil, let leaf):
            let client: ValidatedChain.Leaf =
                switch leaf {
                case .presented(let notAfter):
                    .presented(derEncoded: chain.derEncoded[0], sha256: key.leafDigest, notAfter: notAfter)
                case .kept(let certificate): .certificate(certificate)
                }
            return .accepted(ValidatedChain(path, own: own, validUntil: validUntil, leaf: client))
        case .refused(let refusal): return .refused(refusal.failure, until: refusal.until)
        }
    }

    /// The refusal; nil for an acceptance.
    package var failure: AuthenticationFailure? {
        if case .refused(let refusal) = contents.kind { refusal.failure } else { nil }
    }

    /// The path of an acceptance; nil for a refusal.
    var path: ValidatedPath? { if case .accepted(let path, _, _, _) = contents.kind { path } else { nil } }

    /// The client's certificate, if it is not the first presented one.
    var keptLeaf: Certificate? { if case .accepted(_, _, _, .kept(let leaf)) = contents.kind { leaf } else { nil } }

    /// The last moment at which the verdict is valid; nil for no limit.
    var validUntil: Timestamp? {
        switch contents.kind {
        case .accepted(_, _, let validUntil, _): validUntil
        case .refused(let refusal): refusal.until
        }
    }

    /// The same verdict with the key and the path of a cache, which are equal to its own. They share the hooks'
    /// decisions.
    func stored(for key: ValidationCacheKey, sharing path: ValidatedPath?) -> CachedVerdict {
        var kind = contents.kind
        if case .accepted(let own, let status, let validUntil, let leaf) = kind {
            kind = .accepted(path ?? own, status, validUntil: validUntil, leaf: leaf)
        }
        return CachedVerdict(
            Contents(
                kind,
                key: key,
                evidenceGeneration: evidenceGeneration,
                madeAt: madeAt,
                stamp: stamp,
                decisions: decisions
            )
        )
    }

    /// Whether a cache may store it: it is an acceptance, or the refusal of a client that a trusted CA has certified.
    ///
    /// Temporary problems are never stored. Neither are refusals from before the signatures of a path were verified,
    /// because unauthenticated clients can cause any number of them.
    public var isCacheable: Bool {
        switch contents.kind {
        case .accepted(let path, let own, _, _):
            !path.revocation.contains { $0?.mayPass ?? false } && !(own?.status?.mayPass ?? false)
        case .refused(let refusal): refusal.failure.isSettled && refusal.failure.trace.hasVerifiedSignatures
        }
    }

    /// Whether it is a refusal. A cache limits refusals separately, so that they never displace acceptances.
    public var isRefusal: Bool { failure != nil }

    /// Whether it answers a lookup of `key` with the evidence of `generation` at `now`.
    ///
    /// A cache also limits the age of its entries, by a monotonic clock.
    public func answers(_ key: ValidationCacheKey, evidence generation: EvidenceGeneration, at now: Timestamp) -> Bool {
        evidenceGeneration == generation && holds(at: now) && self.key == key
    }

    /// Whether it is valid at `now`: not before it was made, and not after its end.
    package func holds(at now: Timestamp) -> Bool {
        ValidationVerdict.holds(at: now, madeAt: madeAt, validUntil: validUntil)
    }

    /// Whether `certificate` was presented or is part of an examined path.
    ///
    /// Also true for a refusal whose trace does not contain all paths.
    public func involves(_ certificate: Certificate) -> Bool {
        if key.names(certificate.digest.bytes) { return true }
        switch contents.kind {
        case .accepted(let path, _, _, _): return keptLeaf == certificate || path.authorities.contains(certificate)
        case .refused(let refusal):
            return refusal.failure.trace.mayInvolve { $0.sha256Thumbprint == certificate.digest }
        }
    }

    /// Whether a certificate of an examined path was issued under this name.
    ///
    /// Also true for a refusal whose trace does not contain all paths.
    public func involves(issuer: DistinguishedName) -> Bool {
        switch contents.kind {
        case .accepted(let path, _, _, _):
            path.clientIssuer.mayMatch(issuer) || path.authorities.contains { $0.issuer.mayMatch(issuer) }
        case .refused(let refusal): refusal.failure.trace.mayInvolve { $0.mayBeIssued(by: issuer) }
        }
    }

    /// An estimate of its memory in bytes, including what a cache needs to find it by certificate and issuer. The
    /// authorities of a path do not count, because verdicts share them: see `ValidatedPath.estimatedBytes`.
    package var estimatedBytes: Int {
        let presented = key.certificateCount * Self.bytesPerToken
        switch contents.kind {
        case .accepted(let path, let own, _, _):
            let ownPath = path.authorities.isEmpty ? 512 + path.clientIssuer.estimatedBytes : 0
            return 768 + presented + ownPath + (own?.estimatedBytes ?? 0) + (keptLeaf?.estimatedBytes ?? 0)
        case .refused(let refusal):
            let traced = refusal.failure.trace.attempts.reduce(0) { $0 + $1.certificates.count }
            return 1_024 + refusal.failure.estimatedBytes + presented + 2 * traced * Self.bytesPerToken
        }
    }

    /// An estimate of what one presented certificate takes: its digest, and its place in the index.
    private static let bytesPerToken = 128
}

extension ValidationVerdict {
    /// How many seconds `now` may be before the moment that a verdict was made for.
    ///
    /// A request reads the clock once, at its beginning, and may then find a verdict that another request made a moment
    /// later. A clock that is kept in sync goes back by fractions of a second. Clocks that were wrong differ by more.
    static let clockTolerance: Int64 = 1

    /// Whether a verdict that was made for the moment `beginning`, and is valid until `end`, is valid at `now`.
    static func holds(at now: Timestamp, madeAt beginning: Timestamp, validUntil end: Timestamp?) -> Bool {
        now >= beginning.adding(seconds: -clockTolerance) && end.map { now <= $0 } ?? true
    }

    /// False for temporary problems: the next request is validated again.
    var isSettled: Bool {
        switch self {
        case .accepted(let chain): !chain.revocation.contains(where: \.mayPass)
        case .refused(let failure, _): failure.isSettled
        }
    }
}

extension AuthenticationFailure {
    fileprivate var isSettled: Bool { code != .revocationUnknown && code != .internalError }
}

extension RevocationStatus {
    /// Whether this is an accepted unknown status that may change. A certificate without any source stays without.
    fileprivate var mayPass: Bool {
        guard case .unknown(let cause) = self else { return false }
        return cause.kind != .noSource
    }
}

extension ValidationTrace {
    fileprivate func mayInvolve(_ matches: (TracedCertificate) -> Bool) -> Bool {
        omittedAttempts > 0 || attempts.contains { $0.certificates.contains(where: matches) }
    }
}
