// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Writes decisions to the log, one structured line for each, and counts them by code in the metrics.
struct DecisionLog: Sendable {
    let metrics: DecisionMetrics
    private let logger: Logger
    private let schemeName: String
    /// The lines of refusals, by code.
    private let refusals: LineLimiter
    /// The lines of the shadow policy, by both codes.
    private let shadows: LineLimiter
    /// All other lines, whose keys are constants. None of these limiters displaces the lines of another.
    let limiter: LineLimiter
    let expiryNotices = ExpiryNotices()
    private let expiryWarning: Duration
    private let clock: VerificationClock

    /// One set for all authenticators: a server may have thousands.
    private static let codes = Set(FailureReference.all.map(\.code.rawValue))

    init(logger: Logger, options: CertificateAuthenticationOptions, observability: Observability) {
        self.logger = logger
        schemeName = options.schemeName
        clock = options.clock
        metrics = DecisionMetrics(observability, schemeName: options.schemeName)
        refusals = LineLimiter(observability, reserved: Self.codes)
        shadows = LineLimiter(observability)
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

    /// Logs and counts the refusal of a client that is not authenticated.
    func refused(
        _ failure: AuthenticationFailure,
        _ client: RefusedClient,
        insteadOf original: AuthenticationFailure? = nil
    ) {
        metrics.verdicts.increment(failure.code.rawValue)
        logRefusal("client refused", failure, client, insteadOf: original)
    }

    /// Logs and counts that authorization refuses an authenticated client, whose verdict is already counted.
    func denied(_ failure: AuthenticationFailure, _ client: RefusedClient) {
        metrics.denials.increment(failure.code.rawValue)
        logRefusal("client refused", failure, client)
    }

    /// Logs that an open connection ends because its client is refused now.
    func ended(_ failure: AuthenticationFailure, _ client: RefusedClient) {
        logRefusal("client no longer accepted", failure, client)
    }

    /// Writes one line. Above the limit of lines for its code, at debug level.
    private func logRefusal(
        _ message: Logger.Message,
        _ failure: AuthenticationFailure,
        _ client: RefusedClient,
        insteadOf original: AuthenticationFailure? = nil
    ) {
        let suppressed = refusals.suppressedBefore(failure.code.rawValue)
        // The metadata is not made if the level is not logged.
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            message,
            metadata: metadata(client.facts).with(.alert, client.alert).describing(leafOf: failure, or: client.leaf)
                .describing(failure).replacing(original).suppressing(suppressed).values
        )
    }

    func hookThrew(_ hook: String, _ error: any Error) {
        guard let suppressed = limiter.suppressedBefore("hook \(hook)") else { return }
        let text = DisplayText.escaped(String(describing: error))
        logger.error(
            "a hook threw: the client is still refused",
            metadata: scheme.with(.hook, hook).with(.error, text).suppressing(suppressed).values
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
        guard let suppressed = shadows.suppressedBefore("\(code) \(other)") else { return }
        var metadata = scheme.describing(leaf).with(.code, code).with(.shadowCode, other).suppressing(suppressed)
        if case .refused(let failure, _) = verdict { metadata.set(.reason, failure.message) }
        if case .refused(let failure, _) = shadow { metadata.set(.shadowReason, failure.message) }
        logger.notice("the shadow policy decides differently", metadata: metadata.values)
    }

    /// Logs a configuration finding at start-up.
    func found(_ finding: ConfigurationFinding) {
        logger.log(
            level: finding.logLevel,
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
        let digest = client.certificate.digest
        guard expiryNotices.take(for: digest, at: clock.now()) else { return }
        guard let suppressed = limiter.suppressedBefore("near expiry") else {
            expiryNotices.giveBack(digest)
            return
        }
        logger.notice(
            "client certificate expires soon",
            metadata: metadata(client.facts).describing(client.certificate).with(.notAfter, end)
                .suppressing(suppressed).values
        )
    }

    private var scheme: LogMetadata { LogMetadata(.scheme, schemeName) }

    private func metadata(_ facts: ConnectionFacts) -> LogMetadata {
        scheme.from(facts)
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
