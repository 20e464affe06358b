// SPDX-License-Identifier: Apache-2.0
// Connections on which load balancers must use the PROXY protocol.

import CertAuth
import CertAuthOpenSSL
import CertAuthTestSupport
import CertAuthTesting
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

@testable import CertAuthTLS

final class ProxyHeaderTests: XCTestCase {
    private typealias Bytes = ProxyProtocolBytes

    private static let line = Bytes.line("TCP4 192.0.2.1 10.0.0.5 5000 8443")

    /// A client in a testing channel whose socket has the address 127.0.0.1, port 1.
    private func peer(
        naming networks: [String] = ["127.0.0.0/8"],
        authenticator: CertificateAuthenticator? = nil,
        mode: ClientCertificateMode = .none,
        identity: TestIdentity? = nil,
        logger: Logger? = nil,
        customize: (inout TLSServerConfiguration) -> Void = { _ in }
    ) async throws -> TestingPeer {
        let policy = try ProxyProtocolPolicy(from: networks.map { try NetworkRange($0) })
        return try await TestingPeer(authenticator: authenticator, mode: mode, identity: identity) {
            $0.proxyProtocol = policy
            if let logger { $0.logger = logger }
            customize(&$0)
        }
    }

    /// The client's handshake, with the bytes that precede it, in pieces.
    private func shakeHands(_ peer: TestingPeer, after header: [UInt8], pieces: Int = 1) async throws {
        _ = peer.client.handshake()
        var rest = (header + peer.client.takeUnsent())[...]
        let length = max(1, rest.count / pieces)
        while !rest.isEmpty {
            _ = try? await peer.channel.writeInbound(ByteBuffer(bytes: rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        try await peer.shakeHands()
    }

    private func facts(_ peer: TestingPeer) async throws -> ConnectionFacts? {
        try await peer.channel.clientCertificateConnection().get()?.facts
    }

    private func refusal(_ peer: TestingPeer) -> (code: String, reason: String)? {
        for case .error(.proxyHeaderRefused(let code, let reason)) in peer.recorder.entries { return (code, reason) }
        return nil
    }

    // MARK: Accepted headers

    func test_the_header_states_the_address_and_the_rest_is_TLS_however_it_is_cut() async throws {
        let headers: [([UInt8], String)] = [
            (Self.line, "192.0.2.1:5000"), (Bytes.block(family: 0x11, body: Bytes.version4), "192.0.2.1:5000"),
            (Bytes.line("TCP6 2001:db8::1 ::1 5000 1"), "[2001:db8::1]:5000"),
            (Bytes.block(family: 0x21, body: Bytes.version6), "[2001:db8::1]:5000"),
            (Bytes.checked(), "192.0.2.1:5000"),
        ]
        for (header, address) in headers {
            for pieces in [1, 2, 3, 10_000] {
                let peer = try await peer()
                try await shakeHands(peer, after: header, pieces: pieces)
                let facts = try await facts(peer)
                XCTAssertEqual(facts?.peerAddress, address, "\(pieces)")
                XCTAssertEqual(facts?.loadBalancerAddress, "127.0.0.1:1", "\(pieces)")
                XCTAssertEqual(peer.recorder.errors, [])
                try await peer.clientSends("hello")
                XCTAssertEqual(peer.recorder.entries.last, .plaintext("hello"))
                try await peer.close()
            }
        }
    }

    func test_a_header_without_a_client_keeps_the_address_of_the_socket() async throws {
        for header in [Bytes.line("UNKNOWN"), Bytes.block(0x20, family: 0, body: []), Bytes.block(family: 0, body: [])]
        {
            let peer = try await peer()
            try await shakeHands(peer, after: header)
            let facts = try await facts(peer)
            XCTAssertEqual(facts?.peerAddress, "127.0.0.1:1")
            XCTAssertNil(facts?.loadBalancerAddress)
            try await peer.close()
        }
    }

    func test_no_address_behind_a_load_balancer_is_that_of_a_proxy() async throws {
        for header in [Self.line, Bytes.line("UNKNOWN"), Bytes.line("TCP4 127.0.0.1 127.0.0.1 1 2")] {
            let peer = try await peer()
            try await shakeHands(peer, after: header)
            let channel = peer.channel
            let connection = try await channel.clientCertificateConnection().get()
            let known = try await channel.testingEventLoop.executeInContext {
                channel.connectionPeer(of: connection)
            }.get()
            XCTAssertEqual(known, .unknown)
            try await peer.close()
        }
        let direct = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
        try await direct.shakeHands()
        let channel = direct.channel
        let connection = try await channel.clientCertificateConnection().get()
        let known = try await channel.testingEventLoop.executeInContext { channel.connectionPeer(of: connection) }.get()
        XCTAssertEqual(known, .address(try XCTUnwrap(IPAddress("127.0.0.1"))))
        try await direct.close()
    }

    func test_hooks_and_log_lines_receive_both_addresses() async throws {
        let authority = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let log = LogRecorder()
        let seen = Mutex<ConnectionFacts?>(nil)
        let judge = try CertificateAuthenticator(
            options: options,
            events: .init(onCertificateValidated: { context in
                seen.withLock { $0 = context.facts }
                return .success(context.principal)
            }),
            logger: log.logger(from: .info)
        )
        let admitted = try await peer(authenticator: judge, mode: .require, identity: try authority.issue("alice"))
        try await shakeHands(admitted, after: Self.line)
        try await admitted.waitUntil { !admitted.recorder.entries.isEmpty }
        XCTAssertEqual(seen.withLock { $0?.peerAddress }, "192.0.2.1:5000")
        XCTAssertEqual(seen.withLock { $0?.loadBalancerAddress }, "127.0.0.1:1")
        try await admitted.close()
        let refused = try await peer(
            authenticator: judge,
            mode: .require,
            identity: try TestAuthority("Stranger").issue("mallory")
        )
        try await shakeHands(refused, after: Self.line)
        let line = try XCTUnwrap(log.linesAfterStart.last)
        XCTAssertEqual(line.message, "client refused")
        XCTAssertEqual(line.metadata["certauth.peer"], "192.0.2.1:5000")
        XCTAssertEqual(line.metadata["certauth.via"], "127.0.0.1:1")
        try await refused.close()
        let garbage = try await peer(logger: log.logger(from: .info))
        _ = try? await garbage.channel.writeInbound(ByteBuffer(bytes: Self.line + Array("GET / HTTP/1.1\r\n\r\n".utf8)))
        let failed = try XCTUnwrap(log.linesAfterStart.last)
        XCTAssertEqual(failed.metadata["certauth.code"], "tls-protocol")
        XCTAssertEqual(failed.metadata["certauth.peer"], "192.0.2.1:5000")
        XCTAssertEqual(failed.metadata["certauth.via"], "127.0.0.1:1")
        try await garbage.close()
    }

    // MARK: Refused connections

    func test_peers_that_are_not_named_are_refused_before_any_byte_whatever_they_send() async throws {
        let log = LogRecorder()
        for bytes in [Self.line, Bytes.block(family: 0x11, body: Bytes.version4), [0x16, 3, 1], []] {
            let peer = try await peer(naming: ["192.0.2.0/24", "::1"], logger: log.logger(from: .info))
            XCTAssertEqual(refusal(peer)?.code, "proxy-header-untrusted")
            _ = try? await peer.channel.writeInbound(ByteBuffer(bytes: bytes))
            try await shakeHands(peer, after: [])
            XCTAssertEqual(peer.recorder.errors.count, 1)
            let isAdmitted = try await peer.hasConnection()
            XCTAssertFalse(isAdmitted)
            XCTAssertFalse(peer.hasReceivedFromServer)
            try await peer.close()
        }
        let line = try XCTUnwrap(log.linesAfterStart.first)
        XCTAssertEqual(line.level, "info")
        XCTAssertEqual(line.message, "TLS connection failed")
        XCTAssertEqual(line.metadata["certauth.code"], "proxy-header-untrusted")
        XCTAssertEqual(line.metadata["certauth.peer"], "127.0.0.1:1")
        XCTAssertNil(line.metadata["certauth.via"])
    }

    func test_a_named_peer_without_a_header_is_refused_and_the_log_says_what_to_do() async throws {
        let peer = try await peer()
        try await shakeHands(peer, after: [])
        XCTAssertEqual(refusal(peer)?.code, "proxy-header-malformed")
        XCTAssertEqual(
            refusal(peer)?.reason,
            "the load balancer sent a TLS handshake without a header of the PROXY protocol; expected: version 1 or 2; switch "
                + "it on in the load balancer (HAProxy: send-proxy-v2; nginx: proxy_protocol on)"
        )
        XCTAssertFalse(peer.hasReceivedFromServer)
        try await peer.close()
    }

    func test_malformed_headers_are_refused_and_nothing_after_them_is_read() async throws {
        let headers = [
            Bytes.line("TCP4 192.0.2.1 10.0.0.5 05000 8443"), Bytes.block(0x31, family: 0x11, body: Bytes.version4),
            Bytes.block(family: 0x12, body: Bytes.version4), Bytes.block(family: 0x11, body: [], length: 4097),
            Bytes.block(family: 0x11, body: Bytes.version4 + [1, 0, 9]), Array("GET / HTTP/1.1\r\n\r\n".utf8),
        ]
        for header in headers {
            let peer = try await peer()
            try await shakeHands(peer, after: header + Self.line)
            XCTAssertEqual(refusal(peer)?.code, "proxy-header-malformed")
            let isAdmitted = try await peer.hasConnection()
            XCTAssertFalse(isAdmitted)
            XCTAssertFalse(peer.hasReceivedFromServer)
            try await peer.close()
        }
    }

    func test_a_second_header_is_not_TLS() async throws {
        let peer = try await peer()
        try await shakeHands(peer, after: Self.line + Bytes.line("TCP4 198.51.100.1 10.0.0.5 1 2"))
        guard case .protocolFailure(let reason, _, _)? = peer.recorder.errors.first else {
            return XCTFail("\(peer.recorder.entries)")
        }
        XCTAssertEqual(
            reason,
            """
            a second header of the PROXY protocol follows that of the load balancer; expected: a TLS handshake; the \
            client sent it, or another load balancer in front of the named one: switch the PROXY protocol off in that \
            one, or have the named one accept it from that address only
            """,
            "the named load balancer is configured correctly, so the log must not advise a change there"
        )
        try await peer.close()
    }

    func test_without_the_setting_a_header_is_not_TLS_and_the_log_names_both_remedies() async throws {
        let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
        try await shakeHands(peer, after: Self.line)
        guard case .protocolFailure(let reason, _, _)? = peer.recorder.errors.first else {
            return XCTFail("\(peer.recorder.entries)")
        }
        XCTAssertTrue(reason.hasSuffix("nginx: proxy_protocol), or name the load balancer in proxyProtocol"), reason)
        try await peer.close()
    }

    // MARK: Time

    func test_a_connection_that_sends_nothing_ends_after_the_time_for_the_header() async throws {
        for (headerTimeout, handshakeTimeout, seconds) in [(5, 10, 5), (5, 3, 3), (20, 10, 10)] {
            let peer = try await peer {
                $0.proxyProtocol?.headerTimeout = .seconds(headerTimeout)
                $0.limits.handshakeTimeout = .seconds(handshakeTimeout)
            }
            await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(Int64(seconds) * 1000 - 1))
            XCTAssertEqual(peer.recorder.errors, [])
            await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(1))
            XCTAssertEqual(refusal(peer)?.code, "proxy-header-timeout")
            let isActive = peer.channel.isActive
            XCTAssertFalse(isActive)
            try await peer.close()
        }
    }

    func test_bytes_that_trickle_do_not_extend_the_time() async throws {
        let header = Bytes.block(family: 0x11, body: Bytes.version4 + [UInt8](repeating: 0, count: 900))
        let peer = try await peer()
        for byte in header.prefix(49) {
            _ = try? await peer.channel.writeInbound(ByteBuffer(bytes: [byte]))
            await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(100))
        }
        XCTAssertEqual(peer.recorder.errors, [])
        await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(100))
        XCTAssertEqual(refusal(peer)?.code, "proxy-header-timeout")
        try await peer.close()
    }

    func test_the_handshakes_time_begins_with_the_connection() async throws {
        let peer = try await peer()
        await peer.channel.testingEventLoop.advanceTime(by: .seconds(4))
        _ = try? await peer.channel.writeInbound(ByteBuffer(bytes: Self.line))
        await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(5_999))
        XCTAssertEqual(peer.recorder.errors, [])
        await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(1))
        XCTAssertEqual(peer.recorder.errors, [.timedOut])
        try await peer.close()
    }

    func test_a_load_balancer_that_only_looks_is_not_a_failure() async throws {
        let log = LogRecorder()
        let peer = try await peer(logger: log.logger(from: .info))
        try await peer.close()
        let other = try await self.peer(logger: log.logger(from: .info))
        await other.cut()
        XCTAssertEqual(log.linesAfterStart.map(\.text), [])
        XCTAssertNil(refusal(peer))
    }

    // MARK: Configuration

    func test_times_that_are_not_positive_are_refused() async throws {
        for time in [Duration.zero, .seconds(-1)] {
            do {
                _ = try await peer { $0.proxyProtocol?.headerTimeout = time }
                XCTFail("\(time)")
            } catch let error as TLSConfigurationError {
                guard case .notPositive(setting: "proxyProtocol.headerTimeout", _) = error else {
                    return XCTFail("\(error)")
                }
            }
        }
    }

    func test_a_reload_applies_to_new_connections() async throws {
        let server = try Server()
        var configuration = TLSServerConfiguration(
            identity: server.identity,
            authenticator: nil,
            mode: ClientCertificateMode.none
        )
        configuration.logger.logLevel = .critical
        let context = try TLSServerContext(configuration: configuration)
        let before = try await TestingPeer(
            authenticator: nil,
            mode: .none,
            identity: nil,
            server: server,
            context: context
        )
        try await before.shakeHands()
        configuration.proxyProtocol = try ProxyProtocolPolicy(from: [NetworkRange("127.0.0.1")])
        try context.reload(configuration)
        let after = try await TestingPeer(
            authenticator: nil,
            mode: .none,
            identity: nil,
            server: server,
            context: context
        )
        try await after.shakeHands()
        let (wasAdmitted, isAdmitted) = (try await before.hasConnection(), try await after.hasConnection())
        XCTAssertTrue(wasAdmitted)
        XCTAssertFalse(isAdmitted)
        XCTAssertEqual(refusal(after)?.code, "proxy-header-malformed")
        try await before.close()
        try await after.close()
    }
}
