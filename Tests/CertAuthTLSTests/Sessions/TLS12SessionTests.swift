// SPDX-License-Identifier: Apache-2.0
// TLS 1.2 issues tickets and session ids within the handshake: which clients receive none, and when.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import NIOCore
import XCTest

final class TLS12SessionTests: XCTestCase {
    private let kinds = [SessionKind.identifier12, .ticket12]

    func test_nothing_is_kept_without_tickets_and_cache() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        for kind in SessionKind.allCases {
            let first = try await world.connect(kind, judge, nil, nil, identity: world.alice)
            XCTAssertEqual(first.subject, "CN=alice", kind.rawValue)
            XCTAssertNil(first.session, "\(kind.rawValue): neither a ticket nor an id")
        }
    }

    /// A hook runs after Finished: too late for a ticket, in time for a session stored by id.
    func test_with_a_hook_TLS12_issues_no_tickets_and_stores_sessions_only_of_accepted_clients() async throws {
        let world = try SessionWorld()
        let (tickets, cache) = (try world.sharedTickets(), try world.cache())
        let accepts = try world.authenticator(
            { $0.policyIdentifier = "hooks" },
            events: .init(onCertificateValidated: { .success($0.principal) })
        )
        let ticket = try await world.connect(.ticket12, accepts, tickets, nil, identity: world.alice)
        XCTAssertEqual(ticket.subject, "CN=alice")
        XCTAssertNil(ticket.session)
        let kept = try await world.connect(.identifier12, accepts, tickets, cache, identity: world.alice)
        let resumed = try await world.connect(.identifier12, accepts, tickets, cache, session: kept.session)
        XCTAssertTrue(resumed.isResumed)
        XCTAssertEqual(cache.count, 1)
        let refuses = try world.authenticator(
            { $0.policyIdentifier = "hooks" },
            events: .init(onCertificateValidated: { _ in .fail(reason: "no") })
        )
        let emptyCache = try world.cache()
        let refused = try await world.connect(.identifier12, refuses, tickets, emptyCache, identity: world.alice)
        XCTAssertNil(refused.subject)
        XCTAssertEqual(emptyCache.count, 0)
        let turnedAway = try await world.connect(.identifier12, refuses, tickets, cache, session: kept.session)
        XCTAssertNil(turnedAway.subject, "a hook that changed its mind refuses the resumed session")
        XCTAssertEqual(cache.count, 0, "and it is forgotten")
    }

    func test_a_session_also_ends_by_a_clock_that_cannot_be_set() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let steady = SteadyTestClock()
        let cache = try SessionCache(
            lifetime: .seconds(60),
            clock: world.clock.verificationClock,
            steadyNow: { steady.now }
        )
        let first = try await world.connect(.identifier12, judge, nil, cache, identity: world.alice)
        // The wall clock does not advance, as if it were set back repeatedly.
        steady.advance(bySeconds: 60)
        let second = try await world.connect(.identifier12, judge, nil, cache, session: first.session)
        XCTAssertTrue(second.isResumed)
        steady.advance(bySeconds: 1)
        let third = try await world.connect(
            .identifier12,
            judge,
            nil,
            cache,
            identity: world.alice,
            session: first.session
        )
        XCTAssertFalse(third.isResumed)
        XCTAssertEqual(third.subject, "CN=alice")
    }

    func test_with_validation_at_the_request_TLS12_never_resumes() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        var contradiction = TLSServerConfiguration(identity: world.server.identity, authenticator: judge)
        contradiction.validation = .request
        contradiction.sessionCache = try world.cache()
        XCTAssertThrowsError(try TLSServerContext(configuration: contradiction, hasRequestGate: true)) { error in
            XCTAssertEqual(error as? TLSConfigurationError, .sessionCacheNeedsHandshake)
        }
        for kind in kinds {
            let tickets = try world.sharedTickets()
            let peer = try await TestingPeer(
                authenticator: judge,
                mode: .require,
                validation: .request,
                identity: world.alice,
                version: .tls12,
                takesTickets: kind.takesTickets,
                server: world.server
            ) { $0.sessionTickets = tickets }
            try await peer.shakeHands()
            let connection = try await peer.channel.clientCertificateConnection().get()
            guard case .success? = await connection?.authentication?.authenticate() else {
                return XCTFail("not accepted")
            }
            connection?.clientWasAuthenticated()
            try await peer.exchangeBytes()
            _ = peer.clientReceives()
            XCTAssertNil(peer.client.resumableSession, kind.rawValue)
        }
    }

    func test_modes_none_and_delayed_keep_nothing_on_TLS12() async throws {
        let world = try SessionWorld()
        for kind in kinds {
            for mode in [ClientCertificateMode.none, .delayed] {
                let (tickets, cache) = (try world.sharedTickets(), try world.cache())
                let judge = try world.authenticator()
                let connected = try await world.connect(kind, judge, tickets, cache, mode: mode, identity: world.alice)
                XCTAssertNil(connected.session, "\(kind.rawValue), \(mode)")
                XCTAssertEqual(cache.count, 0, "\(kind.rawValue), \(mode)")
            }
        }
    }

    func test_a_chain_that_is_too_long_for_a_ticket_is_not_kept_either() async throws {
        let world = try SessionWorld()
        let large = try world.authority.issue("large") { template in
            template.extensions.replace(.subjectAlternativeNames((0..<500).map { .dns("host\($0).example.test") }))
        }
        XCTAssertGreaterThan(large.certificateDER.count, 8 * 1024)
        for kind in SessionKind.allCases {
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let connected = try await world.connect(kind, try world.authenticator(), tickets, cache, identity: large)
            XCTAssertEqual(connected.subject, "CN=large", kind.rawValue)
            let again = try await world.connect(
                kind,
                try world.authenticator(),
                tickets,
                cache,
                session: connected.session
            )
            XCTAssertFalse(again.isResumed, kind.rawValue)
            XCTAssertEqual(cache.count, 0, kind.rawValue)
        }
    }

    func test_the_cache_holds_no_more_than_its_capacity() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let cache = try SessionCache(capacity: 2, clock: world.clock.verificationClock)
        var sessions: [TLSSession?] = []
        for _ in 0..<3 {
            sessions.append(try await world.connect(.identifier12, judge, nil, cache, identity: world.alice).session)
        }
        XCTAssertEqual(cache.count, 2)
        let dropped = try await world.connect(.identifier12, judge, nil, cache, session: sessions[0])
        XCTAssertFalse(dropped.isResumed)
        let held = try await world.connect(.identifier12, judge, nil, cache, session: sessions[2])
        XCTAssertTrue(held.isResumed)
        XCTAssertThrowsError(try SessionCache(capacity: 0)) { error in
            XCTAssertEqual(
                error as? TLSConfigurationError,
                .notPositive(setting: "sessionCache.capacity", found: 0)
            )
        }
        for (lifetime, found) in [(Duration.zero, 0), (.seconds(-1), -1), (.milliseconds(999), 0)] {
            XCTAssertThrowsError(try SessionCache(lifetime: lifetime)) { error in
                XCTAssertEqual(
                    error as? TLSConfigurationError,
                    .notPositive(setting: "sessionCache.lifetime in seconds", found: found)
                )
            }
        }
        XCTAssertEqual(try SessionCache(lifetime: .seconds(1)).lifetimeSeconds, 1)
    }

    /// Without it, two handshakes can share one master secret, and a session is not bound to the client's key.
    ///
    /// - Source: RFC 7627 section 1.
    func test_without_the_extended_master_secret_nothing_is_kept_or_resumed() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        for kind in kinds {
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let peer = try await TestingPeer(
                authenticator: judge,
                mode: .require,
                identity: world.alice,
                version: .tls12,
                takesTickets: kind.takesTickets,
                bindsMasterSecret: false,
                server: world.server
            ) {
                $0.sessionTickets = tickets
                $0.sessionCache = kind == .identifier12 ? cache : nil
            }
            try await peer.shakeHands()
            try await peer.waitUntil { peer.recorder.entries.contains(.connection(hasChain: true)) }
            // A client that accepts no tickets receives an id, but nothing is stored under it.
            XCTAssertEqual(peer.client.resumableSession == nil, kind == .ticket12, kind.rawValue)
            XCTAssertEqual(cache.count, 0, kind.rawValue)
        }
    }
}
