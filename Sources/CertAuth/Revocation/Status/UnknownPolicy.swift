// SPDX-License-Identifier: Apache-2.0

/// Decides, for each cause, what an unknown status means.
struct UnknownPolicy {
    private let options: CertificateAuthenticationOptions
    private let now: Timestamp

    init(_ context: ValidationContext) {
        options = context.options
        now = context.now
    }

    /// Whether the client is accepted despite this cause.
    ///
    /// - Parameter lastGood: the newest authentic statement that said good, of any age.
    func permits(_ cause: RevocationStatus.Cause, lastGood: RevocationStatus.Evidence?) -> Bool {
        guard cause.kind != .listedUnderCriticalExtension else { return false }
        guard let answer = options.revocation.unknownAnswers[cause.kind] else {
            return options.unknownRevocation == .allow
        }
        switch answer {
        case .deny: return false
        case .allow: return true
        case .allowWhileFresh: return end(cause, lastGood: lastGood).map { now <= $0 } ?? false
        }
    }

    /// The last moment at which an unknown status is permitted because of an earlier good one; nil without such a rule.
    func end(_ cause: RevocationStatus.Cause, lastGood: RevocationStatus.Evidence?) -> Timestamp? {
        guard case .allowWhileFresh(let duration) = options.revocation.unknownAnswers[cause.kind] else { return nil }
        return lastGood?.age.adding(seconds: duration.wholeSeconds)
    }
}
