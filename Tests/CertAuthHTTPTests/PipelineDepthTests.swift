// SPDX-License-Identifier: Apache-2.0
// However many requests a client pipelines, immediate answers do not deepen the call stack.

import CertAuthHTTP
import CertAuthTesting
import NIOCore
import XCTest

final class PipelineDepthTests: XCTestCase {
    private func answers(
        to count: Int,
        handler: @escaping HTTPSListener.Handler,
        afterSending: () -> Void = {}
    ) async throws -> [Substring] {
        var configuration = HTTPSListenerConfiguration(plainAt: .hostPort(host: "127.0.0.1", port: 0))
        configuration.requirement = { _ in .anonymous }
        let listener = try HTTPSListener(configuration: configuration, handler: handler)
        let socket = try await PlainSocket(to: try await listener.start())
        let requests = (1...count).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
        let last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        async let sent: Void = socket.send(Array((requests.joined() + last).utf8))
        afterSending()
        try await sent
        let text = String(decoding: try await socket.end(), as: UTF8.self)
        await listener.shutdown()
        return text.split(separator: "<", omittingEmptySubsequences: false).dropFirst().compactMap {
            $0.split(separator: ">").first
        }
    }

    private func paths(_ count: Int) -> [Substring] { (1...count).map { "/\($0)" } + ["/last"] }

    func test_ten_thousand_pipelined_requests_are_answered_in_order() async throws {
        let found = try await answers(to: 10_000) { .text("<\($0.path)>") }
        XCTAssertEqual(found, paths(10_000))
    }

    func test_requests_after_one_that_waits_are_answered_in_order() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let found = try await answers(to: 10_000) { request in
            if request.path == "/1" { for await _ in gate.stream {} }
            return .text("<\(request.path)>")
        } afterSending: {
            gate.continuation.finish()
        }
        XCTAssertEqual(found, paths(10_000))
    }
}
