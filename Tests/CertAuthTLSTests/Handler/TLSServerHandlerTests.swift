// SPDX-License-Identifier: Apache-2.0
// The handler in an embedded channel: what is released when, and how connections end.

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

    /// An authenticator whose hook waits until the gate opens, then decides.
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

    func testDesign8Point8NoPlaintextIsReleasedBeforeTheHooksHaveDecided() async throws {
        for version in TLSVersion.allCases {
            let authority = try TestAuthority("Root")
            let (authenticator, open) = try gated(authority) { .success($0.principal) }
            let peer = try EmbeddedPeer(
                authenticator: authenticator,
                mode: .require,
                identity: try authority.issue("alice"),
                version: version
            )
            XCTAssertEqual(try peer.shakeHands(), .complete(0))
            try peer.clientSends("early")
            XCTAssertEqual(peer.recorder.entries, [])
            XCTAssertNil(try peer.channel.pipeline.syncOperations.clientCertificateConnection())
            open()
            try await peer.waitUntil { peer.recorder.entries.count >= 3 }
            XCTAssertEqual(
                peer.recorder.entries,
                [.connection(hasChain: true), .handshakeCompleted(nil), .plaintext("early")]
            )
            XCTAssertNotNil(try peer.channel.pipeline.syncOperations.clientCertificateConnection())
        }
    }

    func testDesign8Point13ARefusalAfterFinishedClosesWithCloseNotify() async throws {
        let authority = try TestAuthority("Root")
        let (authenticator, open) = try gated(authority) { _ in .fail(reason: "not on the list") }
        let peer = try EmbeddedPeer(
            authenticator: authenticator,
            mode: .require,
            identity: try authority.issue("alice")
        )
        XCTAssertEqual(try peer.shakeHands(), .complete(0))
        try peer.clientSends("early")
        open()
        try await peer.waitUntil { !peer.recorder.entries.isEmpty }
        guard case .error(.certificateRefused(let code, let message, let alert))? = peer.recorder.entries.first else {
            XCTFail("\(peer.recorder.entries)")
            return
        }
        XCTAssertEqual(code, .rejectedByHandler)
        XCTAssertTrue(message.contains("not on the list"), message)
        XCTAssertNil(alert)
        try peer.exchangeBytes()
        let heard = peer.clientHears()
        XCTAssertEqual(heard.text, "")
        XCTAssertEqual(heard.outcome, .closed)
        XCTAssertFalse(peer.recorder.entries.contains(.plaintext("early")))
    }

    func testModeRequireRefusesAHookThatGivesNoResultAndModeAllowDoesNot() async throws {
        for mode in [ClientCertificateMode.require, .allow] {
            let authority = try TestAuthority("Root")
            let (authenticator, open) = try gated(authority) { _ in .noResult }
            let peer = try EmbeddedPeer(
                authenticator: authenticator,
                mode: mode,
                identity: try authority.issue("alice")
            )
            try peer.shakeHands()
            open()
            try await peer.waitUntil { !peer.recorder.entries.isEmpty }
            switch (mode, peer.recorder.entries.first) {
            case (.require, .error(.certificateRefused(let code, _, _))?): XCTAssertEqual(code, .rejectedByHandler)
            case (.allow, .connection(hasChain: true)?): break
            default: XCTFail("\(mode): \(peer.recorder.entries)")
            }
        }
    }

    func testTheValidationCountsAgainstTheHandshakeTimeout() async throws {
        let authority = try TestAuthority("Root")
        let (authenticator, open) = try gated(authority) { .success($0.principal) }
        let peer = try EmbeddedPeer(
            authenticator: authenticator,
            mode: .require,
            identity: try authority.issue("alice")
        )
        try peer.shakeHands()
        peer.channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        XCTAssertEqual(peer.recorder.entries, [])
        peer.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        XCTAssertEqual(peer.recorder.entries.first, .error(.timedOut))
        try peer.exchangeBytes()
        XCTAssertEqual(peer.clientHears().outcome, .closed)
        open()
    }

    func testDataHeldDuringTheValidationIsBounded() async throws {
        let authority = try TestAuthority("Root")
        let (authenticator, open) = try gated(authority) { .success($0.principal) }
        let peer = try EmbeddedPeer(
            authenticator: authenticator,
            mode: .require,
            identity: try authority.issue("alice"),
            customize: { $0.limits.heldBytes = 1000 }
        )
        try peer.shakeHands()
        try peer.clientSends(String(repeating: "x", count: 900))
        XCTAssertEqual(peer.recorder.entries, [])
        try peer.clientSends(String(repeating: "x", count: 100))
        XCTAssertEqual(peer.recorder.entries.first, .error(.tooMuchHeldData(limit: 1000)))
        open()
    }

    func testEchoesAndGoodbyes() throws {
        for version in TLSVersion.allCases {
            let peer = try EmbeddedPeer(authenticator: nil, mode: .none, identity: nil, version: version)
            XCTAssertEqual(try peer.shakeHands(), .complete(0))
            XCTAssertEqual(peer.recorder.entries, [.connection(hasChain: false), .handshakeCompleted(nil)])
            try peer.clientSends("ping")
            XCTAssertEqual(peer.recorder.entries.last, .plaintext("ping"))
            let written = peer.channel.writeAndFlush(ByteBuffer(string: "pong"))
            try peer.exchangeBytes()
            XCTAssertNoThrow(try written.wait())
            XCTAssertEqual(peer.clientHears().text, "pong")
            _ = peer.client.sendCloseNotify()
            try peer.exchangeBytes()
            XCTAssertEqual(peer.recorder.entries.suffix(2), [.shutdownCompleted, .inactive])
            XCTAssertEqual(peer.clientHears().outcome, .closed)
        }
    }

    func testAConnectionThatIsCutIsReportedAsTruncated() throws {
        let peer = try EmbeddedPeer(authenticator: nil, mode: .none, identity: nil)
        try peer.shakeHands()
        peer.channel.pipeline.fireChannelInactive()
        XCTAssertEqual(peer.recorder.entries.suffix(2), [.error(.truncated), .inactive])
    }

    func testAHandshakeThatIsCutIsReportedAsEndedByThePeer() throws {
        let peer = try EmbeddedPeer(authenticator: nil, mode: .none, identity: nil)
        peer.channel.pipeline.fireChannelInactive()
        XCTAssertEqual(peer.recorder.entries, [.error(.endedByPeer), .inactive])
    }

    func testWritesBeforeTheHandshakeAreSentAfterIt() throws {
        let peer = try EmbeddedPeer(authenticator: nil, mode: .none, identity: nil)
        let written = peer.channel.writeAndFlush(ByteBuffer(string: "hello"))
        try peer.shakeHands()
        XCTAssertNoThrow(try written.wait())
        XCTAssertEqual(peer.clientHears().text, "hello")
    }

    func testWritesAfterTheCloseFail() throws {
        let peer = try EmbeddedPeer(authenticator: nil, mode: .none, identity: nil)
        try peer.shakeHands()
        peer.channel.close(promise: nil)
        XCTAssertThrowsError(try peer.channel.writeAndFlush(ByteBuffer(string: "late")).wait()) { error in
            XCTAssertEqual(error as? ChannelError, .ioOnClosedChannel)
        }
    }

    func testAFinishedConnectionIsReleased() throws {
        weak var released: TLSConnection?
        weak var handler: TLSServerHandler?
        do {
            let peer = try EmbeddedPeer(authenticator: nil, mode: .none, identity: nil)
            try peer.shakeHands()
            handler = try peer.channel.pipeline.syncOperations.handler(type: TLSServerHandler.self)
            released = peer.client
            peer.channel.close(promise: nil)
            peer.channel.embeddedEventLoop.advanceTime(by: .seconds(3))
            peer.channel.embeddedEventLoop.run()
        }
        XCTAssertNil(released)
        XCTAssertNil(handler)
    }
}
