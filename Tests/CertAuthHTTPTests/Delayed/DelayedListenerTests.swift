// SPDX-License-Identifier: Apache-2.0
// Mode delayed over HTTP/1.1: which clients can be asked for a certificate, when, and what other clients receive.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class DelayedListenerTests: XCTestCase {
    func test_a_late_certificate_is_seen_by_later_requests_of_the_connection() async throws {
        try await TestListener.withDelayed { listener, alice in
            for version in TLSProtocolVersion.allCases {
                try await listener.askableClient(alice, version).withConnection { connection in
                    for (path, text) in [("/public", "anonymous"), ("/secure", "CN=alice"), ("/public", "CN=alice")] {
                        let response = try await connection.get(path)
                        XCTAssertEqual(response.text, text, "\(path) on \(version)")
                    }
                }
            }
        }
    }

    func test_a_handler_may_request_a_certificate_and_a_decline_is_nil() async throws {
        try await TestListener.withDelayed(handler: { request in
            let result = try await request.requestClientCertificate()
            guard case .success(let client)? = result else { return .text("declined") }
            return .text("asked \(client.certificate.subject.rfc4514)")
        }) { listener, alice in
            for version in TLSProtocolVersion.allCases {
                let asked = try await listener.askableClient(alice, version).get("/public")
                XCTAssertEqual(asked.text, "asked CN=alice")
                let declined = try await listener.askableClient(nil, version).get("/public")
                XCTAssertEqual(declined.text, "declined")
            }
        }
    }

    func test_routes_that_do_not_ask_see_no_certificate() async throws {
        try await TestListener.withDelayed(customize: { $0.asksLate = { $0.path == "/secure" } }) { listener, alice in
            try await listener.askableClient(alice, .tls13).withConnection { connection in
                let quiet = try await connection.get("/whoami")
                XCTAssertEqual(quiet.problemCode, "no-certificate")
                let asking = try await connection.get("/secure")
                XCTAssertEqual(asking.text, "CN=alice")
                let known = try await connection.get("/whoami")
                XCTAssertEqual(known.text, "CN=alice")
            }
        }
    }

    func test_a_pipelining_client_is_not_asked() async throws {
        try await TestListener.withDelayed { listener, alice in
            for version in TLSProtocolVersion.allCases {
                try await listener.askableClient(alice, version).withConnection { connection in
                    let requests = ["/secure", "/public"].map { "GET \($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
                    try await connection.write(Array(requests.joined().utf8))
                    let first = try await connection.readResponse()
                    XCTAssertEqual(first.status, 403)
                    XCTAssertEqual(first.problemCode, "late-certificate-pipelined")
                    let second = try await connection.readResponse()
                    XCTAssertEqual(second.text, "anonymous")
                    let alone = try await connection.get("/secure")
                    XCTAssertEqual(alone.text, "CN=alice", "the client is asked once it waits for its answers")
                }
            }
        }
    }

    func test_a_client_that_cannot_be_asked_can_be_redirected_to_another_host() async throws {
        let events = CertificateAuthenticationEvents(
            onChallenge: { .redirect(location: "https://strict.example\($0.path)") }
        )
        for (events, status) in [(CertificateAuthenticationEvents(), 403), (events, 307)] {
            try await TestListener.withDelayed(events: events) { listener, alice in
                var client = listener.client(alice)
                client.version = .tls13
                let response = try await client.get("/secure?x=1")
                XCTAssertEqual(response.status, status)
                let isRedirect = status == 307
                XCTAssertEqual(response.problemCode, isRedirect ? nil : "late-certificate-unsupported")
                XCTAssertEqual(
                    response.headerFields[.location],
                    isRedirect ? "https://strict.example/secure?x=1" : nil
                )
            }
        }
    }

    func test_the_handlers_redirect_keeps_path_and_query() async throws {
        try await TestListener.withDelayed(handler: { request in
            do throws(LateCertificateError) {
                _ = try await request.requestClientCertificate()
                return .text("asked")
            } catch {
                return request.redirect(toCertificateHost: "strict.example:8443")
            }
        }) { listener, alice in
            var client = listener.client(alice)
            client.version = .tls13
            let sent = try await client.get("/public?x=1")
            XCTAssertEqual(sent.status, 307)
            XCTAssertEqual(sent.headerFields[.location], "https://strict.example:8443/public?x=1")
            client.answersLateRequests = true
            let asked = try await client.get("/public?x=1")
            XCTAssertEqual(asked.text, "asked")
        }
    }

    func test_names_in_mode_delayed_offer_only_HTTP1() async throws {
        try await TestListener.withDelayed { listener, alice in
            var client = listener.client(alice)
            client.applicationProtocols = ["h2"]
            let refused = try await client.outcome("/secure")
            XCTAssertEqual(refused, .alert("no_application_protocol"))
            client.applicationProtocols = ["h2", "http/1.1"]
            client.answersLateRequests = true
            let served = try await client.get("/secure")
            XCTAssertEqual(served.text, "CN=alice")
        }
    }
}
