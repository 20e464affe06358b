// SPDX-License-Identifier: Apache-2.0
// The number of sessions a client may offer at once (RFC 8446 section 4.2.11).

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import XCTest

final class OfferedSessionsTests: XCTestCase {
    private static func number(_ bytes: [UInt8], at position: Int) -> Int {
        Int(bytes[position]) << 8 | Int(bytes[position + 1])
    }

    private static func vector(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }

    /// The ClientHello of OpenSSL's client with sessions that do not exist, in one record.
    private func hello(of peer: TestingPeer, offering count: Int, identity bytes: Int) -> [UInt8] {
        _ = peer.client.handshake()
        // After the record header and the handshake header.
        let hello = Array(peer.client.takeUnsent().dropFirst(9))
        var position = 34
        // Skips the session id, the cipher suites and the compression methods.
        position += 1 + Int(hello[position])
        position += 2 + Self.number(hello, at: position)
        position += 1 + Int(hello[position])
        let identity = Self.vector([UInt8](repeating: 0x77, count: bytes)) + [0, 0, 0, 0]
        let binder = [32] + [UInt8](repeating: 0x33, count: 32)
        let offer =
            Self.vector([[UInt8]](repeating: identity, count: count).flatMap { $0 })
            + Self.vector([[UInt8]](repeating: binder, count: count).flatMap { $0 })
        let extensions = Array(hello[(position + 2)...]) + [0, 41] + Self.vector(offer)
        let body = Array(hello[..<position]) + Self.vector(extensions)
        let message = [1, UInt8(body.count >> 16), UInt8(body.count >> 8 & 0xFF), UInt8(body.count & 0xFF)] + body
        return [22, 3, 1] + Self.vector(message)
    }

    /// Returns the first record of the server's response.
    private func answer(offering count: Int, identity bytes: Int = 24, tickets: Bool) async throws -> [UInt8] {
        let peer = try await TestingPeer(authenticator: nil, mode: .none, identity: nil) {
            if tickets { $0.sessionTickets = try? SessionTickets() }
        }
        _ = try? await peer.channel.writeInbound(
            ByteBuffer(bytes: hello(of: peer, offering: count, identity: bytes))
        )
        await peer.channel.testingEventLoop.run()
        let first = try await peer.channel.readOutbound(as: ByteBuffer.self)
        return Array(try XCTUnwrap(first).readableBytesView.prefix(7))
    }

    func test_a_client_offers_32_sessions_at_most() async throws {
        for tickets in [true, false] {
            for count in [1, 32] {
                let answer = try await answer(offering: count, tickets: tickets)
                XCTAssertEqual(answer.first, 22, "a ServerHello: unknown sessions are passed over")
            }
            for (count, bytes) in [(33, 24), (33, 1), (200, 24)] {
                let answer = try await answer(offering: count, identity: bytes, tickets: tickets)
                XCTAssertEqual(answer, [21, 3, answer[2], 0, 2, 2, 50], "decode_error")
            }
        }
    }
}
