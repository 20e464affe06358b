// SPDX-License-Identifier: Apache-2.0
// The watchdog waits for every event loop of the listener.

import CertAuthHTTP
import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import XCTest

final class EventLoopTurnTests: XCTestCase {
    private final class Flags: Sendable {
        let isBlocked = Mutex(false)
        let turns = Mutex(0)
    }

    func test_the_turn_of_the_event_loops_waits_for_one_that_is_blocked() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let listener = try HTTPSListener(
            configuration: HTTPSListenerConfiguration(plainAt: .hostPort(host: "127.0.0.1", port: 0)),
            eventLoopGroup: group
        ) { _ in .text("") }
        try await listener.eventLoopsTurn()
        let gate = DispatchSemaphore(value: 0)
        let flags = Flags()
        group.next().execute {
            flags.isBlocked.withLock { $0 = true }
            gate.wait()
        }
        while !flags.isBlocked.withLock({ $0 }) { await Task.yield() }
        let turn = Task {
            try await listener.eventLoopsTurn()
            flags.turns.withLock { $0 += 1 }
        }
        for _ in 0..<1_000 { await Task.yield() }
        XCTAssertEqual(flags.turns.withLock { $0 }, 0)
        gate.signal()
        try await turn.value
        XCTAssertEqual(flags.turns.withLock { $0 }, 1)
        try await group.shutdownGracefully()
    }
}
