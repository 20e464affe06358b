// SPDX-License-Identifier: Apache-2.0
// HTTP/2 on the listener: when it is negotiated, which requests are valid, and one gate for all streams.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import Synchronization
import XCTest

final class HTTP2ListenerTests: XCTestCase {
    private func withHTTP2(
        limits: @escaping (inout HTTPSListenerLimits) -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = TestListener.subjectOfClient,
        _ body: (TestListener, TestAuthority) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        try await TestListener.withListener(
            trusting: authority,
            customize: { configuration in
                configuration.http2 = .exceptDelayed
                configuration.requirement = { $0.path == "/public" ? .optional : .required }
                limits(&configuration.limits)
            },
            handler: handler
        ) { try await body($0, authority) }
    }

    func test_ALPN_follows_the_clients_offer_and_clients_without_it_get_HTTP1() async throws {
        let expected: [(HTTP2Offer, [ALPNIdentifier], ALPNIdentifier?)] = [
            (.none, ["h2", "http/1.1"], "http/1.1"), (.exceptDelayed, ["h2", "http/1.1"], "h2"),
            (.exceptDelayed, ["http/1.1", "h2"], "h2"), (.exceptDelayed, ["http/1.1"], "http/1.1"),
            (.exceptDelayed, [], nil), (.all, ["h2"], "h2"),
        ]
        for (offer, names, chosen) in expected {
            let authority = try TestAuthority("Client Root")
            let customize: (inout HTTPSListenerConfiguration) -> Void = { $0.http2 = offer }
            try await TestListener.withListener(trusting: authority, customize: customize) { listener in
                for version in TLSProtocolVersion.allCases {
                    var client = listener.client(try authority.issue("alice"))
                    client.version = version
                    client.applicationProtocols = names
                    try await client.withConnection { connection in
                        XCTAssertEqual(connection.applicationProtocol, chosen, "\(offer) \(names) \(version)")
                        guard chosen != "h2" else { return }
                        let response = try await connection.get("/")
                        XCTAssertEqual(response.text, "CN=alice")
                    }
                }
                guard offer == .none else { return }
                var client = listener.client(try authority.issue("alice"))
                client.applicationProtocols = ["h2"]
                let refused = try await client.outcome("/")
                XCTAssertEqual(refused, .alert("no_application_protocol"))
            }
        }
    }

    func test_a_protocol_that_the_listener_does_not_support_does_not_start() throws {
        let identity = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        let server = try ServerIdentity(certificatePEM: identity.chainPEM(), keyPEM: identity.privateKeyPEM())
        func make(_ change: (inout HTTPSListenerConfiguration) -> Void) throws {
            let tls = TLSServerConfiguration(identity: server, authenticator: nil, mode: .none)
            var configuration = HTTPSListenerConfiguration(tls: tls)
            change(&configuration)
            _ = try HTTPSListener(configuration: configuration) { _ in .text("") }
        }
        let refused: [(ListenerError, (inout HTTPSListenerConfiguration) -> Void)] = [
            (.applicationProtocolNotServed("h2"), { $0.withTLS { $0.applicationProtocols = ["h2", "http/1.1"] } }),
            (
                .applicationProtocolNotServed("spdy/3"),
                {
                    $0.http2 = .all
                    $0.withTLS { $0.applicationProtocols = ["h2", "spdy/3"] }
                }
            ),
            (
                .http2WithoutTLS,
                {
                    $0.security = .plain; $0.http2 = .all
                }
            ),
            (.certificateHostUnusable("a b"), { $0.certificateHost = "a b" }),
            (.notPositive(setting: "http2.concurrentStreams", found: 0), { $0.limits.http2.concurrentStreams = 0 }),
        ]
        for (error, change) in refused {
            XCTAssertThrowsError(try make(change), "\(error)") { XCTAssertEqual($0 as? ListenerError, error) }
        }
        XCTAssertNoThrow(
            try make {
                $0.http2 = .exceptDelayed
                $0.certificateHost = "strict.example:8443"
                $0.withTLS { $0.applicationProtocols = ["h2", "http/1.1"] }
            }
        )
    }

    func test_each_stream_has_the_connections_certificate_and_TLS_facts() async throws {
        try await withHTTP2(handler: { request in
            let facts = request.connection.facts
            let subject = request.client?.certificate.subject.rfc4514 ?? "anonymous"
            let scheme = request.head.scheme ?? "?"
            return .text("\(subject) \(facts.negotiatedProtocol ?? "?") \(facts.tlsVersion?.rawValue ?? "?") \(scheme)")
        }) { listener, authority in
            for (version, name) in [(TLSProtocolVersion.tls12, "TLSv1.2"), (.tls13, "TLSv1.3")] {
                var client = listener.client(try authority.issue("alice"))
                client.version = version
                try await listener.withHTTP2(client) { peer in
                    for stream: UInt32 in [1, 3, 5] {
                        let answer = try await peer.get("/", on: stream)
                        XCTAssertEqual(answer.text, "CN=alice h2 \(name) https")
                        XCTAssertEqual(answer.status, 200)
                        XCTAssertEqual(answer.fields["content-length"], "\(answer.body.count)")
                    }
                    XCTAssertEqual(peer.settings[3], 100, "SETTINGS_MAX_CONCURRENT_STREAMS")
                    XCTAssertEqual(peer.settings[6], 16 * 1024, "SETTINGS_MAX_HEADER_LIST_SIZE")
                }
            }
        }
    }

