// SPDX-License-Identifier: Apache-2.0
// The work of a revocation depends on the open connections of the revoked client, not on all of them.

import CertAuth
import CertAuthTesting
import Synchronization
import XCTest

final class ConnectionGrowthTests: XCTestCase {
    /// Counts the notifications that a connection must be rechecked.
    private final class Doubts: Sendable {
        private let counter = Atomic(0)

        var count: Int { counter.load(ordering: .relaxed) }

        func note(_ change: VerdictChange) {
            if case .doubted = change { counter.add(1, ordering: .relaxed) }
        }
    }

    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func connection(
        _ authenticator: CertificateAuthenticator,
        _ client: TestIdentity,
        _ doubts: Doubts,
        isObservedFirst: Bool = true
    ) async -> ConnectionAuthentication {
        let facts = ConnectionFacts(isSecure: true)
        let connection = ConnectionAuthentication(authenticator: authenticator, chain: client.presented(), facts: facts)
        if isObservedFirst { connection.observe { doubts.note($0) } }
        assertAccepted(await connection.authenticate())
        if !isObservedFirst { connection.observe { doubts.note($0) } }
        return connection
    }

    func test_a_revocation_visits_the_connections_of_the_revoked_client() async throws {
        let alice = try stage.issuing.issue("alice")
        let bob = try stage.issuing.issue("bob")
        for isObservedFirst in [true, false] {
            var visits: [Int] = []
            for count in [30, 300] {
                let authenticator = try stage.authenticator(
                    options: stage.options(),
                    cache: LRUCertificateValidationCache()
                )
                let (own, others) = (Doubts(), Doubts())
                var open = [await connection(authenticator, alice, own, isObservedFirst: isObservedFirst)]
                for _ in 0..<count {
                    open.append(await connection(authenticator, bob, others, isObservedFirst: isObservedFirst))
                }
                let certificate = try alice.certificate
                visits.append(VisitCounter.count { authenticator.revoke(certificate) })
                XCTAssertEqual(own.count, 1)
                XCTAssertEqual(others.count, 0)
                // A CA certificate concerns everything below it.
                authenticator.invalidate(.certificate(try stage.issuing.certificate))
                XCTAssertEqual(others.count, count)
                open.removeAll()
                authenticator.invalidate()
                XCTAssertEqual(others.count, count, "the connections are closed")
            }
            #if DEBUG
            XCTAssertGreaterThan(visits[0], 0, "nothing is counted")
            #endif
            XCTAssertEqual(visits[0], visits[1])
        }
    }
}
