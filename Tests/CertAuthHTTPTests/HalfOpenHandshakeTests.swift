// SPDX-License-Identifier: Apache-2.0
// Clients that start a handshake and stop: their cost, their effect on other clients, and how they are ended.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import Logging
import NIOCore
import XCTest

#if canImport(Glibc)
import Glibc
#endif

final class HalfOpenHandshakeTests: XCTestCase {
    private static let count = 1_000
    /// The memory for both ends of a half-open handshake in this process; OpenSSL allocates the 128 KiB that a
    /// ClientHello may announce.
    private static let kibibytesEach = 256

    /// In turn: nothing, a record that never ends, and a ClientHello that announces the maximum length.
    private func beginning(_ index: Int) -> [UInt8] {
        switch index % 3 {
        case 0: []
        case 1: [0x16, 0x03, 0x01, 0x40, 0x00] + [UInt8](repeating: 1, count: 8_000)
        default: [0x16, 0x03, 0x01, 0x40, 0x00, 0x01, 0x02, 0x01, 0x00] + [UInt8](repeating: 3, count: 16_380)
        }
    }

    func test_a_thousand_half_open_handshakes_are_bounded_block_no_client_and_end_at_their_deadline() async throws {
        try raiseDescriptorLimit(to: 4_096)
        let authority = try TestAuthority("Root")
        let alice = try authority.issue("alice")
        try await TestListener.withListener(
            trusting: authority,
            customize: { configuration in
                configuration.limits.connections = Self.count + 10
                configuration.withTLS {
                    $0.limits.handshakeTimeout = .seconds(6)
                    $0.validation = .handshake
                    $0.logger.logLevel = .critical
                }
            }
        ) { listener in
            let first = try await listener.client(alice).get("/")
            XCTAssertEqual(first.text, "CN=alice")
            let before = try ProcessFigures.residentKibibytes()
            var sockets: [PlainSocket] = []
            for index in 0..<Self.count {
                let socket = try await PlainSocket(to: listener.address)
                try? await socket.send(beginning(index))
                sockets.append(socket)
            }
            let response = try await listener.client(alice).get("/")
            XCTAssertEqual(response.text, "CN=alice", "served among \(listener.listener.connectionCount) others")
            let after = try ProcessFigures.residentKibibytes()
            XCTAssertLessThan(after - before, Self.count * Self.kibibytesEach, "KiB")
            for socket in sockets {
                let heard = try await socket.end()
                XCTAssertEqual(heard, [], "the deadline passes without a word")
            }
            _ = try await ProcessFigures.settledDescriptors(of: listener)
            let last = try await listener.client(alice).get("/")
            XCTAssertEqual(last.text, "CN=alice")
        }
    }

    private func raiseDescriptorLimit(to wanted: rlim_t) throws {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        unsafe getrlimit(resource, &limit)
        guard limit.rlim_cur < wanted else { return }
        guard limit.rlim_max >= wanted else { throw XCTSkip("no \(wanted) descriptors here: raise ulimit -Hn") }
        limit.rlim_cur = wanted
        unsafe setrlimit(resource, &limit)
        #endif
    }
}
