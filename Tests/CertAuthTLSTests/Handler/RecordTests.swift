// SPDX-License-Identifier: Apache-2.0
// Which writes share a TLS record, and when their promises are fulfilled.

import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

final class RecordTests: XCTestCase {
    private func admittedPeer() async throws -> TestingPeer {
        let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil)
        try await peer.shakeHands()
        XCTAssertEqual(peer.client.unreadCount, 0)
        return peer
    }

    /// Writes each batch and flushes after it; returns the sizes of the records that the client receives.
    private func records(of batches: [[Int]], through peer: TestingPeer) async throws -> [Int] {
        let sent = try await peer.channel.testingEventLoop.executeInContext { [channel = peer.channel] in
            batches.flatMap { sizes in
                let futures = sizes.map { size in
                    let bytes = ByteBuffer(repeating: UInt8(truncatingIfNeeded: size), count: size)
                    return channel.write(bytes)
                }
                channel.flush()
                return futures
            }
        }
        try await peer.exchangeBytes()
        for future in sent { try await future.get() }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        var found: [Int] = []
        while true {
            let outcome = peer.client.read(into: &buffer)
            guard case .complete(let count) = outcome else { return found }
            found.append(count)
        }
    }

    func test_small_writes_of_one_flush_leave_in_one_record() async throws {
        let found = try await records(of: [[1, 0, 200, 50]], through: admittedPeer())
        XCTAssertEqual(found, [251])
    }

    func test_writes_of_two_flushes_leave_in_two_records() async throws {
        let found = try await records(of: [[100], [50]], through: admittedPeer())
        XCTAssertEqual(found, [100, 50])
    }

    func test_bytes_that_do_not_fit_into_a_record_follow_in_the_next() async throws {
        let found = try await records(of: [[16_000, 384, 1, 40_000, 5]], through: admittedPeer())
        XCTAssertEqual(found, [16_384, 1, 16_384, 16_384, 7_232, 5])
    }

    /// A write's promise waits for the channel: that of an empty write is not fulfilled before earlier writes.
    func test_no_write_is_fulfilled_before_the_channel_has_its_bytes() async throws {
        let peer = try await admittedPeer()
        let (channel, gate) = (peer.channel, FlushGate())
        try await channel.pipeline.addHandler(gate, position: .first).get()
        gate.isShut.withLock { $0 = true }
        let fulfilled = Mutex<[Int]>([])
        try await channel.testingEventLoop.executeInContext {
            for (index, size) in [100_000, 0, 70_000, 0].enumerated() {
                channel.write(ByteBuffer(repeating: 1, count: size)).whenSuccess {
                    fulfilled.withLock { $0.append(index) }
                }
            }
            channel.flush()
        }
        XCTAssertEqual(fulfilled.withLock { $0 }, [])
        gate.isShut.withLock { $0 = false }
        try await channel.testingEventLoop.executeInContext { channel.flush() }
        XCTAssertEqual(fulfilled.withLock { $0 }, [0, 1, 2, 3])
    }

    /// Withholds flushes, like a client that reads nothing.
    private final class FlushGate: ChannelOutboundHandler, Sendable {
        typealias OutboundIn = ByteBuffer
        let isShut = Mutex(false)

        func flush(context: ChannelHandlerContext) {
            if !isShut.withLock({ $0 }) { context.flush() }
        }
    }

    func test_nothing_but_empty_writes_send_nothing_and_are_fulfilled() async throws {
        let found = try await records(of: [[0, 0]], through: admittedPeer())
        XCTAssertEqual(found, [])
    }
}
