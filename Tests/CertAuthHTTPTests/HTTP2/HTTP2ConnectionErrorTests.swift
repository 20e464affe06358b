// SPDX-License-Identifier: Apache-2.0
// Requests before a frame that ends the connection (RFC 9113 §5.4.1, §6.8).

import CertAuth
import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Logging
import Synchronization
import XCTest

final class HTTP2ConnectionErrorTests: XCTestCase {
    /// The paths of requests that reached the application.
    private final class Paths: Sendable {
        private let paths = Mutex<[String]>([])

        var seen: [String] { paths.withLock { $0 } }

        func add(_ path: String) { paths.withLock { $0.append(path) } }
    }

    /// The header of a frame of 2 MiB, without the payload.
    private static let oversized: [UInt8] = [0x20, 0x00, 0x08, 0x07, 0, 0, 0, 0, 0]

    private func withPeer(_ body: (HTTP2TestPeer, Paths) async throws -> Void) async throws {
        let authority = try TestAuthority("Client Root")
        let alice = try authority.issue("alice")
        let paths = Paths()
        let customize: (inout HTTPSListenerConfiguration) -> Void = { configuration in
            configuration.http2 = .all
            configuration.logger.logLevel = .critical
        }
        let handler: HTTPSListener.Handler = { request in
            paths.add(request.path)
            return .text("done")
        }
        try await TestListener.withListener(trusting: authority, customize: customize, handler: handler) { listener in
            try await listener.withHTTP2(listener.client(alice)) { peer in try await body(peer, paths) }
        }
    }

    private func assertEndsByFrameSize(_ peer: HTTP2TestPeer) async throws {
        let goAway = try await peer.goAway()
        XCTAssertEqual(goAway.errorCode, HTTP2TestError.frameSize)
        // GOAWAY must not tell the client that the request was not processed.
        XCTAssertGreaterThanOrEqual(goAway.lastStream ?? 0, 1)
        let end = try await peer.end()
        XCTAssertEqual(end, .closed(cleanly: true))
    }

    /// The smallest input of the fuzz target: the request is answered correctly or not at all.
    func test_a_request_in_the_same_read_as_an_oversized_frame_is_answered_or_missing() async throws {
        try await withPeer { peer, paths in
            let request = HTTP2TestFrame.headers(1, HTTP2TestPeer.fields("/first"))
            try await peer.connection.write(request.bytes + Self.oversized)
            try await assertEndsByFrameSize(peer)
            XCTAssertTrue([[], ["/first"]].contains(paths.seen), "\(paths.seen)")
            XCTAssertTrue([nil, 200].contains(peer.status(of: 1)))
        }
    }

    func test_a_request_that_was_answered_before_an_oversized_frame_stays_answered() async throws {
        try await withPeer { peer, paths in
            let answer = try await peer.get("/first", on: 1)
            XCTAssertEqual(answer.status, 200)
            try await peer.connection.write(Self.oversized)
            try await assertEndsByFrameSize(peer)
            XCTAssertEqual(paths.seen, ["/first"])
        }
    }
}
