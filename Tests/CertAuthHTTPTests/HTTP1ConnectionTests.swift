// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 on the listener: order of answers, limits, deadlines, malformed input.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import NIOCore
import XCTest

final class HTTP1ConnectionTests: XCTestCase {
    private static let echo: HTTPSListener.Handler = { request in
        .text("\(request.head.method.rawValue) \(request.head.path ?? "") \(request.body.count)")
    }

    /// Passes a client of a listener on which all routes are open.
    private func withClient(
        limits: (inout HTTPSListenerLimits) -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = HTTP1ConnectionTests.echo,
        _ body: (TLSTestClient) async throws -> Void
    ) async throws {
        try await TestListener.withListener(
            authenticator: nil,
            mode: .none,
            customize: {
                $0.requirement = { _ in .anonymous }
                limits(&$0.limits)
            },
            handler: handler
        ) { try await body($0.client()) }
    }

    func test_several_requests_share_a_connection() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                for index in 1...3 {
                    let request = TestRequest("/\(index)", method: .post, body: [UInt8](repeating: 1, count: index))
                    let response = try await connection.send(request)
                    XCTAssertEqual(response.text, "POST /\(index) \(index)")
                    XCTAssertNil(response.headerFields[.connection])
                }
            }
        }
    }

    func test_pipelined_requests_are_answered_in_order() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                let requests = (1...20).map { "GET /\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
                try await connection.write(Array(requests.joined().utf8))
                for index in 1...20 {
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.text, "GET /\(index) 0")
                }
            }
        }
    }

    func test_requests_that_a_client_sent_before_closing_its_side_are_answered() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                let request = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
                try await connection.write(Array((request + request).utf8))
                try await connection.close()
                for _ in 1...2 {
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.text, "GET /a 0")
                }
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
        }
    }

    func test_HEAD_is_answered_without_a_body() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                let head = try await connection.send(TestRequest("/a", method: .head))
                XCTAssertEqual(head.status, 200)
                XCTAssertEqual(head.headerFields[.contentLength], "9")
                XCTAssertEqual(head.body, [])
                let next = try await connection.get("/a")
                XCTAssertEqual(next.text, "GET /a 0")
            }
        }
    }

    func test_a_body_beyond_the_limit_is_413_and_one_at_the_limit_passes() async throws {
        try await withClient(limits: { $0.bodyBytes = 1000 }) { client in
            let allowed = try await client.send(
                TestRequest("/", method: .post, body: [UInt8](repeating: 0, count: 1000))
            )
            XCTAssertEqual(allowed.text, "POST / 1000")
            let refused = try await client.send(
                TestRequest("/", method: .post, body: [UInt8](repeating: 0, count: 1001))
            )
            XCTAssertEqual(refused.status, 413)
            XCTAssertEqual(refused.problemCode, "body-too-large")
            XCTAssertEqual(refused.headerFields[.connection], "close")
        }
    }

    func test_a_chunked_body_beyond_the_limit_is_413() async throws {
        try await withClient(limits: { $0.bodyBytes = 10 }) { client in
            for (count, status) in [(10, 200), (11, 413)] {
                try await client.withConnection { connection in
                    let chunk = String(repeating: "x", count: count)
                    let text =
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "\(String(count, radix: 16))\r\n\(chunk)\r\n0\r\n\r\n"
                    try await connection.write(Array(text.utf8))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, status)
                }
            }
        }
    }

    func test_sixty_four_kibibytes_of_headers_are_431_and_the_server_goes_on() async throws {
        try await withClient { client in
            for (bytes, status) in [(15 * 1024, 200), (64 * 1024, 431)] {
                try await client.withConnection { connection in
                    let text = "GET / HTTP/1.1\r\nHost: a\r\nX-Large: \(String(repeating: "x", count: bytes))\r\n\r\n"
                    try await connection.write(Array(text.utf8))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, status)
                }
            }
            let next = try await client.get("/after")
            XCTAssertEqual(next.text, "GET /after 0")
        }
    }

    func test_malformed_requests_are_400() async throws {
        let texts = [
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "NONSENSE\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ]
        try await withClient { client in
            for text in texts {
                try await client.withConnection { connection in
                    try await connection.write(Array(text.utf8))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, 400, text)
                    XCTAssertEqual(response.problemCode, "malformed-request")
                    let end = try await connection.end()
                    XCTAssertEqual(end, .closed(cleanly: true))
                }
            }
        }
    }

    func test_an_absolute_target_that_agrees_with_host_passes() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                try await connection.write(Array("GET https://a/b?c HTTP/1.1\r\nHost: A\r\n\r\n".utf8))
                let response = try await connection.readResponse()
                XCTAssertEqual(response.text, "GET /b?c 0")
            }
        }
    }

    func test_an_unknown_expectation_is_417() async throws {
        try await withClient { client in
            let response = try await client.send(TestRequest("/", headerFields: [.expect: "miracles"]))
            XCTAssertEqual(response.status, 417)
        }
    }

    func test_a_request_that_does_not_arrive_in_time_is_408() async throws {
        let limits: (inout HTTPSListenerLimits) -> Void = {
            $0.headerTimeout = .milliseconds(100)
            $0.bodyTimeout = .milliseconds(100)
        }
        let halves = ["GET / HTTP/1.1\r\nHos", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"]
        try await withClient(limits: limits) { client in
            for half in halves {
                try await client.withConnection { connection in
                    try await connection.write(Array(half.utf8))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, 408)
                    XCTAssertEqual(response.problemCode, "request-timeout")
                }
            }
        }
    }

    func test_an_idle_connection_is_closed_with_close_notify() async throws {
        try await withClient(limits: { $0.idleTimeout = .milliseconds(100) }) { client in
            try await client.withConnection { connection in
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
        }
    }

    func test_HTTP1_0_without_keep_alive_is_closed_after_the_answer() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                try await connection.write(Array("GET /old HTTP/1.0\r\n\r\n".utf8))
                let response = try await connection.readResponse()
                XCTAssertEqual(response.text, "GET /old 0")
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
        }
    }

    func test_a_request_to_upgrade_is_answered_and_is_the_connections_last() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                let text = "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
                try await connection.write(Array(text.utf8))
                let response = try await connection.readResponse()
                XCTAssertEqual(response.text, "GET /a 0")
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
            let next = try await client.get("/after")
            XCTAssertEqual(next.text, "GET /after 0")
        }
    }

    func test_a_large_answer_arrives_whole() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withClient(handler: { _ in ListenerResponse(status: .ok, body: body) }) { client in
            let response = try await client.get("/")
            XCTAssertEqual(response.body, body)
        }
    }
}
