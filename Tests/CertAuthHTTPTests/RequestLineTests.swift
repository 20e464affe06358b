// SPDX-License-Identifier: Apache-2.0
// What the log says about requests that are refused: one line each, with the identifier of the answer, and bounded.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import XCTest

final class RequestLineTests: XCTestCase {
    private let log = LogRecorder()

    private struct Problem: Decodable {
        let code: String
        let instance: String?
    }

    private func problem(in answer: String) throws -> Problem {
        let body = try XCTUnwrap(answer.components(separatedBy: "\r\n\r\n").last)
        return try JSONDecoder().decode(Problem.self, from: Data(body.utf8))
    }

    private func lines(_ code: String) -> [LogRecorder.Line] {
        log.lines.filter { $0.metadata["certauth.code"] == code && $0.level != "debug" }
    }

    private func authenticator(
        _ authority: TestAuthority,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents()
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options, events: events, logger: log.logger)
    }

    /// A listener without TLS, behind a proxy that forwards certificates in `Client-Cert`.
    private func withPlainListener(
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        _ body: (ListenerAddress) async throws -> Void
    ) async throws {
        let forwarding = try CertificateForwarding(
            .rfc9440(),
            from: TrustedProxies([.network(try NetworkRange("127.0.0.0/8"))])
        )
        var configuration = HTTPSListenerConfiguration(
            plainAt: .hostPort(host: "127.0.0.1", port: 0),
            forwarding: forwarding,
            authenticator: try authenticator(try TestAuthority("Root"), events: events)
        )
        configuration.logger = log.logger
        let listener = try HTTPSListener(configuration: configuration, handler: TestListener.subjectOfClient)
        let address = try await listener.start()
        do {
            try await body(address)
            await listener.shutdown()
        } catch {
            await listener.shutdown()
            throw error
        }
    }

    func test_what_is_not_http_is_answered_with_the_identifier_of_its_line_which_names_the_protocol() async throws {
        let openings: [(String, String)] = [
            (
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "PROXY protocol; expected: an HTTP"
            ),
            ("\r\n\r\n\0\r\nQUIT\n!\u{11}\0\u{c}", "PROXY protocol; expected: an HTTP"),
            ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", "TLS handshake to a port without TLS"),
            ("GET / HTTP/1.1\r\nbad header\r\n\r\n", "are no HTTP/1.1 request"),
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "are no HTTP/1.1 request; expected: METHOD"),
            ("GET / HTTP/1.1\nHost: a\n\n", "are no HTTP/1.1 request"),
            ("GET / HTTP/1.1\r\n\r\n", "no Host, several, or an invalid one; expected: one host name"),
            ("GET /\\a HTTP/1.1\r\nHost: a\r\n\r\n", "the target is invalid; expected: a path"),
            ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "names several hosts; expected: the same one"),
            (
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "end of the body is ambiguous; expected: Content-Length"
            ),
        ]
        try await withPlainListener { address in
            for (index, (opening, hint)) in openings.enumerated() {
                let problem = try problem(in: await PlainSocket(to: address).exchange(opening))
                XCTAssertEqual(problem.code, "malformed-request")
                let found = lines("malformed-request")
                XCTAssertEqual(found.count, index + 1)
                let line = try XCTUnwrap(found.last)
                XCTAssertEqual("\(line.level): \(line.message)", "info: request refused")
                XCTAssertEqual(problem.instance, "urn:uuid:\(line.metadata["certauth.id"] ?? "")")
                XCTAssertTrue(line.metadata["certauth.peer"]?.hasPrefix("127.0.0.1:") ?? false)
                XCTAssertTrue(line.metadata["certauth.reason"]?.contains(hint) ?? false, line.text)
            }
        }
    }

    func test_a_flood_of_malformed_requests_is_bounded_and_hides_no_other_refusal() async throws {
        try await withPlainListener { address in
            for _ in 0..<40 {
                _ = try await PlainSocket(to: address).exchange("GET / HTTP/1.1\r\nbad header\r\n\r\n")
            }
            XCTAssertEqual(lines("malformed-request").count, Observability().refusalLines)
            XCTAssertEqual(log.lines.filter { $0.metadata["certauth.code"] == "malformed-request" }.count, 40)
            let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            let answer = try await PlainSocket(to: address).exchange(head + "X-Forwarded-Proto: https\r\n\r\n")
            XCTAssertEqual(try problem(in: answer).code, "no-certificate")
            XCTAssertEqual(lines("no-certificate").map(\.message), ["client refused"])
        }
    }

    func test_a_forwarded_certificate_that_is_refused_with_400_has_the_identifier_of_its_one_line() async throws {
        try await withPlainListener { address in
            let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n"
            let answer = try await PlainSocket(to: address).exchange(head + "Client_Cert: :AAAA:\r\n\r\n")
            XCTAssertTrue(answer.hasPrefix("HTTP/1.1 400 "), answer)
            let problem = try problem(in: answer)
            XCTAssertEqual(problem.code, "forwarding-untrusted")
            let found = log.lines.filter { $0.metadata["certauth.code"] == "forwarding-untrusted" }
            XCTAssertEqual(found.map(\.message), ["client refused"])
            XCTAssertEqual(problem.instance, "urn:uuid:\(found.first?.metadata["certauth.id"] ?? "")")
        }
    }

    func test_a_refusal_with_400_that_a_hook_made_anonymous_has_the_identifier_of_its_one_line() async throws {
        let events = CertificateAuthenticationEvents(onAuthenticationFailed: { _ in .noResult })
        try await withPlainListener(events: events) { address in
            let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n"
            let answer = try await PlainSocket(to: address).exchange(head + "Client_Cert: :AAAA:\r\n\r\n")
            XCTAssertTrue(answer.hasPrefix("HTTP/1.1 400 "), answer)
            let found = log.lines.filter { $0.metadata["certauth.code"] == "forwarding-untrusted" }
            XCTAssertEqual(found.map(\.message), ["client refused"])
            XCTAssertEqual(
                try problem(in: answer).instance,
                "urn:uuid:\(try XCTUnwrap(found.first?.metadata["certauth.id"]))"
            )
        }
    }

    func test_a_redirect_of_a_handler_to_the_hosts_own_name_is_a_refusal_with_a_line_and_a_count() async throws {
        let logger = log.logger
        try await TestListener.withListener(
            authenticator: nil,
            mode: .none,
            customize: {
                $0.requirement = { _ in .anonymous }
                $0.logger = logger
            },
            handler: { request in
                let host = request.path == "/own" ? request.head.authority ?? "" : "certificates.test"
                return request.redirect(toCertificateHost: host)
            }
        ) { listener in
            let code = "late-certificate-unsupported"
            let before = CountedRefusals.installed.count(of: code, in: "certauth.requests_refused")
            let elsewhere = try await listener.client().get("/")
            XCTAssertEqual(elsewhere.status, 307)
            XCTAssertEqual(log.lines.filter { $0.metadata["certauth.code"] == code }.count, 0)
            let own = try await listener.client().get("/own")
            XCTAssertEqual(own.status, 403)
            let found = log.lines.filter { $0.metadata["certauth.code"] == code }
            XCTAssertEqual(found.map(\.message), ["request refused"])
            let problem = try JSONDecoder().decode(Problem.self, from: Data(own.text.utf8))
            XCTAssertEqual(problem.instance, "urn:uuid:\(try XCTUnwrap(found.first?.metadata["certauth.id"]))")
            XCTAssertEqual(
                CountedRefusals.installed.count(of: code, in: "certauth.requests_refused") - before,
                1
            )
        }
    }

    func test_each_refusal_of_a_client_is_one_line_with_the_identifier_of_its_answer() async throws {
        let authority = try TestAuthority("Root")
        let logger = log.logger
        try await TestListener.withListener(
            authenticator: try authenticator(authority),
            mode: .allow,
            customize: {
                $0.logger = logger
                $0.withTLS { $0.logger = logger }
                $0.authorization = { $0.path == "/admin" ? .claim(.role, anyOf: ["admin"]).named("admins") : nil }
            }
        ) { listener in
            let cases: [(TestIdentity?, String, String)] = [
                (nil, "/", "no-certificate"), (try authority.issue("old", .expired), "/", "expired"),
                (try authority.issue("alice"), "/admin", "not-authorized"),
            ]
            for (identity, path, code) in cases {
                let answer = try await listener.client(identity).get(path)
                let problem = try JSONDecoder().decode(Problem.self, from: Data(answer.text.utf8))
                XCTAssertEqual(problem.code, code)
                let found = log.lines.filter { $0.metadata["certauth.code"] == code }
                XCTAssertEqual(found.count, 1, "\(found)")
                let line = try XCTUnwrap(found.first)
                XCTAssertEqual("\(line.level): \(line.message)", "notice: client refused")
                XCTAssertEqual(problem.instance, "urn:uuid:\(line.metadata["certauth.id"] ?? "")")
                let certificateKeys = ["certauth.issuer", "certauth.serial", "certauth.sha256", "certauth.subject"]
                let common = ["certauth.code", "certauth.id", "certauth.peer", "certauth.reason", "certauth.scheme"]
                let expected = Set(common + (identity == nil ? [] : certificateKeys))
                XCTAssertTrue(expected.isSubset(of: line.metadata.keys), "\(code): \(line.metadata)")
            }
        }
    }
}
