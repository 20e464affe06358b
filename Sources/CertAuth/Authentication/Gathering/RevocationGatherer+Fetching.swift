// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Tracing

extension RevocationGatherer {
    /// Obtains the statement of `key` from the artifact store or over the network.
    func obtain(_ key: EvidenceKey, for need: EvidenceNeed, deadline: ContinuousClock.Instant) async -> FetchOutcome {
        if let kept = await keptStatement(key, for: need) { return .statement(kept) }
        return await fetch(key, for: need, deadline: deadline)
    }

    /// Fetches from the source over the network, with metrics and a span.
    func fetch(_ key: EvidenceKey, for need: EvidenceNeed, deadline: ContinuousClock.Instant) async -> FetchOutcome {
        await spans.span("certauth.revocation.fetch") { span in
            let start = ContinuousClock.now
            let outcome = await statement(of: key, for: need, deadline: deadline)
            metrics.fetched(outcome: outcome.word, in: .now - start)
            span?.attributes["certauth.source"] = DisplayText.escaped(key.source.address)
            span?.attributes["certauth.outcome"] = outcome.word
            return outcome
        }
    }

    private func statement(
        of key: EvidenceKey,
        for need: EvidenceNeed,
        deadline: ContinuousClock.Instant
    ) async -> FetchOutcome {
        do throws(RevocationFetchError) {
            let url = try RevocationURL(key.source.address)
            let question = key.source.kind == .responder ? ocspRequest(about: need) : nil
            let request = request(to: url, key: key, question: question, deadline: deadline)
            let response = try await fetcher.fetch(request)
            return await take(response, key: key, need: need, question: question)
        } catch {
            let outcome = failure(error.cause(address: key.source.address), key: key)
            // An outage of a responder causes one fetch, not one for each certificate.
            if error.concernsWholeSource { rememberFailure(outcome, for: key.ofSource) }
            return outcome
        }
    }

    /// Caches a failure for `failureMemory`.
    func rememberFailure(_ outcome: FetchOutcome, for key: EvidenceKey) {
        guard case .failure = outcome else { return }
        let now = clock.now()
        store.remember(outcome, for: key, until: now.adding(seconds: sources.failureMemory.wholeSeconds), at: now)
    }

    /// Whether a fetch of `key` has failed within `failureMemory`.
    func hasFailedRecently(_ key: EvidenceKey) -> Bool {
        guard case .failure? = recentOutcome(for: key, at: clock.now()) else { return false }
        return true
    }

    /// The cached result of `key`, or of its source as a whole.
    func recentOutcome(for key: EvidenceKey, at now: Timestamp) -> FetchOutcome? {
        store.recentOutcome(for: key, at: now) ?? store.recentOutcome(for: key.ofSource, at: now)
    }

    private func take(
        _ response: RevocationFetchResponse,
        key: EvidenceKey,
        need: EvidenceNeed,
        question: OCSPRequest?
    ) async -> FetchOutcome {
        let now = clock.now()
        let arrival = Arrival(
            fetchedAt: now,
            entityTag: response.entityTag,
            freshness: response.freshness?.wholeSeconds
        )
        switch response.content {
        case .notModified:
            guard let held = store.statement(for: key) else {
                let reason = "HTTP status 304 for a request without a condition"
                return failure(.malformed(source: key.source.address, reason: reason), key: key)
            }
            store.confirm(key, arrival: arrival)
            return .statement(held.statement)
        case .body(let bytes):
            do throws(UnreadableStatement) {
                let statement = try read(bytes, key: key, question: question)
                let admission = store.admit(
                    statement,
                    for: need,
                    key: key,
                    arrival: arrival,
                    at: need.options.clock.now()
                )
                if case .refused(let cause) = admission { return failure(cause, key: key) }
                if admission == .held { await keep(bytes, arrival: arrival, key: key) }
                return .statement(statement)
            } catch {
                return failure(error.cause, key: key)
            }
        }
    }

    private func failure(_ cause: RevocationStatus.Cause, key: EvidenceKey) -> FetchOutcome {
        let suppressed = lines.suppressedBefore(key.source.address)
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "a revocation source returned no usable statement",
            metadata: LogMetadata(.source, DisplayText.escaped(key.source.address)).with(.cause, cause)
                .with(.kind, key.source.kind.rawValue).suppressing(suppressed).values
        )
        return .failure(RevocationSourceFailure(source: key.source.address, cause: cause))
    }

    private func request(
        to url: RevocationURL,
        key: EvidenceKey,
        question: OCSPRequest?,
        deadline: ContinuousClock.Instant
    ) -> RevocationFetchRequest {
        guard let question else {
            return RevocationFetchRequest(
                url: url,
                accept: "application/pkix-crl, */*;q=0.1",
                maximumBytes: policy.maximumListBytes,
                deadline: deadline,
                entityTag: store.statement(for: key)?.condition(at: clock.now())
            )
        }
        let body = question.derEncoded
        var request = RevocationFetchRequest(
            url: url,
            method: .post(body: body, contentType: "application/ocsp-request"),
            accept: "application/ocsp-response",
            maximumBytes: policy.maximumResponseBytes,
            deadline: deadline
        )
        // RFC 5019 §5: at most 255 bytes, in the form in which the request appears in the URL.
        let component = question.pathComponent
        if sources.asksByGET, component.utf8.count <= 255, let url = try? url.appending(component) {
            request.url = url
            request.method = .get
        }
        return request
    }

    private func ocspRequest(about need: EvidenceNeed) -> OCSPRequest? {
        let digest = sources.identifierDigest
        guard let identifier = OCSPCertificateID(of: need.certificate, issuedBy: need.issuer, digest: digest) else {
            return nil
        }
        var generator = SystemRandomNumberGenerator()
        let nonce = sources.nonce == .off ? nil : (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return OCSPRequest(identifier, nonce: nonce)
    }
}
