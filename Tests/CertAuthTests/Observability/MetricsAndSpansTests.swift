// SPDX-License-Identifier: Apache-2.0
// Metrics and spans.

import CertAuth
import CertAuthTesting
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import Tracing
import XCTest

final class MetricsAndSpansTests: XCTestCase {
    private var stage: Stage!
    private var metrics: TestMetrics!
    private var tracer: InMemoryTracer!

    override func setUpWithError() throws {
        stage = try Stage()
        metrics = TestMetrics()
        tracer = InMemoryTracer()
    }

    private var observability: Observability { Observability(metrics: metrics, tracer: tracer) }

    private func authenticator(
        cache: (any CertificateValidationCache)? = nil,
        evidence: RevocationEvidence = .none,
        gatherer: RevocationGatherer? = nil,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        try CertificateAuthenticator(
            options: stage.options(change),
            events: events,
            cache: cache,
            revocationEvidence: evidence,
            revocationGatherer: gatherer,
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() },
            observability: observability
        )
    }

    private func total(_ label: String, _ dimensions: [(String, String)]) -> Int64 {
        metrics.counterTotal(label: label, dimensions: dimensions)
    }

    func test_each_verdict_is_counted_by_its_code_even_if_its_line_is_suppressed() async throws {
        let authenticator = try authenticator()
        let old = try stage.issuing.issue("old", .expired)
        for _ in 0..<30 { _ = await authenticator.authenticate(old) }
        _ = await authenticator.authenticate(try stage.issuing.issue("alice"))
        let scheme = ("scheme", "Certificate")
        XCTAssertEqual(total("certauth.verdicts", [("code", "expired"), scheme]), 30)
        XCTAssertEqual(total("certauth.verdicts", [("code", "success"), scheme]), 1)
        XCTAssertEqual(metrics.counters(label: "certauth.verdicts").count, 2)
        XCTAssertEqual(try metrics.expectTimer("certauth.validation_duration", [scheme]).values.count, 31)
    }

    func test_a_denial_is_counted_once_and_its_client_is_one_success() async throws {
        let authenticator = try authenticator()
        let result = await authenticator.authenticate(try stage.issuing.issue("alice"))
        let policy = AuthorizationPolicy.claim(.role, anyOf: ["admin"]).named("admins")
        let answer = await authenticator.authorize(result, by: policy)
        XCTAssertEqual(answer.refusalCode, .notAuthorized)
        let scheme = ("scheme", "Certificate")
        XCTAssertEqual(total("certauth.verdicts", [("code", "success"), scheme]), 1)
        XCTAssertEqual(metrics.counters(label: "certauth.verdicts").count, 1)
        XCTAssertEqual(total("certauth.denials", [("code", "not-authorized"), scheme]), 1)
        XCTAssertEqual(metrics.counters(label: "certauth.denials").count, 1)
    }

    func test_a_refusal_that_a_hook_replaces_is_counted_once_by_its_final_code() async throws {
        let events = CertificateAuthenticationEvents(onAuthenticationFailed: { _ in .fail(reason: "call 117") })
        let authenticator = try authenticator(events: events)
        _ = await authenticator.authenticate(try stage.issuing.issue("old", .expired))
        let scheme = ("scheme", "Certificate")
        XCTAssertEqual(total("certauth.verdicts", [("code", "rejected-by-handler"), scheme]), 1)
        XCTAssertEqual(metrics.counters(label: "certauth.verdicts").count, 1)
    }

    func test_spans_belong_to_the_trace_that_the_tracer_finds_in_a_request() async throws {
        let authenticator = try authenticator()
        let alice = try stage.issuing.issue("alice")
        let fields = [InMemoryTracer.traceIDKey: "the-trace", InMemoryTracer.spanIDKey: "the-caller"]
        XCTAssertTrue(authenticator.isTraced)
        _ = await authenticator.inTrace(of: TraceFields { fields[$0] }) { await authenticator.authenticate(alice) }
        let span = try XCTUnwrap(tracer.finishedSpans.last { $0.operationName == "certauth.authenticate" })
        XCTAssertEqual(span.traceID, "the-trace")
        XCTAssertEqual(span.parentSpanID, "the-caller")
        // Without such fields the span is a root.
        _ = await authenticator.inTrace(of: TraceFields { _ in nil }) { await authenticator.authenticate(alice) }
        let root = try XCTUnwrap(tracer.finishedSpans.last { $0.operationName == "certauth.authenticate" })
        XCTAssertNotEqual(root.traceID, "the-trace")
        XCTAssertNil(root.parentSpanID)
        // The caller's context is not replaced.
        try await tracer.withSpan("caller") { caller in
            _ = await authenticator.inTrace(of: TraceFields { fields[$0] }) { await authenticator.authenticate(alice) }
            let inner = try XCTUnwrap(tracer.finishedSpans.last { $0.operationName == "certauth.authenticate" })
            XCTAssertEqual(inner.parentSpanID, caller.spanID)
        }
    }

    func test_cache_lookups_are_counted_as_hits_and_misses() async throws {
        let authenticator = try authenticator(cache: LRUCertificateValidationCache())
        let alice = try stage.issuing.issue("alice")
        for _ in 0..<3 { assertAccepted(await authenticator.authenticate(alice)) }
        assertAccepted(authenticator.validate(try XCTUnwrap(alice.presented())))
        let scheme = ("scheme", "Certificate")
        XCTAssertEqual(total("certauth.cache_lookups", [("result", "miss"), scheme]), 1)
        XCTAssertEqual(total("certauth.cache_lookups", [("result", "hit"), scheme]), 3)
    }

    func test_the_age_of_evidence_and_certificates_near_their_end_are_measured() async throws {
        let evidence = try stage.evidence([stage.root.revocationList(), stage.issuing.revocationList()])
        stage.clock.advance(by: .seconds(60))
        let authenticator = try authenticator(evidence: evidence) { $0.revocationMode = .offline }
        let soon = try stage.issuing.issue("soon") { template in
            template.notAfter = .automatic(Stage.moment.adding(seconds: 86_400))
        }
        assertAccepted(await authenticator.authenticate(soon))
        let ages = try metrics.expectRecorder("certauth.evidence_age_seconds", [("scheme", "Certificate")]).values
        let made = try XCTUnwrap(evidence.revocationLists.first).thisUpdate
        let age = Double(stage.clock.now.secondsSince1970 - made.secondsSince1970)
        XCTAssertEqual(ages, [age, age])
        XCTAssertEqual(total("certauth.accepted_near_expiry", [("scheme", "Certificate")]), 1)
    }

    func test_a_family_makes_each_counter_once_and_no_more_than_it_may() throws {
        let family = CounterFamily("x", by: "code", factory: metrics)
        for number in 0..<200 { family.increment("\(number % 100)") }
        XCTAssertEqual(metrics.counters(label: "x").count, 65)
        XCTAssertEqual(total("x", [("code", "0")]), 2)
        XCTAssertEqual(total("x", [("code", "other")]), 72)
    }

    func test_spans_show_the_phases_one_inside_the_other() async throws {
        let evidence = try stage.evidence([stage.root.revocationList(), stage.issuing.revocationList()])
        let events = CertificateAuthenticationEvents(onCertificateValidated: { .success($0.principal) })
        let authenticator = try authenticator(evidence: evidence, events: events) { $0.revocationMode = .offline }
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice")))
        let spans = tracer.finishedSpans
        XCTAssertEqual(spans.map(\.operationName), ["certauth.validate", "certauth.hooks", "certauth.authenticate"])
        let whole = try XCTUnwrap(spans.last)
        XCTAssertEqual(Set(spans.dropLast().map(\.parentSpanID)), [whole.spanID])
        XCTAssertEqual(spans[0].events.map(\.name), ["certauth.parsed", "certauth.path", "certauth.revocation"])
        XCTAssertEqual(whole.attributes.get("certauth.code"), .string("success"))
        XCTAssertEqual(whole.attributes.get("certauth.scheme"), .string("Certificate"))
    }

    func test_the_span_of_a_refusal_has_its_code_and_identifier() async throws {
        let result = try await authenticator().authenticate(stage.issuing.issue("old", .expired))
        let span = try XCTUnwrap(tracer.finishedSpans.last)
        XCTAssertEqual(span.attributes.get("certauth.code"), .string("expired"))
        let identifier = try XCTUnwrap(result.failure?.identifier)
        XCTAssertEqual(span.attributes.get("certauth.id"), .string("\(identifier)"))
        let events = tracer.finishedSpans.first?.events
        XCTAssertEqual(events?.map(\.name), ["certauth.parsed", "certauth.path"])
        XCTAssertEqual(events?.last?.attributes.get("certauth.code"), .string("expired"))
    }

    func test_fetches_are_counted_measured_and_traced_below_the_validation() async throws {
        struct StubFetcher: RevocationFetcher {
            let policy = RevocationFetchPolicy()

            func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse
            {
                throw .timedOut(url: "\(request.url)")
            }
        }
        let gatherer = RevocationGatherer(
            fetcher: StubFetcher(),
            clock: stage.clock.verificationClock,
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() },
            observability: observability
        )
        let authenticator = try authenticator(gatherer: gatherer) {
            $0.revocationMode = .online
            $0.revocationFlag = .endCertificateOnly
        }
        let alice = try stage.issuing.issue("alice") { template in
            template.extensions.append(.crlDistributionPoints([[.uri("http://crl.example/1.crl")]]))
        }
        assertRefused(await authenticator.authenticate(alice), .revocationUnknown, at: 0)
        XCTAssertEqual(total("certauth.revocation_fetches", [("outcome", "timed-out")]), 1)
        XCTAssertEqual(try metrics.expectTimer("certauth.revocation_fetch_duration").values.count, 1)
        let fetch = tracer.finishedSpans.first { $0.operationName == "certauth.revocation.fetch" }
        let validation = tracer.finishedSpans.first { $0.operationName == "certauth.validate" }
        XCTAssertEqual(fetch?.parentSpanID, validation?.spanID)
        XCTAssertEqual(fetch?.attributes.get("certauth.outcome"), .string("timed-out"))
        XCTAssertEqual(fetch?.attributes.get("certauth.source"), .string("http://crl.example/1.crl"))
    }
}
