// SPDX-License-Identifier: Apache-2.0
// How much a connection still reads after it was refused.

import CertAuth
import CertAuthTesting
import NIOCore
import NIOEmbedded
import XCTest

@testable import CertAuthTLS

final class DiscardedInputTests: XCTestCase {
    private func refusedPeer() async throws -> TestingPeer {
        let authority = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.certificate]))
        )
        options.revocationMode = .noCheck
        let authenticator = try CertificateAuthenticator(options: options)
        let peer = try await TestingPeer(authenticator: authenticator, mode: .require, identity: nil)
        try await peer.shakeHands()
        return peer
    }

    func test_a_refused_connection_waits_for_its_client_within_a_bound_of_bytes() async throws {
        let peer = try await refusedPeer()
        XCTAssertTrue(peer.channel.isActive, "the client closes first")
        let limit = TLSServerHandler.mostDiscardedBytes
        XCTAssertEqual(limit, 64 * 1024)
        // Some bytes of the handshake may have followed the refusal.
        for _ in 0..<15 { _ = try? await peer.channel.writeInbound(ByteBuffer(repeating: 0, count: 4 * 1024)) }
        XCTAssertTrue(peer.channel.isActive)
        for _ in 0..<2 { _ = try? await peer.channel.writeInbound(ByteBuffer(repeating: 0, count: 4 * 1024)) }
        await peer.channel.testingEventLoop.run()
        XCTAssertFalse(peer.channel.isActive)
        try await peer.close()
    }

    func test_a_client_that_closes_within_the_bound_ends_the_connection_as_before() async throws {
        let peer = try await refusedPeer()
        _ = try? await peer.channel.writeInbound(ByteBuffer(repeating: 0, count: 32 * 1024))
        XCTAssertTrue(peer.channel.isActive)
        try await peer.close()
        XCTAssertFalse(peer.channel.isActive)
    }
}
