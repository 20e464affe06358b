// SPDX-License-Identifier: Apache-2.0

/// Decides whether a statement is current, from its times and the policy.
struct EvidenceTime {
    let options: RevocationOptions
    let now: Timestamp
    let profile: ValidationProfile

    init(_ context: ValidationContext) {
        options = context.options.revocation
        now = context.now
        profile = context.options.profile
    }

    /// The last moment at which a statement is accepted; nil if nothing limits it.
    ///
    /// - Parameter lifetime: how long a statement without nextUpdate is accepted if no maximum age is set; nil for not
    ///   at all.
    func end(of thisUpdate: Timestamp, nextUpdate: Timestamp?, lifetime: Duration?) -> Timestamp? {
        let ages = [options.maximumAge, nextUpdate == nil && options.maximumAge == nil ? lifetime : nil]
        return (ages.map { $0.map { thisUpdate.adding(seconds: $0.wholeSeconds) } } + [nextUpdate]).compactMap { $0 }
            .min()
    }

    /// Whether `moment` is further in the future than the permitted clock skew.
    func isFuture(_ moment: Timestamp) -> Bool { moment > now.adding(seconds: options.clockSkew.wholeSeconds) }

    /// Why a statement is not current; nil if it is.
    ///
    /// - Parameter issuer: the issuer's name as text. It is evaluated only if needed, because making it costs more than
    ///   all comparisons.
    func objection(
        issuer: @autoclosure () -> String,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp?,
        lifetime: Duration?
    ) -> RevocationStatus.Cause? {
        guard !isFuture(thisUpdate) else { return .notYetCurrent(issuer: issuer(), thisUpdate: thisUpdate) }
        if let nextUpdate {
            guard nextUpdate >= thisUpdate, now <= nextUpdate else {
                return .stale(issuer: issuer(), nextUpdate: nextUpdate)
            }
        }
        if let age = options.maximumAge, now > thisUpdate.adding(seconds: age.wholeSeconds) {
            return .tooOld(issuer: issuer(), thisUpdate: thisUpdate)
        }
        guard let end = end(of: thisUpdate, nextUpdate: nextUpdate, lifetime: lifetime), now <= end else {
            return .unbounded(issuer: issuer(), thisUpdate: thisUpdate, lifetime: lifetime)
        }
        return nil
    }
}
