// SPDX-License-Identifier: Apache-2.0
// Whether a statement speaks now.

/// The times of a statement and what a policy makes of them.
struct EvidenceTime {
    let options: RevocationOptions
    let now: Timestamp
    let profile: ValidationProfile

    init(_ context: ValidationContext) {
        options = context.options.revocation
        now = context.now
        profile = context.options.profile
    }

    /// The last moment at which a statement is taken; nil when nothing bounds it.
    ///
    /// - Parameter lifetime: how long one without nextUpdate is taken where no maximum age is set; nil for not at all.
    func end(of thisUpdate: Timestamp, nextUpdate: Timestamp?, lifetime: Int64?) -> Timestamp? {
        let ages = [options.maximumAge, nextUpdate == nil && options.maximumAge == nil ? lifetime : nil]
        return (ages.map { $0.map(thisUpdate.adding(seconds:)) } + [nextUpdate]).compactMap { $0 }.min()
    }

    /// True when `moment` lies beyond what differing clocks explain.
    func isFuture(_ moment: Timestamp) -> Bool { moment > now.adding(seconds: options.clockSkew) }

    /// Why a statement does not speak now; nil when it does.
    ///
    /// - Parameter issuer: the issuer's name for people, which takes longer to write than all the comparisons.
    func objection(
        issuer: @autoclosure () -> String,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp?,
        lifetime: Int64?
    ) -> RevocationStatus.Cause? {
        guard !isFuture(thisUpdate) else { return .notYetCurrent(issuer: issuer(), thisUpdate: thisUpdate) }
        if let nextUpdate {
            guard nextUpdate >= thisUpdate, now <= nextUpdate else {
                return .stale(issuer: issuer(), nextUpdate: nextUpdate)
            }
        }
        if let age = options.maximumAge, now > thisUpdate.adding(seconds: age) {
            return .tooOld(issuer: issuer(), thisUpdate: thisUpdate)
        }
        guard let end = end(of: thisUpdate, nextUpdate: nextUpdate, lifetime: lifetime), now <= end else {
            return .unbounded(issuer: issuer(), thisUpdate: thisUpdate, lifetime: lifetime)
        }
        return nil
    }
}
