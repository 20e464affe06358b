// SPDX-License-Identifier: Apache-2.0

/// A cache of verdicts. Implementations must satisfy this contract:
///
/// - It stores only verdicts that `CachedVerdict.isCacheable` permits, unchanged, under the whole key: policy, source
///   and chain.
/// - It returns a verdict only if `CachedVerdict.answers(_:evidence:at:)` is true, and limits the age of entries by a
///   monotonic clock. Use never extends the lifetime of an entry.
/// - It limits its size, and refusals (`CachedVerdict.isRefusal`) never displace acceptances.
/// - It removes verdicts on request, and a running validation does not bring them back.
///
/// The authenticator ignores an answer that violates the second rule, and logs it. `ValidationCacheSuite` of the test
/// kit checks an implementation.
public protocol CertificateValidationCache: Sendable {
    /// The verdict stored for `key`, if it is valid at `now` and based on the evidence of `generation`.
    ///
    /// Synchronous, because a handshake cannot wait.
    func cachedVerdict(for key: ValidationCacheKey, evidence generation: EvidenceGeneration, at now: Timestamp)
        -> CachedVerdict?

    /// Stores a verdict that was reached synchronously, if it is cacheable.
    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp)

    /// The stored verdict, or the result of `validate`. It runs once for all concurrent callers.
    ///
    /// The cancellation of one caller must not affect the others.
    func verdict(
        for key: ValidationCacheKey,
        evidence generation: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict

    /// Removes every verdict that involves this certificate. Returns their number.
    @discardableResult func removeVerdicts(involving certificate: Certificate) -> Int

    /// Removes every verdict whose path contains a certificate issued under this name. Returns their number.
    @discardableResult func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int

    /// Removes all verdicts.
    func removeAll()
}
