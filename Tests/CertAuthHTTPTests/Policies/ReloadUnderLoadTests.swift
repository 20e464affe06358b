// SPDX-License-Identifier: Apache-2.0
// Two hundred concurrent connections across reloads: each request is answered.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import NIOCore
import XCTest

final class ReloadUnderLoadTests: XCTestCase {
    private static let connectionCount = 200

    func test_two_hundred_connections_across_reloads_lose_no_request() async throws {
        let authority = try TestAuthority("Client Root")
        for validation in ClientCertificateValidation.allCases {
            try await TestListener.withListener(
                trusting: authority,
                customize: { configuration in
                    // No deadline must be reached on a slow machine.
                    configuration.limits.headerTimeout = .seconds(600)
                    configuration.limits.idleTimeout = .seconds(600)
                    configuration.withTLS {
                        $0.validation = validation
                        $0.limits.handshakeTimeout = .seconds(600)
                        $0.limits.unattendedTimeout = .seconds(600)
                        $0.limits.refusalGrace = .seconds(600)
                    }
                }
            ) { listener in
                var client = listener.client(try authority.issue("alice"))
                client.timeout = .seconds(600)
                let lent = client
                guard case .tls(let settings) = listener.listener.configuration.security else {
                    return XCTFail("no TLS")
                }
                let arrivals = AsyncStream<Void>.makeStream()
                let gate = Gate()
                let answered = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<Self.connectionCount {
                        group.addTask {
                            try await lent.withConnection { connection in
                                // Half of the clients have sent a request when the first reload happens.
                                var count = 0
                                if number.isMultiple(of: 2) {
                                    count += try await connection.get("/").status == 200 ? 1 : 0
                                }
                                arrivals.continuation.yield()
                                await gate.pass()
                                let last = try await connection.get("/")
                                count += last.text == "CN=alice" ? 1 : 0
                                XCTAssertEqual(last.headerFields[.connection], "close")
                                let end = try await connection.end()
                                XCTAssertEqual(end, .closed(cleanly: true))
                                return count
                            }
                        }
                    }
                    var arrived = 0
                    for await _ in arrivals.stream {
                        arrived += 1
                        if arrived == Self.connectionCount { break }
                    }
                    XCTAssertEqual(listener.listener.connectionCount, Self.connectionCount)
                    for _ in 0..<5 { try listener.listener.reload { $0.tls = settings } }
                    gate.open()
                    for _ in 0..<5 {
                        await Task.yield()
                        try listener.listener.reload { $0.tls = settings }
                    }
                    return try await group.reduce(0, +)
                }
                XCTAssertEqual(answered, Self.connectionCount * 3 / 2, "\(validation)")
                // New clients connect while policies are replaced repeatedly.
                let later = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<Self.connectionCount {
                        group.addTask { try await lent.get("/").text == "CN=alice" ? 1 : 0 }
                    }
                    for _ in 0..<20 {
                        try listener.listener.reload { $0.tls = settings }
                        await Task.yield()
                    }
                    return try await group.reduce(0, +)
                }
                XCTAssertEqual(later, Self.connectionCount, "\(validation)")
            }
        }
    }
}
