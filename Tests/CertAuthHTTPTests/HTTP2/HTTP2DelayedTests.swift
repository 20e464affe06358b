// SPDX-License-Identifier: Apache-2.0
// Names in mode delayed with HTTP/2: clients learn immediately that they cannot be asked for a certificate.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class HTTP2DelayedTests: XCTestCase {
    private func withDelayed(
        _ offer: HTTP2Offer,
        certificateHost: String? = nil,
        events: CertificateAuthenticationEvents = .init(),
        handler: @escaping HTTPSListener.Handler = TestListener.subjectOfClient,
        _ body: (TestListener, _ alice: TestIdentity) async throws -> Void
    ) async throws {
        try await TestListener.withDelayed(
            events: events,
            customize: { configuration in
                configuration.http2 = offer
                configuration.certificateHost = certificateHost
            },
            handler: handler,
            body
        )
    }

    func test_a_route_that_needs_a_late_certificate_answers_at_once_that_HTTP2_forbids_it() async throws {
        try await withDelayed(.all) { listener, alice in
            for version in TLSProtocolVersion.allCases {
                for answersLateRequests in [true, false] {
                    var client = listener.client(alice)
                    client.version = version
                    client.answersLateRequests = answersLateRequests
                    try await listener.withHTTP2(client) { peer in
                        for stream: UInt32 in [1, 5] {
                            let open = try await peer.get("/public", on: stream)
                            XCTAssertEqual(open.text, "anonymous")
                            let refused = try await peer.get("/secure", on: stream + 2)
                            XCTAssertEqual(refused.status, 403)
                            XCTAssertEqual(refused.problemCode, "late-certificate-unsupported")
                        }
                    }
                }
            }
        }
    }

    func test_the_answer_does_not_wait_for_the_body() async throws {
        try await withDelayed(.all, certificateHost: "strict.example") { listener, alice in
            try await listener.withHTTP2(listener.client(alice)) { peer in
                let post = HTTP2TestPeer.fields("/secure", method: "POST", [("content-length", "1000000")])
                try await peer.send(.headers(1, post, endStream: false))
                let sent = try await peer.answer(on: 1)
                XCTAssertEqual(sent.status, 307)
                while peer.reset(of: 1) == nil { try await peer.takeFrame() }
                XCTAssertEqual(peer.reset(of: 1), HTTP2TestError.noError)
                try await peer.send(
                    .headers(3, HTTP2TestPeer.fields("/public", method: "POST"), endStream: false),
                    HTTP2TestFrame(.data, flags: HTTP2TestFrame.endStream, stream: 3, [1])
                )
                let open = try await peer.answer(on: 3)
                XCTAssertEqual(open.text, "anonymous")
            }
        }
    }

    func test_a_handler_that_asks_over_HTTP2_gets_its_own_error() async throws {
        try await withDelayed(
            .all,
            handler: { request in
                do throws(LateCertificateError) {
                    return .text("\(try await request.requestClientCertificate() == nil)")
                } catch {
                    return error == .forbiddenByHTTP2
                        ? request.redirect(toCertificateHost: "strict.example") : .text("?")
                }
            }
        ) { listener, alice in
            try await listener.withHTTP2(listener.client(alice)) { peer in
                let answer = try await peer.get("/public?x=1", on: 1)
                XCTAssertEqual(answer.status, 307)
                XCTAssertEqual(answer.fields["location"], "https://strict.example/public?x=1")
            }
        }
    }

    func test_an_option_redirects_clients_that_cannot_be_asked_to_a_host_that_requires_certificates() async throws {
        try await withDelayed(.all, certificateHost: "strict.example:8443") { listener, alice in
            try await listener.withHTTP2(listener.client(alice)) { peer in
                let sent = try await peer.get("/secure/a?b=c", on: 1)
                XCTAssertEqual(sent.status, 307)
                XCTAssertEqual(sent.fields["location"], "https://strict.example:8443/secure/a?b=c")
                XCTAssertEqual(sent.fields["cache-control"], "no-store")
                try await peer.send(.headers(3, HTTP2TestPeer.fields("*", method: "OPTIONS")))
                let all = try await peer.answer(on: 3)
                XCTAssertEqual(all.fields["location"], "https://strict.example:8443/")
                let open = try await peer.get("/public", on: 5)
                XCTAssertEqual(open.text, "anonymous")
            }
            // The same on HTTP/1.1 for a client without support for late certificates; others are asked.
            var client = listener.client(alice)
            client.version = .tls13
            let unable = try await client.get("/secure")
            XCTAssertEqual(unable.status, 307)
            XCTAssertEqual(unable.headerFields[.location], "https://strict.example:8443/secure")
            client.answersLateRequests = true
            let asked = try await client.get("/secure")
            XCTAssertEqual(asked.text, "CN=alice")
            client.identity = nil
            let declined = try await client.get("/secure")
            XCTAssertEqual(declined.problemCode, "no-certificate", "who can be asked is not sent away")
        }
    }

    func test_the_redirect_of_a_hook_comes_first() async throws {
        let events = CertificateAuthenticationEvents(onChallenge: { _ in .redirect(location: "https://hook.example/") })
        try await withDelayed(.all, certificateHost: "strict.example", events: events) { listener, alice in
            try await listener.withHTTP2(listener.client(alice)) { peer in
                let sent = try await peer.get("/secure", on: 1)
                XCTAssertEqual(sent.fields["location"], "https://hook.example/")
            }
        }
    }

    func test_no_client_is_redirected_to_its_own_host() async throws {
        let hook = CertificateAuthenticationEvents(onChallenge: {
            .redirect(location: "https://LOCALHOST:443\($0.path)")
        })
        let path = CertificateAuthenticationEvents(onChallenge: { .redirect(location: $0.path) })
        let none = CertificateAuthenticationEvents()
        for (host, events) in [("localhost", none), ("LOCALHOST.:443", none), (nil, hook), (nil, path)] {
            try await withDelayed(
                .all,
                certificateHost: host,
                events: events,
                handler: { $0.redirect(toCertificateHost: "localhost") }
            ) { listener, alice in
                try await listener.withHTTP2(listener.client(alice)) { peer in
                    let refused = try await peer.get("/secure?x", on: 1)
                    XCTAssertEqual(refused.status, 403, "\(host ?? "hook")")
                    XCTAssertEqual(refused.problemCode, "late-certificate-unsupported")
                    let byHand = try await peer.get("/public", on: 3)
                    XCTAssertEqual(byHand.problemCode, "late-certificate-unsupported")
                    // Another host or port is a different location.
                    let sent = try await peer.get("/public", on: 5, authority: "localhost:8443")
                    XCTAssertEqual(sent.fields["location"], "https://localhost/public")
                }
                // The same over HTTP/1.1, for a client that cannot be asked.
                var client = listener.client(alice)
                client.version = .tls13
                let refused = try await client.get("/secure")
                XCTAssertEqual(refused.problemCode, "late-certificate-unsupported")
            }
        }
    }

    func test_names_in_mode_delayed_offer_only_HTTP1_unless_HTTP2_is_offered_to_all() async throws {
        try await withDelayed(.exceptDelayed) { listener, alice in
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
