// SPDX-License-Identifier: Apache-2.0
// Requests that two parties could interpret differently: one table of bytes and exact answers, for HTTP/1.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class RequestFormTests: XCTestCase {
    /// The outcome of a request that is followed by another on the same connection.
    private enum Outcome: Equatable {
        /// The handler answers with this text, and the next request is answered too.
        case passes(String)
        /// The same, but the connection closes after the answer.
        case passesAndCloses(String)
        /// The request is refused, and the connection closes.
        case refused(Int, String)
    }

    private static let malformed = Outcome.refused(400, "malformed-request")
    private static let unknownCoding = Outcome.refused(501, "transfer-coding-unknown")

    private func withClient(_ body: (TLSTestClient) async throws -> Void) async throws {
        try await TestListener.withListener(
            authenticator: nil,
            mode: .none,
            customize: {
                $0.requirement = { _ in .anonymous }
                $0.limits.bodyBytes = 1_000
            },
            handler: { request in
                .text(
                    "\(request.head.method.rawValue) \(request.head.authority ?? "-") \(request.path) \(request.body.count)"
                )
            }
        ) { try await body($0.client()) }
    }

    private func assertOutcomes(
        _ cases: [(String, Outcome)],
        file: StaticString = #filePath,
        line: UInt = #line
    ) async throws {
        try await withClient { client in
            for (text, expected) in cases {
                try await client.withConnection { connection in
                    let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
                    try await connection.write(text.unicodeScalars.map { UInt8($0.value) } + Array(next.utf8))
                    let answer = try await connection.readResponse()
                    let found: Outcome
                    if let code = answer.problemCode {
                        found = .refused(answer.status, code)
                    } else if answer.headerFields[.connection] == "close" {
                        found = .passesAndCloses(answer.text)
                    } else {
                        found = .passes(answer.text)
                    }
                    XCTAssertEqual(found, expected, text, file: file, line: line)
                    if case .passes = expected {
                        let following = try await connection.readResponse()
                        XCTAssertEqual(following.text, "GET a /next 0", text, file: file, line: line)
                    } else {
                        let end = try await connection.end()
                        XCTAssertEqual(end, .closed(cleanly: true), text, file: file, line: line)
                    }
                }
            }
        }
    }

    private func post(_ fields: String, _ body: String = "", version: String = "1.1") -> String {
        "POST /p HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n\(body)"
    }

    private func get(_ target: String, host: String? = "a", method: String = "GET", version: String = "1.1") -> String {
        "\(method) \(target) HTTP/\(version)\r\n\(host.map { "Host: \($0)\r\n" } ?? "")\r\n"
    }

    func test_a_body_whose_length_is_ambiguous_is_refused() async throws {
        let (empty, x) = ("0\r\n\r\n", "1\r\nx\r\n0\r\n\r\n")
        try await assertOutcomes([
            (post("Content-Length: 1\r\n", "x"), .passes("POST a /p 1")),
            (post("Content-Length: 01\r\n", "x"), .passes("POST a /p 1")),
            (post("Content-Length: 1\r\nContent-Length: 1\r\n", "x"), Self.malformed),
            (post("Content-Length: 1, 1\r\n", "x"), Self.malformed),
            (post("Content-Length: 1\r\nContent-Length: 2\r\n", "x"), Self.malformed),
            (post("Content-Length: +1\r\n", "x"), Self.malformed),
            (post("Content-Length: -1\r\n", "x"), Self.malformed),
            (post("Content-Length: 0x1\r\n", "x"), Self.malformed),
            (post("Content-Length: 1 1\r\n", "x"), Self.malformed),
            (post("Content-Length: \u{B}1\r\n", "x"), Self.malformed),
            (post("Content-Length:\r\n"), Self.malformed),
            (post("Content-Length: 99999999999999999999\r\n"), Self.malformed),
            (post("Transfer-Encoding: chunked\r\n", x), .passes("POST a /p 1")),
            (post("Transfer-Encoding: ChunKed\r\n", x), .passes("POST a /p 1")),
            (post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", empty), Self.malformed),
        ])
    }

    func test_a_request_line_of_another_form_is_refused() async throws {
        func line(_ line: String) -> String { "\(line)\r\nHost: a\r\n\r\n" }
        try await assertOutcomes([
            (line("GET /p HTTP/1.1"), .passes("GET a /p 0")),
            (line("\r\nGET /p HTTP/1.1"), .passes("GET a /p 0")),
            (line("GET /p HTTP/1.0"), .passesAndCloses("GET a /p 0")),
            (line("GET /p RTSP/1.0"), Self.malformed),
            (line("GET /p ICE/1.0"), Self.malformed),
            (line("GET /p http/1.1"), Self.malformed),
            (line("GET  /p HTTP/1.1"), Self.malformed),
            (line("GET /p  HTTP/1.1"), Self.malformed),
            (line("GET /p HTTP/1.1 "), Self.malformed),
            (line(" GET /p HTTP/1.1"), Self.malformed),
            (line("GET\t/p HTTP/1.1"), Self.malformed),
            (line("GET /p\tHTTP/1.1"), Self.malformed),
            (line("GET /p /q HTTP/1.1"), Self.malformed),
            (line("GET /p"), Self.malformed),
            (line("GET HTTP/1.1"), Self.malformed),
            (line("GET /p HTTP/1.10"), Self.malformed),
            (line("GET /p HTTP/11"), Self.malformed),
            (line("GET /p\u{B}q HTTP/1.1"), Self.malformed),
        ])
    }

    func test_transfer_codings_other_than_chunked_are_refused() async throws {
        let empty = "0\r\n\r\n"
        try await assertOutcomes([
            (post("Transfer-Encoding: gzip, chunked\r\n", empty), Self.unknownCoding),
            (post("Transfer-Encoding: identity, chunked\r\n", empty), Self.unknownCoding),
            (post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", empty), Self.unknownCoding),
            (post("Transfer-Encoding: gzip\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: identity\r\n"), Self.malformed),
            (post("Transfer-Encoding: chunked, gzip\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: chunked, chunked\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", empty), Self.malformed),
            (post("Transfer-Encoding:\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: ,chunked\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: chunked,\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: xchunked\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: \"chunked\"\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: chunked;q=1\r\n", empty), Self.malformed),
            (post("Transfer-Encoding: \u{B}chunked\r\n", empty), Self.malformed),
            (post("Transfer-Encoding : chunked\r\n", empty), Self.malformed),
            (post("Transfer-Encoding:\r\n chunked\r\n", empty), Self.malformed),
            (post("Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", empty, version: "1.0"), Self.malformed),
            (post("Connection: keep-alive\r\nContent-Length: 1\r\n", "x", version: "1.0"), .passes("POST a /p 1")),
        ])
    }

    func test_chunks_of_another_form_are_refused() async throws {
        let chunks: [(String, Outcome)] = [
            ("1\r\nx\r\n0\r\n\r\n", .passes("POST a /p 1")), ("001\r\nx\r\n0\r\n\r\n", .passes("POST a /p 1")),
            ("1;a=b\r\nx\r\n0\r\n\r\n", .passes("POST a /p 1")),
            ("1;a=\"b\"\r\nx\r\n0\r\n\r\n", .passes("POST a /p 1")),
            ("0\r\nX: y\r\n\r\n", .passes("POST a /p 0")), ("0x1\r\nx\r\n0\r\n\r\n", Self.malformed),
            ("+1\r\nx\r\n0\r\n\r\n", Self.malformed), (" 1\r\nx\r\n0\r\n\r\n", Self.malformed),
            ("1 \r\nx\r\n0\r\n\r\n", Self.malformed), ("1\nx\n0\n\n", Self.malformed),
            ("1;a\nx\r\n0\r\n\r\n", Self.malformed), ("1;a\rb\r\nx\r\n0\r\n\r\n", Self.malformed),
            ("1\r\nxy\r\n0\r\n\r\n", Self.malformed), ("1\r\nx\n0\r\n\r\n", Self.malformed),
            ("\r\nx\r\n0\r\n\r\n", Self.malformed), ("FFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n", Self.malformed),
            ("0\r\nContent-Length: 5\r\n\r\n", Self.malformed),
            ("0\r\nTransfer-Encoding: chunked\r\n\r\n", Self.malformed), ("0\r\nX: y\r\n z\r\n\r\n", Self.malformed),
            ("0\r\nX : y\r\n\r\n", Self.malformed),
        ]
        try await assertOutcomes(chunks.map { (post("Transfer-Encoding: chunked\r\n", $0.0), $0.1) })
    }

    func test_fields_that_are_not_valid_are_refused() async throws {
        let fields: [(String, Outcome)] = [
            ("X: a\r\n", .passes("POST a /p 0")), ("X: \u{E4}\r\n", .passes("POST a /p 0")),
            ("X:a\tb \r\n", .passes("POST a /p 0")), ("X: a\r\n b\r\n", Self.malformed),
            ("X: a\rb\r\n", Self.malformed), ("X: a\nY: b\r\n", Self.malformed), ("X: a\r\r\n", Self.malformed),
            ("X : a\r\n", Self.malformed), ("X: a\0b\r\n", Self.malformed), ("X\0: a\r\n", Self.malformed),
            ("X: a\u{1}b\r\n", Self.malformed), ("X: a\u{7F}b\r\n", Self.malformed), ("\u{E4}: a\r\n", Self.malformed),
            (": a\r\n", Self.malformed), ("X\r\n", Self.malformed), ("X(y): a\r\n", Self.malformed),
            ("\n", Self.malformed),
        ]
        try await assertOutcomes(
            fields.map { (post("Content-Length: 0\r\n" + $0.0), $0.1) } + [
                ("GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n", Self.malformed),
                ("GET / HTTP/1.1\nHost: a\n\n", Self.malformed),
            ]
        )
    }

    func test_only_a_valid_host_is_accepted() async throws {
        let hosts = [
            "a", "A.b-c.example", "a.", "a_b", "a:80", "a:", "a:0", "a:65535", "1.2.3.4", "999.1.1.1", "[::1]",
            "[::1]:80",
            "[::ffff:1.2.3.4]", "xn--mnchen-3ya.example",
        ]
        let others = [
            "", "a b", "a,b", "a/b", "u@a", "u:p@a", "a:x", "a:65536", "a:99999", "a:000080", "a:-1", "a:80:80", "[::1",
            "[zz]",
            "[::1]x", "[::1]:x", "[fe80::1%25eth0]", "[v1.a]", "[1.2.3.4]", "::1", "a..b", ".a", ".", "-a", "a-",
            "a-.b", "a%20b", "a?b",
            "a#b", "a\\b", "\"a\"", "a!b", "*", "http://a", "l\u{E4}", "a\tb", String(repeating: "a", count: 64),
            Array(repeating: String(repeating: "a", count: 60), count: 5).joined(separator: "."),
        ]
        for text in hosts + others {
            XCTAssertEqual(RequestAuthority.isValid(text), hosts.contains(text), text)
            if RequestAuthority.isValid(text) { XCTAssertNotNil(HostName(authority: text), text) }
        }
        try await assertOutcomes(
            hosts.map { (get("/p", host: $0), .passes("GET \($0) /p 0")) }
                + others.map { (get("/p", host: $0), Self.malformed) }
                + [
                    (get("/p", host: nil), Self.malformed), (get("/p", host: "a\r\nHost: a"), Self.malformed),
                    (get("/p", host: "a\r\nHOST: b"), Self.malformed),
                    (get("/p", host: nil, version: "1.0"), .passesAndCloses("GET - /p 0")),
                    (get("/p", host: "a\r\nHost: a", version: "1.0"), Self.malformed),
                    (get("/p", host: "a,b", version: "1.0"), Self.malformed),
                ]
        )
    }

    func test_an_absolute_target_has_the_host_of_the_Host_field_and_the_scheme_of_the_connection() async throws {
        try await assertOutcomes([
            (get("https://a/p"), .passes("GET a /p 0")), (get("HTTPS://A/p"), .passes("GET A /p 0")),
            (get("https://a"), .passes("GET a / 0")), (get("https://a?x"), .passes("GET a / 0")),
            (get("https://a/p", host: nil, version: "1.0"), .passesAndCloses("GET a /p 0")),
            (get("https://b/p"), Self.malformed), (get("https://a:444/p"), Self.malformed),
            (get("https://a/p", host: nil), Self.malformed), (get("https://u@a/p"), Self.malformed),
            (get("https://a@b/p"), Self.malformed), (get("https:///p"), Self.malformed),
            (get("https://a#/p"), Self.malformed),
            (get("https://a\\@b/p"), Self.malformed), (get("http://a/p"), Self.malformed),
            (get("ftp://a/p"), Self.malformed),
            (get("a:443"), Self.malformed), (get("https:a/p"), Self.malformed),
        ])
    }

    func test_targets_and_methods_of_another_form_are_refused() async throws {
        try await assertOutcomes([
            (get("/p?q#f"), Self.malformed), (get("/p#f"), Self.malformed), (get("/a\\b"), Self.malformed),
            (get("/a?b\\c"), .passes("GET a /a 0")), (get("//b/p"), .passes("GET a //b/p 0")),
            (get("*", method: "OPTIONS"), .passes("OPTIONS a * 0")), (get("*"), Self.malformed),
            (get("*", method: "POST"), Self.malformed), (get("*", method: "HEAD"), Self.malformed),
            (get("*x", method: "OPTIONS"), Self.malformed), (get("p"), Self.malformed),
            (get("/\u{E4}"), Self.malformed),
            (get("/\0"), Self.malformed), (get("/\u{1}"), Self.malformed), (get("/a b"), Self.malformed),
            (get("/p", method: "get"), Self.malformed), (get("/p", method: "G(T"), Self.malformed),
            (get("/p", version: "1.2"), Self.malformed), (get("/p", version: "2.0"), Self.malformed),
            (get("/p", version: "01.1"), Self.malformed), ("GET /p\r\n\r\n", Self.malformed),
            (get("a:443", host: "a:443", method: "CONNECT"), .refused(501, "method-not-served")),
            (get("/p", method: "CONNECT"), .refused(501, "method-not-served")),
        ])
    }

    func test_an_expectation_is_met_refused_or_unknown_before_the_body() async throws {
        try await assertOutcomes([
            (post("Content-Length: 1001\r\nExpect: 100-continue\r\n"), .refused(413, "body-too-large")),
            (post("Content-Length: 1001\r\nExpect: other\r\n"), .refused(413, "body-too-large")),
            (post("Content-Length: 1\r\nExpect: other\r\n", "x"), .refused(417, "expectation-unknown")),
            (post("Content-Length: 1\r\nExpect: 100-continue, other\r\n", "x"), .refused(417, "expectation-unknown")),
            (
                post("Content-Length: 1\r\nExpect: 100-continue\r\nExpect: other\r\n", "x"),
                .refused(417, "expectation-unknown")
            ),
            (post("Content-Length: 1\r\nExpect: 100-Continue\r\n", "x"), .passes("POST a /p 1")),
        ])
        // The first answer shows whether the client was told to send its body.
        try await withClient { client in
            for (length, first) in [(1_000, "HTTP/1.1 100 "), (1_001, "HTTP/1.1 413 "), (0, "HTTP/1.1 200 ")] {
                try await client.withConnection { connection in
                    try await connection.write(
                        Array(post("Content-Length: \(length)\r\nExpect: 100-continue\r\n").utf8)
                    )
                    let answer = String(decoding: try await connection.read(), as: UTF8.self)
                    XCTAssertTrue(answer.hasPrefix(first), answer)
                    guard length == 1_001 else { return }
                    XCTAssertTrue(answer.contains("\r\nConnection: close\r\n"), answer)
                    let end = try await connection.end()
                    XCTAssertEqual(end, .closed(cleanly: true))
                }
            }
        }
    }

    func test_the_framing_of_a_chunked_body_has_its_own_limit() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                try await connection.write(Array(post("Transfer-Encoding: chunked\r\n").utf8))
                // Small chunks in many writes are not an attack.
                for _ in 0..<1_000 { try await connection.write(Array("1\r\nx\r\n".utf8)) }
                try await connection.write(Array("0\r\n\r\n".utf8))
                let answer = try await connection.readResponse()
                XCTAssertEqual(answer.text, "POST a /p 1000")
            }
            try await client.withConnection { connection in
                try await connection.write(Array(post("Transfer-Encoding: chunked\r\n", "1;").utf8))
                for _ in 0..<10 { try await connection.write([UInt8](repeating: 97, count: 8_000)) }
                let answer = try await connection.readResponse()
                XCTAssertEqual(answer.problemCode, "malformed-request")
            }
        }
    }

    /// RFC 9110 §4.2.3: a missing port, an empty one and the scheme's default are equal.
    func test_an_absolute_target_and_its_Host_are_compared_with_the_default_port() async throws {
        let pairs: [(target: String, host: String, isEqual: Bool)] = [
            ("a.test:443", "a.test", true), ("a.test", "a.test:443", true), ("a.test:", "a.test", true),
            ("A.test:443", "a.TEST:", true), ("a.test:8443", "a.test:8443", true), ("[::1]:443", "[::1]", true),
            ("a.test:80", "a.test", false), ("a.test:443", "a.test:80", false), ("a.test:443", "b.test", false),
            ("[::1]:444", "[::1]", false), ("[::1]", "[::2]", false),
        ]
        try await assertOutcomes(
            pairs.map { target, host, isEqual in
                (
                    "GET https://\(target)/x HTTP/1.1\r\nHost: \(host)\r\n\r\n",
                    isEqual ? .passes("GET \(target) /x 0") : Self.malformed
                )
            }
        )
    }

    func test_TRACE_reaches_a_handler_only_where_it_is_served() async throws {
        for isServed in [false, true] {
            try await TestListener.withListener(
                authenticator: nil,
                mode: .none,
                customize: {
                    $0.requirement = { _ in .anonymous }
                    $0.servesTrace = isServed
                },
                handler: { .text($0.head.method.rawValue) }
            ) { listener in
                let answer = try await listener.client().send(TestRequest("/x", method: .trace))
                XCTAssertEqual(answer.status, isServed ? 200 : 501)
                XCTAssertEqual(answer.problemCode, isServed ? nil : "method-not-served")
            }
        }
    }
}
