// SPDX-License-Identifier: Apache-2.0
// The handler in a testing channel: when data is released, and how connections end.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import XCTest

final class TLSServerHandlerTests: XCTestCase {
    private func authenticator(
        trusting authority: TestAuthority,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents()
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options, events: events)
    }

    /// Returns an authenticator whose hook waits until the gate opens, then decides.
    private func gated(
        _ authority: TestAuthority,
        _ decide: @escaping @Sendable (CertificateValidatedContext) -> CertificateValidatedDecision
    ) throws -> (CertificateAuthenticator, open: () -> Void) {
        let gate = AsyncStream<Void>.makeStream()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            for await _ in gate.stream {}
            return decide(context)
        })
        return (try authenticator(trusting: authority, events: events), { gate.continuation.finish() })
    }

    func test_no_plaintext_is_released_before_the_hooks_have_decided() async throws {
        for version in TLSVersion.allCases {
            let authority = try TestAuthority("Root")
            let (authenticator, open) = try gated(authority) { .success($0.principal) }
            let peer = try await TestingPeer(
                authenticator: authenticator,
                mode: .require,
                identity: try authority.issue("alice"),
                version: version
            )
            let outcome = try await peer.shakeHands()
            XCTAssertEqual(outcome, .complete(0))
            try await peer.clientSends("early")
            XCTAssertEqual(peer.recorder.entries, [])
            let isKnownEarly = try await peer.hasConnection()
            XCTAssertFalse(isKnownEarly)
            open()
            try await peer.waitUntil { peer.recorder.entries.count >= 3 }
            XCTAssertEqual(
                peer.recorder.entries,
                [.connection(hasChain: true), .handshakeCompleted(nil), .plaintext("early")]
            )
            let isKnown = try await peer.hasConnection()
            XCTAssertTrue(isKnown)
        }
    }

    func test_a_refusal_after_Finished_closes_with_close_notify() async throws {
        let authority = try TestAuthority("Root")
        let (authenticator, open) = try gated(authority) { _ in .fail(reason: "not on the list") }
        let peer = try await TestingPeer(
            authenticator: authenticator,
            mode: .require,
            identity: try authority.issue("alice")
        )
        let outcome = try await peer.shakeHands()
        XCTAssertEqual(outcome, .complete(0))
        try await peer.clientSends("early")
        open()
        try await peer.waitUntil { !peer.recorder.entries.isEmpty }
        guard case .error(.certificateRefused(let code, let message, let alert))? = peer.recorder.entries.first else {
            XCTFail("\(peer.recorder.entries)")
            return
        }
        XCTAssertEqual(code, .rejectedByHandler)
        XCTAssertTrue(message.contains("not on the list"), message)
        XCTAssertNil(alert)
        try await peer.exchangeBytes()
        let heard = peer.clientReceives()
        XCTAssertEqual(heard.text, "")
        XCTAssertEqual(heard.outcome, .closed)
        XCTAssertFalse(peer.recorder.entries.contains(.plaintext("early")))
    }

    func test_mode_require_refuses_a_hook_that_gives_no_result_and_mode_allow_does_not() async throws {
        for mode in [ClientCertificateMode.require, .allow] {
            let authority = try TestAuthority("Root")
            let (authenticator, open) = try gated(authority) { _ in .noResult }
            let peer = try await TestingPeer(
                authenticator: authenticator,
                mode: mode,
                identity: try authority.issue("alice")
            )
            try await peer.shakeHands()
            open()
            try await peer.waitUntil { !peer.recorder.entries.isEmpty }
            switch (mode, peer.recorder.entries.first) {
            case (.require, .error(.certificateRefused(let code, _, _))?): XCTAssertEqual(code, .rejectedByHandler)
            case (.allow, .connection(hasChain: true)?): break
            default: XCTFail("\(mode): \(peer.recorder.entries)")
            }
        }
    }

    func test_the_validation_counts_against_the_handshake_timeout() async throws {
        let authority = try TestAuthority("Root")
        let (authenticator, open) = try gated(authority) { .success($0.principal) }
        let peer = try await TestingPeer(
            authenticator: authenticator,
            mode: .require,
            identity: try authority.issue("alice")
        )
        try await peer.shakeHands()
        await peer.channel.testingEventLoop.advanceTime(by: .seconds(59))
        XCTAssertEqual(peer.recorder.entries, [])
        await peer.channel.testingEventLoop.advanceTime(by: .seconds(1))
        XCTAssertEqual(peer.recorder.entries.first, .error(.timedOut))
        try await peer.exchangeBytes()
        XCTAssertEqual(peer.clientReceives().outcome, .closed)
        open()
    }

    func test_data_held_during_the_validation_is_bounded() async throws {
        let authority = try TestAuthority("Root")
        let (authenticator, open) = try gated(authority) { .success($0.principal) }
        let peer = try await TestingPeer(
            authenticator: authenticator,
            mode: .require,
            identity: try authority.issue("alice"),
            customize: { $0.limits.heldBytes = 1000 }
        )
        try await peer.shakeHands()
        try await peer.clientSends(String(repeating: "x", count: 900))
        XCTAssertEqual(peer.recorder.entries, [])
        try await peer.clientSends(String(repeating: "x", count: 100))
        XCTAssertEqual(peer.recorder.entries.first, .error(.tooMuchHeldData(limit: 1000)))
        open()
    }

    func test_data_is_echoed_and_both_sides_send_close_notify() async throws {
        for version in TLSVersion.allCases {
            let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil, version: version)
            let outcome = try await peer.shakeHands()
            XCTAssertEqual(outcome, .complete(0))
            XCTAssertEqual(peer.recorder.entries, [.connection(hasChain: false), .handshakeCompleted(nil)])
            try await peer.clientSends("ping")
            XCTAssertEqual(peer.recorder.entries.last, .plaintext("ping"))
            let written: EventLoopFuture<Void> = peer.channel.writeAndFlush(ByteBuffer(string: "pong"))
            try await peer.exchangeBytes()
            try await written.get()
            XCTAssertEqual(peer.clientReceives().text, "pong")
            _ = peer.client.sendCloseNotify()
            try await peer.exchangeBytes()
            XCTAssertEqual(peer.recorder.entries.suffix(2), [.shutdownCompleted, .inactive])
            XCTAssertEqual(peer.clientReceives().outcome, .closed)
        }
    }

    func test_a_connection_without_close_notify_is_reported_as_truncated() async throws {
        let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
        try await peer.shakeHands()
        await peer.cut()
        XCTAssertEqual(peer.recorder.entries.suffix(2), [.error(.truncated), .inactive])
    }

    func test_a_truncated_handshake_is_reported_as_ended_by_the_peer() async throws {
        let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
        await peer.cut()
        XCTAssertEqual(peer.recorder.entries, [.error(.endedByPeer), .inactive])
    }

    func test_writes_before_the_handshake_are_sent_after_it() async throws {
        let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
        let written: EventLoopFuture<Void> = peer.channel.writeAndFlush(ByteBuffer(string: "hello"))
        try await peer.shakeHands()
        try await written.get()
        XCTAssertEqual(peer.clientReceives().text, "hello")
    }

    func test_writes_after_the_close_fail() async throws {
        let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
        try await peer.shakeHands()
        peer.channel.close(promise: nil)
        do {
            try await peer.channel.writeAndFlush(ByteBuffer(string: "late")).get()
            XCTFail("written")
        } catch {
            XCTAssertEqual(error as? ChannelError, .ioOnClosedChannel)
        }
    }

    func test_a_finished_connection_is_released() async throws {
        weak var client: TLSConnection?
        // Owned only by the server's handler, so that it is released with the handler.
        weak var connection: ClientCertificateConnection?
        do {
            let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
            try await peer.shakeHands()
            connection = try await peer.channel.clientCertificateConnection().get()
            client = peer.client
            XCTAssertNotNil(connection)
            peer.channel.close(promise: nil)
            await peer.channel.testingEventLoop.advanceTime(by: .seconds(3))
            await peer.channel.testingEventLoop.run()
        }
        XCTAssertNil(client)
        XCTAssertNil(connection)
    }
}
