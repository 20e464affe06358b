// SPDX-License-Identifier: Apache-2.0
// Clients that send garbage, stall or disconnect: their connection ends, the server continues, nothing leaks.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import Logging
import NIOCore
import XCTest

final class HostileClientTests: XCTestCase {
    private func withListener(
        handshakeTimeout: Duration = .seconds(10),
        mode: ClientCertificateMode = .require,
        limits: @escaping (inout HTTPSListenerLimits) -> Void = { _ in },
        _ body: (TestListener, TestAuthority) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(
            trusting: authority,
            mode: mode,
            customize: { configuration in
                limits(&configuration.limits)
                configuration.withTLS {
                    $0.limits.handshakeTimeout = handshakeTimeout
                    $0.validation = .handshake
                    $0.logger.logLevel = .critical
                }
            },
            { try await body($0, authority) }
        )
    }

    private func assertServes(_ listener: TestListener, _ authority: TestAuthority) async throws {
        let response = try await listener.client(try authority.issue("alice")).get("/")
        XCTAssertEqual(response.text, "CN=alice")
    }

    func test_a_garbage_ClientHello_gets_an_alert_and_the_server_continues() async throws {
        try await withListener { listener, authority in
            let socket = try await PlainSocket(to: listener.address)
            try await socket.send(Array("GET / HTTP/1.1\r\nHost: plain\r\n\r\n".utf8))
            let heard = try await socket.end()
            XCTAssertFalse(String(decoding: heard, as: UTF8.self).contains("HTTP/1.1 "))
            let record = try await PlainSocket(to: listener.address)
            let clientHelloOfZeros = [0x16, 0x03, 0x01, 0x00, 0x20] + [UInt8](repeating: 0, count: 32)
            try await record.send(clientHelloOfZeros)
            let alert = try await record.end()
            XCTAssertEqual(alert.first, 21)
            XCTAssertEqual(alert.dropFirst(5).first, 2, "fatal")
            try await assertServes(listener, authority)
        }
    }

    func test_a_half_open_handshake_ends_at_its_deadline() async throws {
        try await withListener(handshakeTimeout: .milliseconds(100)) { listener, _ in
            let silent = try await PlainSocket(to: listener.address)
            let begun = try await PlainSocket(to: listener.address)
            try await begun.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
            let heard = try await silent.end()
            XCTAssertEqual(heard, [])
            let answered = try await begun.end()
            XCTAssertEqual(answered, [])
        }
    }

    func test_connections_beyond_the_limit_wait_until_others_end() async throws {
        try await withListener(limits: {
            $0.connections = 2
            $0.whenFull = .wait
        }) { listener, authority in
            let first = try await PlainSocket(to: listener.address)
            let second = try await PlainSocket(to: listener.address)
            let third = listener.client(try authority.issue("alice"))
            async let waiting = third.get("/")
            await first.close()
            let response = try await waiting
            XCTAssertEqual(response.text, "CN=alice")
            await second.close()
        }
    }

    func test_a_chain_beyond_the_limit_is_refused_before_it_is_parsed() async throws {
        try await withListener { listener, authority in
            var issuer = try authority.intermediate("Level 0")
            for level in 1...3 { issuer = try issuer.intermediate("Level \(level)") }
            let large = try issuer.issue("alice") { template in
                template.extensions.replace(.subjectAlternativeNames((0..<3000).map { .dns("host\($0).example.test") }))
            }
            XCTAssertGreaterThan(large.certificateDER.count, 64 * 1024)
            for version in TLSProtocolVersion.allCases {
                var client = listener.client(large)
                client.version = version
                let outcome = try await client.outcome("/")
                XCTAssertEqual(outcome, .alert("illegal_parameter"))
            }
            try await assertServes(listener, authority)
        }
    }

    func test_ten_thousand_bad_handshakes_leave_memory_and_descriptors_where_they_were() async throws {
        let environment = ProcessInfo.processInfo.environment["CERTAUTH_BAD_HANDSHAKES"]
        let count = environment.flatMap { Int($0) } ?? 10_000
        try await withListener { listener, authority in
            let expired = try authority.issue("old", .expired)
            try await sendBadHandshakes(300, to: listener, expired)
            let memory = try ProcessFigures.residentKibibytes()
            let descriptors = try await ProcessFigures.settledDescriptors(of: listener)
            try await sendBadHandshakes(count, to: listener, expired)
            let descriptorsAfter = try await ProcessFigures.settledDescriptors(of: listener)
            let memoryAfter = try ProcessFigures.residentKibibytes()
            XCTAssertLessThanOrEqual(descriptorsAfter, descriptors + 2)
            XCTAssertLessThan(memoryAfter - memory, 8 * 1024, "KiB more after \(count) bad handshakes")
            try await assertServes(listener, authority)
        }
    }

    /// In turn: garbage, an early close_notify and an expired certificate.
    private func sendBadHandshakes(_ count: Int, to listener: TestListener, _ expired: TestIdentity) async throws {
        for index in 0..<count {
            switch index % 3 {
            case 0:
                let socket = try await PlainSocket(to: listener.address)
                try await socket.send([UInt8](repeating: 0x47, count: 100))
                _ = try await socket.end()
            case 1:
                let socket = try await PlainSocket(to: listener.address)
                try await socket.send([0x16, 0x03, 0x01, 0x02, 0x00])
                await socket.close()
            default:
                let outcome = try await listener.client(expired).outcome("/")
                XCTAssertEqual(outcome, .alert("certificate_expired"))
            }
        }
    }
}
