// SPDX-License-Identifier: Apache-2.0
// What a validation cache must do.

/// Keeps verdicts. The contract:
///
/// - It keeps only what `CachedVerdict.isCacheable` allows, and keeps it whole, for all of the key: policy, source and
///   chain.
/// - It answers only where `CachedVerdict.answers(_:evidence:at:)` is true, and bounds the age of its entries by a clock
///   that can't be set. Use never extends a life.
/// - It bounds how much it keeps, and refusals (`CachedVerdict.isRefusal`) never displace acceptances.
/// - It removes what it is told to remove, and does not bring it back from a validation that was under way.
///
/// The authenticator takes an answer that breaks the second rule for none and says so in the log. `ValidationCacheSuite`
/// of the test kit checks an implementation.
public protocol CertificateValidationCache: Sendable {
    /// The verdict remembered for `key`, if it holds at `now` and rests on the evidence of `generation`.
    ///
    /// Synchronous, because a handshake can't wait.
    func cachedVerdict(for key: ValidationCacheKey, evidence generation: EvidenceGeneration, at now: Timestamp)
        -> CachedVerdict?

    /// Remembers a verdict reached synchronously, if it may be remembered at all.
    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp)

    /// The remembered verdict, or that of `validate`, which runs once however many callers ask at the same time.
    ///
    /// A caller that is cancelled must not fail the others.
    func verdict(
        for key: ValidationCacheKey,
        evidence generation: EvidenceGeneration,
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
