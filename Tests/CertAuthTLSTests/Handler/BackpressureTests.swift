// SPDX-License-Identifier: Apache-2.0
// The server does not read from a client that does not accept the data sent to it.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

final class BackpressureTests: XCTestCase {
    /// Counts the reads that reach the socket.
    private final class ReadCounter: ChannelOutboundHandler, Sendable {
        typealias OutboundIn = Any
        typealias OutboundOut = Any
        private let count = Mutex(0)
        var reads: Int { count.withLock { $0 } }

        func read(context: ChannelHandlerContext) {
            count.withLock { $0 += 1 }
            context.read()
        }
    }

    func test_reads_wait_until_the_client_has_taken_what_it_was_sent() async throws {
        let authority = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let peer = try await TestingPeer(
            authenticator: CertificateAuthenticator(options: options),
            mode: .require,
            identity: try authority.issue("alice")
        )
        let (channel, counter) = (peer.channel, ReadCounter())
        try await channel.pipeline.addHandler(counter, position: .first).get()
        try await peer.shakeHands()
        try await peer.waitUntil { peer.recorder.entries.count >= 2 }
        let read: @Sendable () async throws -> Int = {
            try await channel.testingEventLoop.executeInContext {
                let before = counter.reads
                channel.pipeline.read()
                return counter.reads - before
            }
        }
        let open = try await read()
        XCTAssertEqual(open, 1)
        channel.isWritable = false
        let full = try await read()
        XCTAssertEqual(full, 0)
        let before = counter.reads
        channel.isWritable = true
        try await channel.testingEventLoop.executeInContext { channel.pipeline.fireChannelWritabilityChanged() }
        XCTAssertEqual(counter.reads - before, 1, "what was held is made up for, once")
        let again = try await read()
        XCTAssertEqual(again, 1)
    }
}
