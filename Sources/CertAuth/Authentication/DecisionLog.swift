// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Writes decisions to the log, one structured line for each, and counts them by code in the metrics.
struct DecisionLog: Sendable {
    let metrics: DecisionMetrics
    private let logger: Logger
    private let schemeName: String
    let limiter: LineLimiter
    private let expiryWarning: Duration
    private let clock: VerificationClock

    init(logger: Logger, options: CertificateAuthenticationOptions, observability: Observability) {
        self.logger = logger
        schemeName = options.schemeName
        clock = options.clock
        metrics = DecisionMetrics(observability, schemeName: options.schemeName)
        limiter = LineLimiter(observability)
        expiryWarning = observability.expiryWarning
    }

    func accepted(_ client: AuthenticatedClient) {
        metrics.verdicts.increment("success")
        logger.debug(
            "client certificate accepted",
            metadata: metadata(client.facts).describing(client.certificate).values
        )
        warnOfExpiry(client)
    }

    /// Logs why a client is refused. Above the limit of lines, at debug level.
    func refused(_ failure: AuthenticationFailure, facts: ConnectionFacts) {
        metrics.verdicts.increment(failure.code.rawValue)
        let suppressed = limiter.suppressedBefore(failure.code.rawValue)
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "client certificate refused",
            metadata: metadata(facts).describing(failure.trace.attempts.first?.certificates.first)
                .describing(failure).suppressing(suppressed).values
        )
    }

    /// Logs that a hook replaced the reason of a refusal. The original refusal is already logged.
    func replaced(_ failure: AuthenticationFailure, by other: AuthenticationFailure) {
        let suppressed = limiter.suppressedBefore("instead \(other.code)")
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "client certificate refused for another reason",
            metadata: scheme.with(.insteadOf, failure.code).describing(other).suppressing(suppressed).values
        )
    }

    func hookThrew(_ hook: String, _ error: any Error) {
        logger.error(
            "a hook threw: the client is still refused",
            metadata: scheme.with(.hook, hook).with(.error, DisplayText.escaped(String(describing: error))).values
        )
    }

    /// Logs that a custom cache returned an answer that was not used.
    func cacheAnsweredWrongly(_ objection: CacheObjection) {
        metrics.cacheLookups.increment("wrong")
        guard let suppressed = limiter.suppressedBefore("cache \(objection.rawValue)") else { return }
        logger.error(
            "the validation cache answered with \(objection.rawValue): the answer was not used; correct the cache",
            metadata: scheme.suppressing(suppressed).values
        )
    }

    /// Logs that the shadow policy validates a chain differently.
    func differs(_ verdict: ValidationVerdict, shadow: ValidationVerdict, leaf: TracedCertificate?) {
        let (code, other) = (verdict.code, shadow.code)
        guard let suppressed = limiter.suppressedBefore("shadow \(code) \(other)") else { return }
        var metadata = scheme.describing(leaf).with(.code, code).with(.shadowCode, other).suppressing(suppressed)
        if case .refused(let failure, _) = verdict { metadata.set(.reason, failure.message) }
        if case .refused(let failure, _) = shadow { metadata.set(.shadowReason, failure.message) }
        logger.notice("the shadow policy decides differently", metadata: metadata.values)
    }

    /// Logs a configuration finding at start-up.
    func found(_ finding: ConfigurationFinding) {
        logger.log(
            level: finding.severity == .warning ? .warning : .notice,
            "\(finding.message)",
            metadata: scheme.with(.finding, finding.code).values
        )
    }

    /// Logs that evidence did not simply replace other evidence.
    func noticed(_ notice: EvidenceNotice) {
        metrics.evidenceNotices.increment(notice.kind.rawValue)
        logger.log(
            level: notice.kind.isWarning ? .warning : .notice,
            "revocation evidence: \(notice.message)",
            metadata: scheme.with(.evidence, notice.kind.rawValue).values
        )
    }

    private func warnOfExpiry(_ client: AuthenticatedClient) {
        let end = client.chain.leafNotAfter
        let rest = end.secondsSince1970 - clock.now().secondsSince1970
        guard rest < expiryWarning.wholeSeconds else { return }
        metrics.nearExpiry.increment(schemeName)
        guard let suppressed = limiter.suppressedBefore("near expiry") else { return }
        logger.notice(
            "client certificate expires soon",
            metadata: metadata(client.facts).describing(client.certificate).with(.notAfter, end)
                .suppressing(suppressed).values
        )
    }

    private var scheme: LogMetadata { LogMetadata(.scheme, schemeName) }

    private func metadata(_ facts: ConnectionFacts) -> LogMetadata {
        scheme.from(peer: facts.peerAddress, serverName: facts.serverName)
    }
}

extension ValidationVerdict {
    /// The refusal's code, or `success` for an accepted chain.
    var code: String {
        switch self {
        case .accepted: "success"
        case .refused(let failure, _): failure.code.rawValue
        }
    }
}