    func test_bodies_trailers_and_interim_answers() async throws {
        try await withHTTP2(handler: { .text("\($0.body.count) \($0.head.method)") }) { listener, authority in
            try await listener.withHTTP2(listener.client(try authority.issue("alice"))) { peer in
                let post = HTTP2TestPeer.fields("/", method: "POST", [("expect", "100-continue")])
                try await peer.send(.headers(1, post, endStream: false))
                while peer.interim(on: 1).isEmpty { try await peer.takeFrame() }
                XCTAssertEqual(peer.interim(on: 1), [100])
                try await peer.send(
                    HTTP2TestFrame(.data, stream: 1, [UInt8](repeating: 97, count: 1000)),
                    .headers(1, [("x-trailer", "1")])
                )
                let posted = try await peer.answer(on: 1)
                XCTAssertEqual(posted.text, "1000 POST")
                try await peer.send(.headers(3, HTTP2TestPeer.fields("/", method: "HEAD")))
                let head = try await peer.answer(on: 3)
                XCTAssertEqual(head.status, 200)
                XCTAssertEqual(head.body, [])
                XCTAssertEqual(head.fields["content-length"], "6")
                let unknown = HTTP2TestPeer.fields("/", method: "POST", [("expect", "tea")])
                try await peer.send(.headers(5, unknown))
                let refused = try await peer.answer(on: 5)
                XCTAssertEqual(refused.problemCode, "expectation-unknown")
            }
        }
    }

    func test_a_body_that_is_too_large_is_answered_and_the_connection_goes_on() async throws {
        try await withHTTP2(
            limits: { $0.bodyBytes = 10 },
            handler: { .text("\($0.body.count)") }
        ) { listener, authority in
            try await listener.withHTTP2(listener.client(try authority.issue("alice"))) { peer in
                let post = HTTP2TestPeer.fields("/", method: "POST")
                let announced = HTTP2TestPeer.fields("/", method: "POST", [("content-length", "11")])
                try await peer.send(
                    .headers(1, post, endStream: false),
                    HTTP2TestFrame(.data, stream: 1, [UInt8](repeating: 97, count: 11)),
                    .headers(3, announced, endStream: false),
                    .headers(5, post, endStream: false),
                    HTTP2TestFrame(.data, flags: 1, stream: 5, [UInt8](repeating: 97, count: 10))
                )
                for stream: UInt32 in [1, 3] {
                    let refused = try await peer.answer(on: stream)
                    XCTAssertEqual(refused.status, 413)
                    XCTAssertEqual(refused.problemCode, "body-too-large")
                    while peer.reset(of: stream) == nil { try await peer.takeFrame() }
                    XCTAssertEqual(peer.reset(of: stream), HTTP2TestError.noError)
                }
                let whole = try await peer.answer(on: 5)
                XCTAssertEqual(whole.text, "10")
            }
        }
    }

