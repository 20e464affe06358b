// SPDX-License-Identifier: Apache-2.0
// A refused client has time to read its alert before the server closes its side.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

final class RefusalLingerTests: XCTestCase {
    /// Records the closes that reach the transport, and passes only those on that a testing channel supports.
    private final class CloseRecorder: ChannelOutboundHandler, Sendable {
        typealias OutboundIn = ByteBuffer

        private let recorded = Mutex<[CloseMode]>([])
        var modes: [CloseMode] { recorded.withLock { $0 } }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            recorded.withLock { $0.append(mode) }
            guard mode == .all else {
                promise?.succeed()
                return
            }
            context.close(mode: mode, promise: promise)
        }
    }

    private func peer(_ version: TLSVersion, presenting identity: TestIdentity?) async throws -> (
        TestingPeer, CloseRecorder
    ) {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [TestAuthority("Known").anchor]))
        )
        options.revocationMode = .noCheck
        let peer = try await TestingPeer(
            authenticator: try CertificateAuthenticator(options: options),
            mode: .require,
            identity: identity,
            version: version
        )
        let closes = CloseRecorder()
        try await peer.channel.testingEventLoop.executeInContext { [channel = peer.channel] in
            try channel.pipeline.syncOperations.addHandler(closes, position: .first)
        }
        return (peer, closes)
    }

    private func refusedPeer(_ version: TLSVersion) async throws -> (TestingPeer, CloseRecorder) {
        let mallory = try TestAuthority("Stranger").issue("mallory")
        let (peer, closes) = try await peer(version, presenting: mallory)
        try await peer.shakeHands()
        _ = peer.clientReceives()
        XCTAssertEqual(peer.client.receivedAlert, .unknownCA, "\(version)")
        return (peer, closes)
    }

    func test_after_an_alert_the_server_closes_when_the_client_has_closed() async throws {
        for version in TLSVersion.allCases {
            let (peer, closes) = try await refusedPeer(version)
            XCTAssertEqual(closes.modes, [], "\(version)")
            try await peer.channel.testingEventLoop.executeInContext { [channel = peer.channel] in
                channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
            XCTAssertEqual(closes.modes, [.all], "\(version)")
        }
    }

    func test_after_an_alert_the_server_closes_by_itself_when_the_close_timeout_ends() async throws {
        for version in TLSVersion.allCases {
            let (peer, closes) = try await refusedPeer(version)
            await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(1999))
            XCTAssertEqual(closes.modes, [], "\(version)")
            await peer.channel.testingEventLoop.advanceTime(by: .milliseconds(1))
            XCTAssertEqual(closes.modes, [.all], "\(version)")
        }
    }

    func test_without_an_alert_the_sending_side_is_shut_down_at_once() async throws {
        let (peer, closes) = try await peer(.tls13, presenting: nil)
        await peer.channel.testingEventLoop.advanceTime(by: .seconds(60))
        XCTAssertEqual(closes.modes, [.output, .all], "a handshake that did not complete in time")
    }
}
