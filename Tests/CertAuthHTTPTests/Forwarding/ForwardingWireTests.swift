// SPDX-License-Identifier: Apache-2.0
// The matrix of header spellings through real listeners, over HTTP/1 and HTTP/2.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import Logging
import XCTest

final class ForwardingWireTests: XCTestCase {
    /// Returns only the client's name.
    private static let handler: HTTPSListener.Handler = { request in
        .text("accepted \(request.client?.certificate.subject.rfc4514 ?? "anonymous")")
    }

    private func forwarding(_ matrix: ForwardingMatrix) throws -> CertificateForwarding {
        var forwarding = try CertificateForwarding(matrix.dialect, from: ForwardingFixture.loopback())
        forwarding.scheme = .header(matrix.scheme)
        return forwarding
    }

    private func request(_ cell: ForwardingMatrix.Cell) -> String {
        var lines = cell.fields.map { "\($0.name): \($0.value)" }
        var body = ""
        if !cell.trailers.isEmpty {
            lines.append("Transfer-Encoding: chunked")
            body = "0\r\n" + cell.trailers.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
        }
        return "GET / HTTP/1.1\r\nHost: a.example\r\n" + lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// The cells with one exact answer. Of the other spellings only those with `_`, `.` and `~` and each fourth of the
    /// rest are used, unless `CERTAUTH_WHOLE_MATRIX` is set.
    private func selected(_ cells: [ForwardingMatrix.Cell]) -> [ForwardingMatrix.Cell] {
        let isWhole = ProcessInfo.processInfo.environment["CERTAUTH_WHOLE_MATRIX"] != nil
        let places = Set(cells.map(\.place)).count
        return cells.enumerated().filter { index, cell in
            guard cell.spelling.isToken, cell.expected != nil else { return false }
            guard !isWhole, case .twin = cell.spelling.kind else { return true }
            let marks = cell.spelling.name.filter { !$0.isLetter && !$0.isNumber }
            let isCommon = Set(marks).count == 1 && "_.~".contains(marks.first ?? "-")
            return isCommon || index / places % 4 == 0
        }.map(\.element)
    }

    /// `accepted` for alice, otherwise status and code.
    private func outcome(_ status: String, _ text: String) -> String {
        if status == "200" { return text.contains("accepted CN=alice") ? "accepted" : "200 \(text)" }
        guard let start = text.firstRange(of: "\"code\":\"")?.upperBound else { return status }
        return "\(status) \(text[start...].prefix { $0 != "\"" })"
    }

    func test_every_spelling_that_HTTP_1_can_carry_has_its_exact_answer() async throws {
        let fixture = try ForwardingFixture()
        let alice = try fixture.issuing.issue("alice")
        var count = 0
        for matrix in try ForwardingMatrix.all(alice.chain) {
            let cells = selected(matrix.cells())
            let answers = try await fixture.withListener(try forwarding(matrix), handler: Self.handler) { address in
                let last = "GET /last HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
                return try await PlainSocket(to: address).exchange(cells.map(request).joined() + last)
            }
            let found = answers.components(separatedBy: "HTTP/1.1 ").dropFirst().dropLast().map { answer in
                outcome(String(answer.prefix(3)), answer)
            }
            XCTAssertEqual(found.count, cells.count, matrix.dialect.name)
            for (cell, found) in zip(cells, found) { XCTAssertEqual(found, cell.expected, cell.description) }
            count += cells.count
        }
        print("forwarding matrix over HTTP/1: \(count) requests")
        XCTAssertGreaterThan(count, 10_000)
    }

    func test_every_spelling_that_HTTP_2_can_carry_has_its_exact_answer() async throws {
        let fixture = try ForwardingFixture()
        let alice = try fixture.issuing.issue("alice")
        var count = 0
        for matrix in try ForwardingMatrix.all(alice.chain) {
            let cells = selected(matrix.cellsOverHTTP2())
            try await TestListener.withListener(
                authenticator: fixture.authenticator,
                mode: .none,
                customize: {
                    $0.http2 = .all
                    $0.forwarding = try forwarding(matrix)
                },
                handler: Self.handler
            ) { listener in
                // The peer never enlarges its window of 64 KiB for a connection, and an answer has up to 300 bytes.
                for start in stride(from: 0, to: cells.count, by: 200) {
                    let part = cells[start..<min(start + 200, cells.count)]
                    try await listener.withHTTP2(listener.client()) { try await exchange(part, with: $0) }
                }
            }
            count += cells.count
        }
        print("forwarding matrix over HTTP/2: \(count) requests")
        XCTAssertGreaterThan(count, 8_000)
    }

    private func exchange(_ cells: ArraySlice<ForwardingMatrix.Cell>, with peer: HTTP2TestPeer) async throws {
        var stream: UInt32 = 1
        for start in stride(from: cells.startIndex, to: cells.endIndex, by: 20) {
            let batch = cells[start..<min(start + 20, cells.endIndex)]
            var frames: [HTTP2TestFrame] = []
            for (offset, cell) in batch.enumerated() {
                let id = stream + UInt32(2 * offset)
                let fields = HTTP2TestPeer.fields("/", cell.fields.map { ($0.name, $0.value) })
                frames.append(.headers(id, fields, endStream: cell.trailers.isEmpty))
                if !cell.trailers.isEmpty { frames.append(.headers(id, cell.trailers.map { ($0.name, $0.value) })) }
            }
            try await peer.send(frames)
            for cell in batch {
                let answer = try await peer.answer(on: stream)
                let found = outcome("\(answer.status ?? 0)", answer.text)
                XCTAssertEqual(found, cell.expected, cell.description)
                stream += 2
            }
        }
    }

    func test_field_names_that_are_not_tokens_end_the_connection_before_they_are_interpreted() async throws {
        let fixture = try ForwardingFixture()
        let alice = try fixture.issuing.issue("alice")
        let forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        let value = Data(alice.certificateDER).base64EncodedString()
        try await fixture.withListener(forwarding, handler: Self.handler) { address in
            for spelling in HeaderSpelling.all(of: "X-Client-Cert") where !spelling.isToken {
                let lines = ["X-Forwarded-Proto: https", "\(spelling.name): \(value)", "Connection: close"]
                let text = "GET / HTTP/1.1\r\nHost: a.example\r\n\(lines.joined(separator: "\r\n"))\r\n\r\n"
                let answer = try await PlainSocket(to: address).exchange(text)
                let found = outcome(String(answer.dropFirst(9).prefix(3)), answer)
                XCTAssertEqual(found, "400 malformed-request", spelling.name.debugDescription)
            }
        }
    }

    func test_HTTP_2_refuses_upper_case_and_Connection() async throws {
        let fixture = try ForwardingFixture()
        let value = Data(try fixture.issuing.issue("alice").certificateDER).base64EncodedString()
        let forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        try await TestListener.withListener(
            authenticator: fixture.authenticator,
            mode: .none,
            customize: {
                $0.http2 = .all
                $0.forwarding = forwarding
            },
            handler: Self.handler
        ) { listener in
            let https = ("x-forwarded-proto", "https")
            let cases: [([(String, String)], String)] = [
                ([https, ("x-client-cert", value)], "accepted"), ([https, ("X-Client-Cert", value)], "reset 1"),
                ([https, ("x-client-cert", value), ("connection", "x-client-cert")], "reset 1"),
                ([https, ("x-client-cert", value), ("proxy-connection", "x-client-cert")], "reset 1"),
                ([https, ("x-client-cert ", value)], "reset 1"), ([https, (" x-client-cert", value)], "reset 1"),
                ([https, ("x-client-cert\u{0}", value)], "reset 1"),
                ([https, ("x-client\u{2010}cert", value)], "reset 1"),
                ([https, ("x_client_cert", value)], "400 forwarding-untrusted"),
            ]
            for (fields, expected) in cases {
                try await listener.withHTTP2(listener.client()) { peer in
                    try await peer.send(.headers(1, HTTP2TestPeer.fields("/", fields)))
                    let answer = try await peer.answer(on: 1)
                    let found = answer.reset.map { "reset \($0)" } ?? outcome("\(answer.status ?? 0)", answer.text)
                    XCTAssertEqual(found, expected, "\(fields.map(\.0))")
                }
            }
        }
    }

    func test_headers_of_another_dialect_are_removed_and_logged_at_a_bounded_rate() async throws {
        var observability = Observability()
        let clock = SteadyTestClock()
        observability.instant = { clock.now }
        let fixture = try ForwardingFixture(observability: observability)
        let value = Data(try fixture.issuing.issue("alice").certificateDER).base64EncodedString()
        var forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        let log = LogRecorder()
        let own = ["X-Forwarded-Proto: https", "X-Client-Cert: \(value)"]
        let foreign = ["Client_Cert: :AAAA:", "x.ssl.client.verify: SUCCESS"]
        func answer(_ lines: [String], _ address: ListenerAddress) async throws -> String {
            let head = ["GET /public HTTP/1.1", "Host: a", "Connection: close"] + lines
            return try await PlainSocket(to: address).exchange(head.joined(separator: "\r\n") + "\r\n\r\n")
        }
        try await fixture.withListener(forwarding, customize: { $0.logger = log.logger(from: .notice) }) { address in
            let plain = try await answer(own, address)
            XCTAssertTrue(plain.hasSuffix("CN=alice left=[] scheme=https"), plain)
            XCTAssertEqual(lines(of: log), [])
            for _ in 0..<200 {
                let found = try await answer(own + foreign, address)
                XCTAssertTrue(found.hasSuffix("CN=alice left=[] scheme=https"), found)
            }
        }
        let line =
            "forwarding headers of another dialect removed: Client_Cert (rfc9440), "
            + "x.ssl.client.verify (nginx, nginx-passthrough, nginx-folded, haproxy)"
        // Time does not pass, so all requests are in one window.
        XCTAssertEqual(lines(of: log), Array(repeating: line, count: observability.refusalLines))
        forwarding = try CertificateForwarding(.aspnet(), from: TrustedProxies([.network(NetworkRange("10.0.0.0/8"))]))
        forwarding.untrustedPeers = .strip
        let strangers = LogRecorder()
        try await ForwardingFixture().withListener(
            forwarding,
            customize: { $0.logger = strangers.logger(from: .notice) }
        ) { address in
            let found = try await answer(foreign, address)
            XCTAssertTrue(found.hasSuffix("anonymous left=[] scheme=http"), found)
        }
        let other = "forwarding headers of an untrusted peer removed: Client_Cert, x.ssl.client.verify"
        XCTAssertEqual(lines(of: strangers), [other])
    }

    /// The lines about forwarding headers, each with the header names.
    private func lines(of log: LogRecorder) -> [String] {
        log.lines.compactMap { line in line.metadata["certauth.headers"].map { "\(line.message): \($0)" } }
    }
}
