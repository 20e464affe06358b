// SPDX-License-Identifier: Apache-2.0
// A change that concerns every open connection starts a bounded number of validations in one turn of the event loop.

import CertAuth
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

@testable import CertAuthTLS

final class VerdictWatchGrowthTests: XCTestCase {
    private final class Client: WatchedClient {
        private let observer = Mutex<(@Sendable (VerdictChange) -> Void)?>(nil)
        private let validated: Atomic<Int>
        let acceptedUntil: Timestamp? = nil
        let verdictClock: VerificationClock? = nil

        init() { validated = Atomic(0) }

        var count: Int { validated.load(ordering: .relaxed) }

        func observe(_ observer: @escaping @Sendable (VerdictChange) -> Void) {
            self.observer.withLock { $0 = observer }
        }
        func endObservation() { observer.withLock { $0 = nil } }
        func doubt() { observer.withLock { $0 }?(.doubted(isUrgent: false)) }
        func revalidate() async -> AuthenticationResult? {
            validated.add(1, ordering: .relaxed)
            return nil
        }
    }

    private func assertValidated(_ count: Int, of clients: [Client], line: UInt = #line) async {
        let end = ContinuousClock.now + .seconds(10)
        func validated() -> Int { clients.reduce(0) { $0 + $1.count } }
        while validated() < count, ContinuousClock.now < end { await Task.yield() }
        for _ in 0..<20 { await Task.yield() }
        XCTAssertEqual(validated(), count, line: line)
    }

    func test_a_change_validates_a_slice_of_the_connections_in_each_turn() async throws {
        for count in [16, 160] {
            let loop = NIOAsyncTestingEventLoop()
            let pause = TimeAmount.milliseconds(4)
            let work = SlicedWork(pause: pause)
            let clients = (0..<count).map { _ in Client() }
            let watches = try await loop.executeInContext {
                let watches = clients.map { client in
                    VerdictWatch(
                        of: client,
                        on: loop,
                        validations: work.slices(of: loop),
                        validationTimeout: .seconds(60)
                    ) { _ in XCTFail("refused") }
                }
                for watch in watches { watch.begin() }
                return NIOLoopBound(watches, eventLoop: loop)
            }
            for client in clients { client.doubt() }
            await loop.run()
            for turn in 1...count / LoopSlices.size {
                await assertValidated(turn * LoopSlices.size, of: clients)
                await loop.advanceTime(by: pause)
            }
            try await loop.executeInContext {
                for client in clients { client.doubt() }
                for watch in watches.value { watch.end() }
            }
            await loop.advanceTime(by: .seconds(1))
            await assertValidated(count, of: clients)
            await loop.shutdownGracefully()
        }
    }
}
