// SPDX-License-Identifier: Apache-2.0
// Bytes of a next request that arrive with the request that needs a late certificate, and bodies in mode delayed.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class PipelinedBytesTests: XCTestCase {
    private static let get = "GET /secure HTTP/1.1\r\nHost: localhost\r\n\r\n"
    private static let chunked = "POST /secure HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// Complete requests that trigger the certificate request, with their end marked in different ways.
    private static let requests = [
        get, "\r\n" + get,
        "POST /secure HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        "POST /secure HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
        "POST /secure HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n\r\n\r\n\n\r\n\n",
        chunked + "0\r\n\r\n", chunked + "5\r\nhello\r\n0\r\n\r\n",
        chunked + "4\r\n\r\n\r\n\r\n0\r\n\r\n", chunked + "5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n",
        chunked + "5;name=value\r\nhello\r\n00\r\n\r\n",
    ]

    func test_bytes_of_a_next_request_in_the_same_read_are_noticed() async throws {
        let beginnings = [
            "G", "GET /public", "GET /public HTTP/1.1\r\n", "GET /public HTTP/1.1\r\nHost: localhost\r\n", "\r\nG",
        ]
        try await TestListener.withDelayed { listener, alice in
            for version in TLSProtocolVersion.allCases {
                for request in Self.requests {
                    for beginning in beginnings {
                        try await listener.askableClient(alice, version).withConnection { connection in
                            try await connection.write(Array((request + beginning).utf8))
                            let answer = try await connection.readResponse()
                            XCTAssertEqual(
                                answer.problemCode,
                                "late-certificate-pipelined",
                                "\(version) \(request.debugDescription) \(beginning.debugDescription)"
                            )
                        }
                    }
                }
            }
        }
    }

    func test_a_request_with_no_bytes_after_it_is_asked_however_it_arrives() async throws {
        try await TestListener.withDelayed { listener, alice in
            for version in TLSProtocolVersion.allCases {
                for request in Self.requests {
                    try await listener.askableClient(alice, version).withConnection { connection in
                        // Empty lines between requests belong to neither request (RFC 9112 section 2.2).
                        try await connection.write(Array((request + "\r\n").utf8))
                        let answer = try await connection.readResponse()
                        XCTAssertEqual(answer.text, "CN=alice", "\(version) \(request.debugDescription)")
                        let next = try await connection.get("/public")
                        XCTAssertEqual(next.text, "CN=alice", "\(version) \(request.debugDescription)")
                    }
                }
            }
        }
    }

    func test_a_request_in_two_records_is_asked_wherever_it_is_split() async throws {
        try await TestListener.withDelayed { listener, alice in
            for request in [Self.get, Self.requests[4], Self.requests[8]] {
                let bytes = Array(request.utf8)
                for cut in stride(from: bytes.count - 1, to: 0, by: -3) {
                    try await listener.askableClient(alice).withConnection { connection in
                        try await connection.write(Array(bytes[..<cut]))
                        try await connection.write(Array(bytes[cut...]))
                        let answer = try await connection.readResponse()
                        XCTAssertEqual(answer.text, "CN=alice", "\(request.debugDescription) at \(cut)")
                    }
                }
            }
        }
    }

    func test_a_client_that_completes_its_next_request_is_answered_and_asked_later() async throws {
        try await TestListener.withDelayed { listener, alice in
            try await listener.askableClient(alice).withConnection { connection in
                try await connection.write(Array((Self.get + "GET /publ").utf8))
                let refused = try await connection.readResponse()
                XCTAssertEqual(refused.problemCode, "late-certificate-pipelined")
                try await connection.write(Array("ic HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
                let anonymous = try await connection.readResponse()
                XCTAssertEqual(anonymous.text, "anonymous")
                let alone = try await connection.get("/secure")
                XCTAssertEqual(alone.text, "CN=alice")
            }
        }
    }

    func test_a_body_of_an_unauthenticated_client_has_its_own_limit_in_mode_delayed() async throws {
        try await TestListener.withDelayed(customize: { $0.limits.delayedBodyBytes = 1_000 }) { listener, alice in
            for version in TLSProtocolVersion.allCases {
                let client = listener.askableClient(alice, version)
                func post(_ path: String, _ count: Int) -> TestRequest {
                    TestRequest(path, method: .post, body: [UInt8](repeating: 97, count: count))
                }
                let tooLarge = try await client.send(post("/secure", 1_001))
                XCTAssertEqual(tooLarge.status, 413)
                XCTAssertEqual(tooLarge.problemCode, "body-too-large")
                let fitting = try await client.send(post("/secure", 1_000))
                XCTAssertEqual(fitting.text, "CN=alice")
                let open = try await client.send(post("/public", 1_001))
                XCTAssertEqual(open.text, "anonymous", "no certificate is requested here")
                try await client.withConnection { connection in
                    _ = try await connection.get("/secure")
                    let known = try await connection.send(post("/secure", 1_001))
                    XCTAssertEqual(known.text, "CN=alice", "a client that is known may send more")
                }
            }
        }
    }
}
