// SPDX-License-Identifier: Apache-2.0
// One structured line a decision, and one counter a code.

internal import Logging

/// Writes decisions to the log and the metrics; reads nothing.
struct DecisionLog: Sendable {
    let metrics: DecisionMetrics
    private let logger: Logger
    private let schemeName: String
    let limiter: LineLimiter
    private let expiryWarning: Int64
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
            metadata: metadata(client.certificate, facts: client.facts)
        )
        warnOfExpiry(client)
    }

    /// Says why a client is refused; beyond the limit of lines at `debug`.
    func refused(_ failure: AuthenticationFailure, facts: ConnectionFacts) {
        metrics.verdicts.increment(failure.code.rawValue)
        let suppressed = limiter.suppressedBefore(failure.code.rawValue)
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "client certificate refused",
            metadata: metadata(failure, facts: facts, suppressed: suppressed)
        )
    }

    /// A hook gave the refusal another reason; the line of the first one stands already.
    func replaced(_ failure: AuthenticationFailure, by other: AuthenticationFailure) {
        var metadata: Logger.Metadata = ["certauth.scheme": "\(schemeName)", "certauth.instead_of": "\(failure.code)"]
        describe(other, in: &metadata)
        let suppressed = limiter.suppressedBefore("instead \(other.code)")
        if let suppressed, suppressed > 0 { metadata["certauth.suppressed"] = "\(suppressed)" }
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "client certificate refused for another reason",
            metadata: metadata
        )
    }

    func hookThrew(_ hook: String, _ error: any Error) {
        logger.error(
            "a hook threw, the client stays refused",
            metadata: [
                "certauth.hook": "\(hook)", "certauth.scheme": "\(schemeName)",
                "error": "\(DisplayText.escaped(String(describing: error)))",
            ]
        )
    }

    /// A cache of the application's own gave an answer that was not used.
    func cacheAnsweredWrongly(_ objection: CacheObjection) {
        metrics.cacheLookups.increment("wrong")
        guard let suppressed = limiter.suppressedBefore("cache \(objection.rawValue)") else { return }
        var metadata: Logger.Metadata = ["certauth.scheme": "\(schemeName)"]
        if suppressed > 0 { metadata["certauth.suppressed"] = "\(suppressed)" }
        logger.error(
            "the validation cache answered with \(objection.rawValue): the answer was not used, correct the cache",
            metadata: metadata
        )
    }

    /// The shadow policy judges a chain otherwise.
    func differs(_ verdict: ValidationVerdict, shadow: ValidationVerdict, leaf: TracedCertificate?) {
        let (code, other) = (verdict.code, shadow.code)
        guard let suppressed = limiter.suppressedBefore("shadow \(code) \(other)") else { return }
        var metadata: Logger.Metadata = [:]
        if let leaf { describe(leaf, in: &metadata) }
        metadata["certauth.scheme"] = "\(schemeName)"
        metadata["certauth.code"] = "\(code)"
        metadata["certauth.shadow_code"] = "\(other)"
        if case .refused(let failure, _) = verdict { metadata["certauth.reason"] = "\(failure.message)" }
        if case .refused(let failure, _) = shadow { metadata["certauth.shadow_reason"] = "\(failure.message)" }
        if suppressed > 0 { metadata["certauth.suppressed"] = "\(suppressed)" }
        logger.notice("the shadow policy decides otherwise", metadata: metadata)
    }

    /// Says what is worth a second look at start-up.
    func found(_ finding: ConfigurationFinding) {
        logger.log(
            level: finding.severity == .warning ? .warning : .notice,
            "\(finding.message)",
            metadata: ["certauth.scheme": "\(schemeName)", "certauth.finding": "\(finding.code)"]
        )
    }

    /// Says that evidence did not simply take the place of other evidence.
    func noticed(_ notice: EvidenceNotice) {
        metrics.evidenceNotices.increment(notice.kind.rawValue)
        logger.log(
            level: notice.kind.isWarning ? .warning : .notice,
            "revocation evidence: \(notice.message)",
            metadata: ["certauth.scheme": "\(schemeName)", "certauth.evidence": "\(notice.kind.rawValue)"]
        )
    }

    private func warnOfExpiry(_ client: AuthenticatedClient) {
        let end = client.certificate.validity.notAfter
        let rest = end.secondsSince1970 - clock.now().secondsSince1970
        guard rest < expiryWarning else { return }
        metrics.nearExpiry.increment(schemeName)
        guard let suppressed = limiter.suppressedBefore("near expiry") else { return }
        var metadata = metadata(client.certificate, facts: client.facts)
        metadata["certauth.not_after"] = "\(end)"
        if suppressed > 0 { metadata["certauth.suppressed"] = "\(suppressed)" }
        logger.notice("client certificate ends soon", metadata: metadata)
    }

    private func metadata(
        _ failure: AuthenticationFailure,
        facts: ConnectionFacts,
        suppressed: Int?
    ) -> Logger.Metadata {
        var metadata = metadata(facts)
        if let leaf = failure.trace.attempts.first?.certificates.first { describe(leaf, in: &metadata) }
        describe(failure, in: &metadata)
        if let suppressed, suppressed > 0 { metadata["certauth.suppressed"] = "\(suppressed)" }
        return metadata
    }

    private func describe(_ failure: AuthenticationFailure, in metadata: inout Logger.Metadata) {
        metadata["certauth.code"] = "\(failure.code)"
        metadata["certauth.reason"] = "\(failure.message)"
        if let identifier = failure.identifier { metadata["certauth.id"] = "\(identifier)" }
        if let index = failure.certificateIndex { metadata["certauth.index"] = "\(index)" }
    }

    private func describe(_ certificate: TracedCertificate, in metadata: inout Logger.Metadata) {
        metadata["certauth.subject"] = "\(certificate.subject)"
        metadata["certauth.issuer"] = "\(certificate.issuer)"
        metadata["certauth.serial"] = "\(certificate.serialNumber)"
        metadata["certauth.sha256"] = "\(certificate.sha256Thumbprint)"
    }

    private func metadata(_ facts: ConnectionFacts) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["certauth.scheme": "\(schemeName)"]
        if let peer = facts.peerAddress { metadata["certauth.peer"] = "\(peer)" }
        if let name = facts.serverName { metadata["certauth.server_name"] = "\(DisplayText.escaped(name))" }
        return metadata
    }

    private func metadata(_ certificate: Certificate, facts: ConnectionFacts) -> Logger.Metadata {
        var metadata = metadata(facts)
        metadata["certauth.subject"] = "\(certificate)"
        metadata["certauth.issuer"] = "\(DisplayText.escaped(certificate.issuer.rfc4514))"
        metadata["certauth.serial"] = "\(certificate.serialNumber)"
        metadata["certauth.sha256"] = "\(certificate.sha256Thumbprint)"
        return metadata
    }
}

extension ValidationVerdict {
    /// The refusal's code, `success` for an accepted chain.
    var code: String {
        switch self {
        case .accepted: "success"
        case .refused(let failure, _): failure.code.rawValue
        }
    }
}
