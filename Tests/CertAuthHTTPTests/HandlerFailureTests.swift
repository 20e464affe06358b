// SPDX-License-Identifier: Apache-2.0
// Denied clients are not challenged, and a handler's failure for its client is the answer.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class HandlerFailureTests: XCTestCase {
    private var authority: TestAuthority!

    override func setUpWithError() throws { authority = try TestAuthority("Root") }

    private let metrics = CountedRefusals()

    private func authenticator(
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents()
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(
            options: options,
            events: events,
            observability: Observability(metrics: metrics)
        )
    }

    func test_a_client_that_a_policy_denies_is_refused_and_not_challenged() async throws {
        let challenges = Counter()
        let events = CertificateAuthenticationEvents(onChallenge: { context in
            challenges.increment()
            return .redirect(location: "https://certificates.test\(context.path)")
        })
        try await TestListener.withListener(
            authenticator: authenticator(events: events),
            mode: .allow,
            customize: { $0.authorization = { _ in .claim(.name, anyOf: ["alice"]) } }
        ) { listener in
            let denied = try await listener.client(try authority.issue("bob")).get("/")
            XCTAssertEqual(denied.status, 403)
            XCTAssertEqual(denied.problemCode, "not-authorized")
            XCTAssertEqual(challenges.value, 0)
            let allowed = try await listener.client(try authority.issue("alice")).get("/")
            XCTAssertEqual(allowed.status, 200)
            for identity in [nil, try authority.issue("alice", .expired)] {
                let challenged = try await listener.client(identity).get("/")
                XCTAssertEqual(challenged.status, 307)
            }
            XCTAssertEqual(challenges.value, 2)
        }
    }

    func test_a_failure_that_a_handler_throws_is_the_answer() async throws {
        let alice = try authority.issue("alice")
        let digest = try alice.certificate.sha256Thumbprint.bytes
        let bound = Base64.encoded(digest).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let challenges = Counter()
        let events = CertificateAuthenticationEvents(onChallenge: { _ in
            challenges.increment()
            return .redirect(location: "/elsewhere")
        })
        try await TestListener.withListener(
            authenticator: authenticator(events: events),
            mode: .allow,
            customize: { $0.requirement = { _ in .optional } },
            handler: { request in
                switch request.path {
                case "/token":
                    guard let client = request.client else {
                        throw AuthenticationFailure(code: .noCertificate, message: "")
                    }
                    try TokenConfirmation(certificateThumbprint: bound).check(client)
                case "/unbound": try TokenConfirmation(certificateThumbprint: nil).check(request.client!)
                case "/own": throw AuthenticationFailure(code: FailureCode(rawValue: "no-seat"), message: "full")
                default: throw AuthenticationFailure(code: FailureCode(rawValue: "a\r\nb"), message: "c\r\nd")
                }
                return .text("in")
            }
        ) { listener in
            let client = listener.client(alice)
            let good = try await client.get("/token")
            XCTAssertEqual(good.status, 200)
            let cases: [(TestIdentity?, String, Int, String, String?)] = [
                (
                    try authority.issue("bob"), "/token", 401, "token-binding-mismatch",
                    #"Bearer error="invalid_token""#
                ),
                (alice, "/unbound", 401, "token-not-bound", #"Bearer error="invalid_token""#),
                (nil, "/token", 403, "no-certificate", nil), (alice, "/own", 403, "no-seat", nil),
                (alice, "/odd", 403, "rejected-by-handler", nil),
            ]
            for (identity, path, status, code, challenge) in cases {
                let answer = try await listener.client(identity).get(path)
                XCTAssertEqual(answer.status, status, path)
                XCTAssertEqual(answer.problemCode, code, path)
                XCTAssertEqual(answer.headerFields[.wwwAuthenticate], challenge, path)
                XCTAssertEqual(answer.headerFields[.contentType], "application/problem+json", path)
                XCTAssertNotNil(answer.text.firstMatch(of: /"instance":"urn:uuid:[0-9a-f-]{36}"/))
            }
            XCTAssertEqual(challenges.value, 0)
        }
    }

    func test_a_failure_that_a_handler_throws_is_a_denial_for_an_authenticated_client_and_a_verdict_for_others()
        async throws
    {
        let thrown: HTTPSListener.Handler = { _ in
            throw AuthenticationFailure(code: FailureCode(rawValue: "no-seat"), message: "full")
        }
        try await TestListener.withListener(
            authenticator: authenticator(),
            mode: .allow,
            customize: { $0.requirement = { _ in .optional } },
            handler: thrown
        ) { listener in
            let known = try await listener.client(try authority.issue("alice")).get("/")
            XCTAssertEqual(known.problemCode, "no-seat")
            XCTAssertEqual(metrics.count(of: "success", in: "certauth.verdicts"), 1)
            XCTAssertEqual(metrics.count(of: "no-seat", in: "certauth.verdicts"), 0)
            XCTAssertEqual(metrics.count(of: "no-seat", in: "certauth.denials"), 1)
            let unknown = try await listener.client().get("/")
            XCTAssertEqual(unknown.problemCode, "no-seat")
            XCTAssertEqual(metrics.count(of: "success", in: "certauth.verdicts"), 1)
            XCTAssertEqual(metrics.count(of: "no-seat", in: "certauth.verdicts"), 1)
            XCTAssertEqual(metrics.count(of: "no-seat", in: "certauth.denials"), 1)
        }
    }

    func test_a_handler_that_fails_is_counted_among_the_refused_requests() async throws {
        struct Broken: Error {}
        try await TestListener.withListener(
            authenticator: authenticator(),
            mode: .allow,
            handler: { request in
                guard request.path == "/broken" else { return .text("in") }
                throw Broken()
            }
        ) { listener in
            let label = "certauth.requests_refused"
            let before = CountedRefusals.installed.count(of: "internal", in: label)
            let client = listener.client(try authority.issue("alice"))
            let good = try await client.get("/")
            XCTAssertEqual(good.status, 200)
            XCTAssertEqual(CountedRefusals.installed.count(of: "internal", in: label) - before, 0)
            let broken = try await client.get("/broken")
            XCTAssertEqual(broken.status, 500)
            XCTAssertEqual(CountedRefusals.installed.count(of: "internal", in: label) - before, 1)
        }
    }

    func test_a_refusal_that_a_hook_made_anonymous_does_not_report_a_valid_certificate() async throws {
        let events = CertificateAuthenticationEvents(onAuthenticationFailed: { _ in .noResult })
        try await TestListener.withListener(authenticator: authenticator(events: events)) { listener in
            let answer = try await listener.client(try authority.issue("alice", .expired)).get("/")
            XCTAssertEqual(answer.status, 403)
            XCTAssertEqual(answer.problemCode, "rejected-by-handler")
            XCTAssertFalse(answer.text.contains("valid"), answer.text)
        }
    }

    func test_a_client_revoked_while_its_hook_waits_is_not_answered_200() async throws {
        let alice = try authority.issue("alice")
        let certificate = try alice.certificate
        let (waiting, begin) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            begin.finish()
            for await _ in released {}
            return .success(context.principal)
        })
        let authenticator = try authenticator(events: events)
        try await TestListener.withListener(authenticator: authenticator) { listener in
            async let answer = listener.client(alice).get("/")
            for await _ in waiting {}
            authenticator.revoke(certificate)
            release.finish()
            let refused = try await answer
            XCTAssertEqual(refused.status, 403)
            XCTAssertEqual(refused.problemCode, "revoked")
            let bob = try await listener.client(try authority.issue("bob")).get("/")
            XCTAssertEqual(bob.status, 200)
        }
    }
}
