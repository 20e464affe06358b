// SPDX-License-Identifier: Apache-2.0
// The spans of the listener and of its handler belong to the request's trace.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import Synchronization
import Tracing
import XCTest

final class TraceOfRequestTests: XCTestCase {
    private enum TraceKey: ServiceContextKey {
        typealias Value = String
    }

    /// Reads the trace from a header field, and records the trace of each span.
    private final class NotingTracer: Tracer {
        private let spans = Mutex<[String]>([])
        var notes: [String] { spans.withLock { $0 } }

        func startSpan<Instant: TracerInstant>(
            _ operationName: String,
            context: @autoclosure () -> ServiceContext,
            ofKind kind: SpanKind,
            at instant: @autoclosure () -> Instant,
            function: String,
            file fileID: String,
            line: UInt
        ) -> NoOpTracer.NoOpSpan {
            let context = context()
            spans.withLock { $0.append("\(operationName) \(context[TraceKey.self] ?? "-")") }
            return NoOpTracer.NoOpSpan(context: context)
        }

        func extract<Carrier, Extract: Extractor>(
            _ carrier: Carrier,
            into context: inout ServiceContext,
            using extractor: Extract
        ) where Extract.Carrier == Carrier {
            context[TraceKey.self] = extractor.extract(key: "X-Trace", from: carrier)
        }

        func inject<Carrier, Inject: Injector>(
            _ context: ServiceContext,
            into carrier: inout Carrier,
            using injector: Inject
        ) where Inject.Carrier == Carrier {}

        func forceFlush() {}
    }

    func test_the_spans_of_a_request_belong_to_the_trace_that_its_header_names() async throws {
        let authority = try TestAuthority("Client Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.certificate]))
        )
        options.revocationMode = .noCheck
        let tracer = NotingTracer()
        let authenticator = try CertificateAuthenticator(options: options, observability: Observability(tracer: tracer))
        try await TestListener.withListener(
            authenticator: authenticator,
            handler: { _ in .text(ServiceContext.current?[TraceKey.self] ?? "-") }
        ) { listener in
            let client = listener.client(try authority.issue("alice"))
            let name = try XCTUnwrap(HTTPField.Name("x-trace"))
            let traced = try await client.send(TestRequest("/", headerFields: [name: "abc"]))
            XCTAssertEqual(traced.text, "abc", "the handler's own spans would belong to it too")
            XCTAssertEqual(tracer.notes, ["certauth.authenticate abc", "certauth.validate abc"])
            let untraced = try await client.get("/")
            XCTAssertEqual(untraced.text, "-")
            XCTAssertEqual(tracer.notes.suffix(2), ["certauth.authenticate -", "certauth.validate -"])
        }
    }
}
