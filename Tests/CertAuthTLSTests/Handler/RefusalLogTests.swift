// SPDX-License-Identifier: Apache-2.0
// What refused clients can write into the log, and the metrics of refusals.

import CertAuth
import CertAuthOpenSSL
import CertAuthTestSupport
import CertAuthTesting
import Logging
import NIOCore
import NIOEmbedded
import XCTest

@testable import CertAuthTLS

final class RefusalLogTests: XCTestCase {
    private func refuse(
        _ context: TLSServerContext,
        on loop: NIOAsyncTestingEventLoop,
        sending text: String = "GET / HTTP/1.1\r\n\r\n"
    ) async throws {
        let channel = NIOAsyncTestingChannel(loop: loop)
        try await loop.executeInContext {
            try channel.pipeline.syncOperations.addHandler(TLSServerHandler(context: context))
        }
        try await channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1))
        _ = try? await channel.writeInbound(ByteBuffer(string: text))
        try? await channel.close()
    }

    private func context(_ limit: Int, _ logger: Logger) throws -> TLSServerContext {
        var configuration = TLSServerConfiguration(
            identity: try Server().identity,
            authenticator: nil,
            mode: ClientCertificateMode.none
        )
        configuration.logger = logger
        configuration.limits.loggedRefusalsPerMinute = limit
        return try TLSServerContext(configuration: configuration)
    }

    func test_a_flood_of_refusals_writes_few_lines_and_counts_all_in_the_metric() async throws {
        let log = LogRecorder()
        let context = try context(3, log.logger(from: .trace))
        let loop = NIOAsyncTestingEventLoop()
        let metrics = CountedRefusals.installed
        let before = metrics.count(of: "tls-protocol")
        for _ in 0..<20 { try await refuse(context, on: loop) }
        XCTAssertEqual(metrics.count(of: "tls-protocol") - before, 20)
        XCTAssertEqual(log.lines.count, 3)
        XCTAssertTrue(
            log.lines.allSatisfy { $0.text.hasPrefix("info TLS connection failed certauth.code=tls-protocol ") },
            "\(log.lines)"
        )
        await loop.advanceTime(by: .seconds(60))
        XCTAssertEqual(
            log.lines.dropFirst(3).map(\.text),
            [
                "notice TLS connections failed, log lines suppressed certauth.codes=tls-protocol 17 certauth.count=17"
            ]
        )
        try await refuse(context, on: loop)
        XCTAssertEqual(log.lines.count, 5, "the next minute has lines of its own")
        await loop.advanceTime(by: .seconds(60))
        XCTAssertEqual(log.lines.count, 5, "and nothing to count")
        await loop.shutdownGracefully()
    }

    func test_each_code_has_its_own_lines_and_the_summary_names_all() {
        let refusals = RefusalLog()
        let start = NIODeadline.uptimeNanoseconds(0) + .hours(1)
        for _ in 0..<3 { XCTAssertEqual(refusals.admission(of: "tls-protocol", at: start, limit: 3), .log) }
        XCTAssertEqual(
            refusals.admission(of: "tls-protocol", at: start, limit: 3),
            .beginSuppressing(until: start + .minutes(1))
        )
        XCTAssertEqual(refusals.admission(of: "tls-protocol", at: start, limit: 3), .suppress)
        for _ in 0..<3 { XCTAssertEqual(refusals.admission(of: "handshake-timeout", at: start, limit: 3), .log) }
        XCTAssertEqual(refusals.admission(of: "handshake-timeout", at: start, limit: 3), .suppress)
        XCTAssertEqual(
            refusals.takeSuppressed(),
            RefusalLog.Suppressed(count: 3, codes: "tls-protocol 2, handshake-timeout 1")
        )
        XCTAssertNil(refusals.takeSuppressed())
    }

    func test_browsers_that_end_connections_do_not_hide_a_revoked_client() async throws {
        let authority = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let log = LogRecorder()
        let judge = try CertificateAuthenticator(options: options, logger: log.logger(from: .info))
        let stolen = try authority.issue("stolen")
        judge.revoke(try Certificate(derEncoded: stolen.certificateDER))
        var configuration = TLSServerConfiguration(
            identity: try Server().identity,
            authenticator: judge,
            mode: .require
        )
        configuration.logger = log.logger(from: .info)
        let server = try Server()
        configuration.identity = server.identity
        let context = try TLSServerContext(configuration: configuration)
        let before = CountedRefusals.installed.count(of: "ended-by-peer")
        for _ in 0..<60 {
            let browser = try await TestingPeer(
                authenticator: judge,
                mode: .require,
                identity: nil,
                server: server,
                context: context
            )
            // The ClientHello, and the server's answer with its CertificateRequest.
            _ = browser.client.handshake()
            try await browser.exchangeBytes()
            await browser.cut()
        }
        XCTAssertEqual(log.linesAfterStart.map(\.text), [], "at debug level only")
        XCTAssertEqual(CountedRefusals.installed.count(of: "ended-by-peer") - before, 60)
        let revoked = CountedRefusals.installed.count(of: "revoked")
        let thief = try await TestingPeer(
            authenticator: judge,
            mode: .require,
            identity: stolen,
            server: server,
            context: context
        )
        try await thief.shakeHands()
        XCTAssertEqual(log.linesAfterStart.map(\.message), ["client refused"])
        XCTAssertEqual(log.lines.last?.metadata["certauth.code"], "revoked")
        XCTAssertEqual(log.lines.last?.metadata["certauth.subject"], "CN=stolen")
        XCTAssertEqual(CountedRefusals.installed.count(of: "revoked") - revoked, 1)
    }

    func test_the_proxy_protocol_on_a_tls_port_is_named() async throws {
        for opening in ["PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "\r\n\r\n\0\r\nQUIT\n!"] {
            let log = LogRecorder()
            let loop = NIOAsyncTestingEventLoop()
            try await refuse(try context(3, log.logger(from: .trace)), on: loop, sending: opening)
            await loop.shutdownGracefully()
            let reason = log.lines.first?.metadata["certauth.reason"]
            XCTAssertEqual(
                reason?.contains("the peer sent a header of the PROXY protocol; expected: a TLS"),
                true,
                "\(log.lines)"
            )
        }
    }

    func test_a_reload_does_not_give_the_flood_new_lines() async throws {
        let log = LogRecorder()
        let context = try context(2, log.logger(from: .trace))
        let loop = NIOAsyncTestingEventLoop()
        for _ in 0..<3 { try await refuse(context, on: loop) }
        try context.reload(context.configuration)
        for _ in 0..<3 { try await refuse(context, on: loop) }
        XCTAssertEqual(log.lines.count, 2)
        await loop.shutdownGracefully()
    }

    func test_a_limit_of_no_lines_is_refused() throws {
        XCTAssertThrowsError(try context(0, Logger(label: "test"))) { error in
            let expected = TLSConfigurationError.notPositive(setting: "loggedRefusalsPerMinute", found: 0)
            XCTAssertEqual(error as? TLSConfigurationError, expected)
        }
    }

    /// OpenSSL refuses more than 64 KiB before it reads the message; the code is that of all other limits.
    func test_a_chain_beyond_the_limit_is_reported_as_limit_exceeded() async throws {
        let authority = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let log = LogRecorder()
        let judge = try CertificateAuthenticator(options: options, logger: log.logger)
        let large = try authority.issue("large") { template in
            template.extensions.replace(.subjectAlternativeNames((0..<200).map { .dns("host\($0).example.test") }))
        }
        for version in TLSVersion.allCases {
            for (limit, isRefused) in [(large.certificateDER.count, true), (large.certificateDER.count + 100, false)] {
                let before = CountedRefusals.installed.count(of: "limit-exceeded")
                let peer = try await TestingPeer(
                    authenticator: judge,
                    mode: .require,
                    identity: large,
                    version: version
                ) {
                    $0.limits.presentedBytes = limit
                }
                try await peer.shakeHands()
                try await peer.waitUntil { !peer.recorder.entries.isEmpty }
                let counted = CountedRefusals.installed.count(of: "limit-exceeded") - before
                XCTAssertEqual(counted, isRefused ? 1 : 0, "\(version)")
                guard isRefused else {
                    XCTAssertEqual(peer.recorder.entries.first, .connection(hasChain: true), "\(version)")
                    continue
                }
                let error = TLSServerError.certificateRefused(
                    code: .limitExceeded,
                    message: "more than \(limit) bytes of certificates presented (limits.presentedBytes)",
                    alert: "illegal_parameter"
                )
                XCTAssertEqual(peer.recorder.errors, [error], "\(version)")
                XCTAssertEqual(log.lines.last?.metadata["certauth.code"], "limit-exceeded")
            }
        }
    }
}
