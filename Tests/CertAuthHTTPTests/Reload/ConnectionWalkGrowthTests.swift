// SPDX-License-Identifier: Apache-2.0
// Reloads and shutdowns tell a bounded number of connections in one turn of an event loop.

import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

@testable import CertAuthHTTP

final class ConnectionWalkGrowthTests: XCTestCase {
    /// Counts the events of all connections.
    private final class Events: Sendable {
        private let counts = Mutex<[String: Int]>([:])
        func note(_ event: Any) { counts.withLock { $0["\(type(of: event))", default: 0] += 1 } }
        func count<Event>(of event: Event.Type) -> Int { counts.withLock { $0["\(event)", default: 0] } }
    }

    private struct Ended {}

    /// A connection that only counts events, and closes when it is forced to.
    private final class CountingHandler: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let events: Events

        init(_ events: Events) { self.events = events }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            events.note(event)
            if event is ForcedCloseEvent { context.close(promise: nil) }
        }
    }

    private func open(
        _ count: Int,
        on loop: NIOAsyncTestingEventLoop,
        in registry: ConnectionRegistry,
        _ events: Events
    ) async throws -> [NIOAsyncTestingChannel] {
        var channels: [NIOAsyncTestingChannel] = []
        for _ in 0..<count {
            let channel = await NIOAsyncTestingChannel(handler: CountingHandler(events), loop: loop)
            registry.add(channel)
            channels.append(channel)
        }
        return channels
    }

    func test_a_reload_tells_a_slice_of_the_connections_in_each_turn() async throws {
        let authority = try TestAuthority("Root")
        for count in [40, 400] {
            let (loop, events) = (NIOAsyncTestingEventLoop(), Events())
            try await TestListener.withListener(trusting: authority) { started in
                let listener = started.listener
                let channels = try await open(count, on: loop, in: listener.registry, events)
                try listener.reload(listener.configuration)
                await loop.run()
                let spread = TimeAmount(listener.configuration.limits.reloadSpread)
                let turns = count / LoopSlices.size
                for turn in 1...turns {
                    XCTAssertEqual(events.count(of: PolicyReplacedEvent.self), turn * LoopSlices.size)
                    // The second reload tells those again that have been told, after all others.
                    if turn == 2 { try listener.reload(listener.configuration) }
                    await loop.advanceTime(by: .nanoseconds(spread.nanoseconds / Int64(turns)))
                }
                await loop.advanceTime(by: spread)
                XCTAssertEqual(events.count(of: PolicyReplacedEvent.self), count + 2 * LoopSlices.size)
                for channel in channels { try await channel.close() }
            }
            await loop.shutdownGracefully()
        }
    }

    func test_connections_that_close_meanwhile_are_not_kept() async throws {
        let authority = try TestAuthority("Root")
        let (loop, events) = (NIOAsyncTestingEventLoop(), Events())
        try await TestListener.withListener(trusting: authority) { started in
            let listener = started.listener
            for channel in try await open(40, on: loop, in: listener.registry, events) {
                if events.count(of: PolicyReplacedEvent.self) == 0 {
                    try listener.reload(listener.configuration)
                    await loop.run()
                }
                try await channel.close()
            }
            await loop.run()
            XCTAssertEqual(listener.registry.count, 0)
            await loop.advanceTime(by: .seconds(60))
            XCTAssertEqual(events.count(of: PolicyReplacedEvent.self), LoopSlices.size)
        }
        await loop.shutdownGracefully()
    }

    func test_a_shutdown_tells_and_closes_a_slice_of_the_connections_in_each_turn() async throws {
        let authority = try TestAuthority("Root")
        for count in [40, 400] {
            let (loop, events) = (NIOAsyncTestingEventLoop(), Events())
            try await TestListener.withListener(
                trusting: authority,
                customize: { $0.limits.shutdownTimeout = .milliseconds(300) }
            ) { started in
                let listener = started.listener
                _ = try await open(count, on: loop, in: listener.registry, events)
                try listener.reload(listener.configuration)
                async let shutdown: Void = {
                    await listener.shutdown()
                    events.note(Ended())
                }()
                // The events are counted while a turn may be in progress on another thread.
                let most = 2 * LoopSlices.size
                var (told, closed) = (0, 0)
                while events.count(of: Ended.self) == 0 {
                    await loop.run()
                    let (nowTold, nowClosed) = (
                        events.count(of: ChannelShouldQuiesceEvent.self), events.count(of: ForcedCloseEvent.self)
                    )
                    XCTAssertLessThanOrEqual(nowTold - told, most)
                    XCTAssertLessThanOrEqual(nowClosed - closed, most)
                    (told, closed) = (nowTold, nowClosed)
                    await loop.advanceTime(by: .milliseconds(1))
                    (told, closed) = (
                        events.count(of: ChannelShouldQuiesceEvent.self), events.count(of: ForcedCloseEvent.self)
                    )
                    XCTAssertLessThanOrEqual(told - nowTold, most)
                    XCTAssertLessThanOrEqual(closed - nowClosed, most)
                }
                await shutdown
                XCTAssertEqual(events.count(of: ForcedCloseEvent.self), count)
                XCTAssertEqual(events.count(of: ChannelShouldQuiesceEvent.self), count)
                XCTAssertEqual(listener.registry.count, 0)
            }
            await loop.advanceTime(by: .seconds(1))
            await loop.shutdownGracefully()
        }
    }
}
