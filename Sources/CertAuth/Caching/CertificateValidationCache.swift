// SPDX-License-Identifier: Apache-2.0
// What a validation cache must do.

/// Remembers verdicts. An implementation keeps what `CachedVerdict.isCacheable` allows, no longer than
/// `ValidationVerdict.validUntil`, and never extends a life by use.
public protocol CertificateValidationCache: Sendable {
    /// The verdict remembered for `key`, if it holds at `now` and rests on the evidence of `generation`.
    ///
    /// Synchronous, so that a handshake can ask.
    func cachedVerdict(for key: ValidationCacheKey, evidence generation: [UInt8], at now: Timestamp) -> CachedVerdict?

    /// Remembers a verdict reached synchronously, if it may be remembered at all.
    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp)

    /// The remembered verdict, or that of `validate`, which runs once however many callers ask at the same time.
    ///
    /// A caller that is cancelled must not fail the others.
    func verdict(
        for key: ValidationCacheKey,
        evidence generation: [UInt8],
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict

    /// Forgets every verdict that this certificate is part of; returns how many.
    @discardableResult func removeVerdicts(involving certificate: Certificate) -> Int

    /// Forgets every verdict whose path has a certificate issued by this name; returns how many.
    @discardableResult func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int

    /// Forgets everything.
    func removeAll()
}
