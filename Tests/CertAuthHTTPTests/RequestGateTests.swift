// SPDX-License-Identifier: Apache-2.0
// The gate before the handlers: which clients pass or are refused, and what a refusal contains.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class RequestGateTests: XCTestCase {
    /// `/open` is anonymous, `/mixed` optional, all others required.
    private static let requirement: @Sendable (HTTPRequest) -> AuthenticationRequirement = { request in
        switch request.path {
        case "/open": .anonymous
        case "/mixed": .optional
        default: .required
        }
    }

    private static let describe: HTTPSListener.Handler = { request in
        let subject = request.principal == nil ? "nobody" : request.client?.certificate.subject.rfc4514 ?? "?"
        return .text("\(subject), failure \(request.failure?.code.rawValue ?? "none")")
    }

    private func authenticator(
        trusting authority: TestAuthority,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents()
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        options.clock = authority.clock
        return try CertificateAuthenticator(options: options, events: events)
    }

    func test_a_refused_certificate_is_a_failure_and_not_a_missing_certificate() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(
            trusting: authority,
            customize: { $0.requirement = Self.requirement },
            handler: Self.describe
        ) { listener in
            let expired = listener.client(try authority.issue("old", .expired))
            let mixed = try await expired.get("/mixed")
            XCTAssertEqual(mixed.text, "nobody, failure expired")
            let open = try await expired.get("/open")
            XCTAssertEqual(open.text, "nobody, failure none")
            let closed = try await expired.get("/closed")
            XCTAssertEqual(closed.status, 403)
            XCTAssertEqual(closed.problemCode, "expired")
            let good = try await listener.client(try authority.issue("alice")).get("/mixed")
            XCTAssertEqual(good.text, "CN=alice, failure none")
            let none = try await listener.client().get("/mixed")
            XCTAssertEqual(none.text, "nobody, failure none")
        }
    }

    func test_a_refusal_is_a_problem_document_that_is_not_cached_and_contains_no_details() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { listener in
            let response = try await listener.client().get("/")
            XCTAssertEqual(response.status, 403)
            XCTAssertEqual(response.headerFields[.contentType], "application/problem+json")
            XCTAssertEqual(response.headerFields[.cacheControl], "no-store")
            XCTAssertNil(response.headerFields[.wwwAuthenticate])
            XCTAssertEqual(
                response.text.replacing(/,"instance":"urn:uuid:[0-9a-f-]{36}"/, with: ""),
                #"{"type":"about:blank","title":"Forbidden","status":403,"code":"no-certificate","#
                    + #""detail":"A client certificate is required."}"#
            )
        }
    }

    func test_details_are_exposed_only_on_request() async throws {
        let authority = try TestAuthority("Root")
        for exposes in [false, true] {
            try await TestListener.withListener(
                trusting: authority,
                customize: { $0.exposesFailureDetails = exposes }
            ) { listener in
                let response = try await listener.client(try authority.issue("old", .expired)).get("/")
                XCTAssertEqual(response.problemCode, "expired")
                XCTAssertEqual(response.text.contains("\"message\":"), exposes)
                XCTAssertEqual(response.text.contains("\"certificateIndex\":0"), exposes)
            }
        }
    }

    func test_a_challenge_hook_redirects_to_a_host_that_requires_certificates() async throws {
        let authority = try TestAuthority("Root")
        let events = CertificateAuthenticationEvents(onChallenge: { context in
            .redirect(location: "https://certificates.test\(context.path)")
        })
        let authenticator = try authenticator(trusting: authority, events: events)
        try await TestListener.withListener(authenticator: authenticator, mode: .allow) { listener in
            let response = try await listener.client().get("/a?b=c")
            XCTAssertEqual(response.status, 307)
            XCTAssertEqual(response.headerFields[.location], "https://certificates.test/a?b=c")
            let good = try await listener.client(try authority.issue("alice")).get("/a?b=c")
            XCTAssertEqual(good.status, 200)
        }
    }

    func test_a_certificate_that_expires_during_a_connection_stops_working() async throws {
        let clock = TestClock()
        let authority = try TestAuthority("Root", clock: clock.verificationClock)
        let identity = try authority.issue("alice") {
            $0.notAfter = .automatic(clock.now.adding(seconds: 60))
        }
        try await TestListener.withListener(trusting: authority) { listener in
            try await listener.client(identity).withConnection { connection in
                let before = try await connection.get("/")
                XCTAssertEqual(before.status, 200)
                clock.advance(by: .seconds(120))
                let after = try await connection.get("/")
                XCTAssertEqual(after.status, 403)
                XCTAssertEqual(after.problemCode, "expired")
            }
        }
    }

    func test_hooks_run_once_a_request() async throws {
        let authority = try TestAuthority("Root")
        let calls = Counter()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.increment()
            return .success(context.principal)
        })
        let authenticator = try authenticator(trusting: authority, events: events)
        try await TestListener.withListener(authenticator: authenticator) { listener in
            try await listener.client(try authority.issue("alice")).withConnection { connection in
                for expected in 1...3 {
                    let response = try await connection.get("/")
                    XCTAssertEqual(response.status, 200)
                    XCTAssertEqual(calls.value, expected)
                }
            }
        }
    }

    func test_an_error_in_the_handler_is_500_and_the_connection_goes_on() async throws {
        struct HandlerError: Error {}
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(
            trusting: authority,
            handler: { request in
                if request.path == "/bad" { throw HandlerError() }
                return .text("good")
            }
        ) { listener in
            try await listener.client(try authority.issue("alice")).withConnection { connection in
                let bad = try await connection.get("/bad")
                XCTAssertEqual(bad.status, 500)
                XCTAssertEqual(bad.problemCode, "internal")
                let good = try await connection.get("/good")
                XCTAssertEqual(good.text, "good")
            }
        }
    }

    func test_a_request_without_TLS_is_refused_as_not_HTTPS() async throws {
        var configuration = HTTPSListenerConfiguration(plainAt: .hostPort(host: "127.0.0.1", port: 0))
        configuration.requirement = Self.requirement
        let listener = try HTTPSListener(configuration: configuration, handler: Self.describe)
        let address = try await listener.start()
        let closed = try await PlainSocket(to: address).exchange(
            "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        XCTAssertTrue(closed.hasPrefix("HTTP/1.1 403 Forbidden\r\n"), closed)
        XCTAssertTrue(closed.contains("\"code\":\"not-https\""), closed)
        let open = try await PlainSocket(to: address).exchange(
            "GET /open HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        XCTAssertTrue(open.hasPrefix("HTTP/1.1 200 OK\r\n"), open)
        await listener.shutdown()
    }
}