    func test_requests_that_HTTP1_would_refuse_are_refused() async throws {
        try await withHTTP2 { listener, authority in
            try await listener.withHTTP2(listener.client(try authority.issue("alice"))) { peer in
                let line = [(":method", "GET"), (":scheme", "https"), (":path", "/")]
                let malformed: [[(String, String)]] = [
                    line, line + [(":authority", "")], line + [(":authority", "u@localhost")],
                    line + [(":authority", "localhost"), ("host", "other")],
                    line + [("host", "localhost"), ("host", "localhost")],
                    [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "localhost")],
                    [(":method", "GET"), (":scheme", "https"), (":path", "x"), (":authority", "localhost")],
                    [(":method", "GET"), (":scheme", "https"), (":path", "*"), (":authority", "localhost")],
                    line + [(":authority", "a,b")], line + [(":authority", "localhost:x")],
                    line + [(":authority", "[::1")], line + [(":authority", "a/b")], line + [("host", "a b")],
                    line + [(":authority", "localhost"), ("host", "localhost:444")],
                    [(":method", "GET"), (":scheme", "https"), (":path", "/#x"), (":authority", "localhost")],
                    [(":method", "GET"), (":scheme", "https"), (":path", "/\\x"), (":authority", "localhost")],
                    [(":method", "GET"), (":scheme", "https"), (":path", "https://a/"), (":authority", "localhost")],
                    line + [(":authority", "localhost"), ("x", " a")],
                    line + [(":authority", "localhost"), ("x", "a\t")],
                    line + [(":authority", "localhost"), ("content-length", "0"), ("content-length", "0")],
                    line + [(":authority", "localhost"), ("content-length", "+0")],
                ]
                var stream: UInt32 = 1
                for fields in malformed {
                    try await peer.send(.headers(stream, fields))
                    let answer = try await peer.answer(on: stream)
                    XCTAssertEqual(answer.status, 400, "\(fields)")
                    XCTAssertEqual(answer.problemCode, "malformed-request")
                    stream += 2
                }
                try await peer.send(.headers(stream, [(":method", "CONNECT"), (":authority", "localhost:443")]))
                let tunnel = try await peer.answer(on: stream)
                XCTAssertEqual(tunnel.status, 501)
                XCTAssertEqual(tunnel.problemCode, "method-not-served")
                stream += 2
                let trace = [(":method", "TRACE"), (":scheme", "https"), (":path", "/"), (":authority", "localhost")]
                try await peer.send(.headers(stream, trace))
                let repeated = try await peer.answer(on: stream)
                XCTAssertEqual(repeated.status, 501)
                XCTAssertEqual(repeated.problemCode, "method-not-served")
                stream += 2
                for fields in [
                    line + [(":authority", "localhost"), ("te", "trailers")],
                    line + [("host", "localhost")], line + [(":authority", "LOCALHOST"), ("host", "localhost")],
                    line + [(":authority", "localhost"), ("host", "localhost:443")],
                    line + [(":authority", "localhost:"), ("host", "localhost")],
                ] {
                    try await peer.send(.headers(stream, fields))
                    let answer = try await peer.answer(on: stream)
                    XCTAssertEqual(answer.text, "CN=alice", "\(fields)")
                    stream += 2
                }
                // SwiftNIO's own checks reset the stream (RFC 9113 section 8.1.1).
                let broken: [[(String, String)]] = [
                    line + [(":authority", "localhost"), ("connection", "close")],
                    line + [(":authority", "localhost"), ("transfer-encoding", "chunked")],
                    line + [(":authority", "localhost"), ("Upper", "x")],
                    line + [(":authority", "localhost"), ("x", "a\r\nb: c")],
                    line + [(":authority", "a"), (":authority", "b")],
                    line + [("x", "1"), (":authority", "localhost")],
                    line + [(":authority", "localhost"), ("te", "gzip")],
                    line + [(":authority", "localhost"), ("keep-alive", "x")],
                    line + [(":authority", "localhost"), ("upgrade", "x")],
                    line + [(":authority", "localhost"), ("proxy-connection", "x")],
                    line + [(":authority", "localhost"), ("x", "a\0b")],
                    line + [(":authority", "localhost"), ("x y", "x")],
                    line + [(":Authority", "localhost")], line + [(":authority", "localhost"), (":status", "200")],
                    line + [(":authority", "localhost"), (":protocol", "websocket")],
                    line + [(":authority", "localhost"), ("content-length", "1"), ("content-length", "2")],
                    [(":method", "GET"), (":path", "/"), (":authority", "localhost")],
                    line + [(":authority", "localhost"), ("content-length", "5")],
                ]
                for fields in broken {
                    try await peer.send(.headers(stream, fields))
                    let answer = try await peer.answer(on: stream)
                    XCTAssertEqual(answer.reset, HTTP2TestError.protocolError, "\(fields)")
                    stream += 2
                }
                let good = try await peer.get("/", on: stream)
                XCTAssertEqual(good.text, "CN=alice")
            }
        }
    }

    func test_streams_are_answered_in_any_order() async throws {
        let gate = Gate()
        try await withHTTP2(handler: { request in
            if request.path == "/slow" { await gate.pass() }
            return .text(request.path)
        }) { listener, authority in
            try await listener.withHTTP2(listener.client(try authority.issue("alice"))) { peer in
                try await peer.send(.headers(1, HTTP2TestPeer.fields("/slow")))
                for stream in stride(from: UInt32(3), to: 203, by: 2) {
                    let answer = try await peer.get("/\(stream)", on: stream)
                    XCTAssertEqual(answer.text, "/\(stream)")
                }
                gate.open()
                let slow = try await peer.answer(on: 1)
                XCTAssertEqual(slow.text, "/slow")
            }
        }
    }

    func test_a_connection_has_one_verdict_and_no_stream_looks_it_up() async throws {
        let authority = try TestAuthority("Client Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let cache = LRUCertificateValidationCache()
        let hooked = Mutex(0)
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            hooked.withLock { $0 += 1 }
            return .success(context.principal)
        })
        try await TestListener.withListener(
            authenticator: try CertificateAuthenticator(options: options, events: events, cache: cache),
            customize: { $0.http2 = .exceptDelayed }
        ) { listener in
            let alice = listener.client(try authority.issue("alice"))
            try await listener.withHTTP2(alice) { peer in
                _ = try await peer.get("/", on: 1)
                let streams = stride(from: UInt32(3), to: 103, by: 2)
                try await peer.send(streams.map { .headers($0, HTTP2TestPeer.fields("/")) })
                for stream in streams {
                    let answer = try await peer.answer(on: stream)
                    XCTAssertEqual(answer.text, "CN=alice")
                }
                XCTAssertEqual(cache.statistics.misses, 1)
                XCTAssertEqual(cache.statistics.hits, 0)
                XCTAssertEqual(hooked.withLock { $0 }, 51, "hooks are asked for every request")
            }
        }
    }
}
