// SPDX-License-Identifier: Apache-2.0
// CORS preflights, which browsers send without a certificate.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class PreflightTests: XCTestCase {
    private static let describe: HTTPSListener.Handler = { request in
        .text("\(request.head.method.rawValue) \(request.principal?.name ?? "anonymous") \(request.body.count)")
    }

    private static func preflight(_ path: String, without missing: String? = nil, method: HTTPRequest.Method = .options)
        -> TestRequest
    {
        var fields = HTTPFields()
        for (name, value) in [("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT")]
        where name != missing {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return TestRequest(path, method: method, headerFields: fields, body: Array("body".utf8))
    }

    private func withListener(
        _ mode: ClientCertificateMode,
        admits: Bool = true,
        _ body: @Sendable (TestListener, TestAuthority) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(
            trusting: authority,
            customize: {
                $0.withTLS { $0.mode = mode }
                if admits { $0.admitsPreflight = { $0.path == "/api" } }
                $0.authorization = { $0.path == "/api" ? .claim(.name, anyOf: ["alice"]) : nil }
            },
            handler: Self.describe
        ) { try await body($0, authority) }
    }

    func test_an_admitted_preflight_reaches_the_handler_without_an_identity() async throws {
        for mode in [ClientCertificateMode.allow, .delayed] {
            try await withListener(mode) { listener, authority in
                let anonymous = try await listener.client().send(Self.preflight("/api"))
                XCTAssertEqual(anonymous.text, "OPTIONS anonymous 0", "\(mode)")
                let alice = try await listener.client(try authority.issue("alice")).send(Self.preflight("/api"))
                XCTAssertEqual(alice.text, "OPTIONS anonymous 0", "\(mode)")
            }
        }
    }

    func test_requests_that_are_not_admitted_preflights_are_refused() async throws {
        try await withListener(.allow) { listener, _ in
            for request in [
                Self.preflight("/other"), Self.preflight("/api", without: "Origin"),
                Self.preflight("/api", without: "Access-Control-Request-Method"), Self.preflight("/api", method: .get),
                Self.preflight("/api", method: .put),
            ] {
                let response = try await listener.client().send(request)
                XCTAssertEqual(response.problemCode, "no-certificate")
            }
        }
    }

    func test_the_application_is_asked_once_whether_it_admits_a_preflight() async throws {
        let authority = try TestAuthority("Root")
        let calls = Counter()
        try await TestListener.withListener(
            trusting: authority,
            mode: .allow,
            customize: {
                // A function that changes its mind must not join the answers of both.
                $0.admitsPreflight = { _ in
                    calls.increment()
                    return calls.value % 2 == 1
                }
            },
            handler: Self.describe
        ) { listener in
            let admitted = try await listener.client().send(Self.preflight("/api"))
            XCTAssertEqual(admitted.text, "OPTIONS anonymous 0")
            XCTAssertEqual(calls.value, 1)
            let refused = try await listener.client().send(Self.preflight("/api"))
            XCTAssertEqual(refused.problemCode, "no-certificate")
            XCTAssertEqual(calls.value, 2)
        }
    }

    func test_preflights_are_not_admitted_by_default() async throws {
        try await withListener(.allow, admits: false) { listener, _ in
            let response = try await listener.client().send(Self.preflight("/api"))
            XCTAssertEqual(response.problemCode, "no-certificate")
        }
    }
}
