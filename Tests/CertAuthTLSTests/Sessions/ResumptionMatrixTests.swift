// SPDX-License-Identifier: Apache-2.0
// Each kind of session with each change of policy: a session of one policy is not resumed under another.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Synchronization
import XCTest

final class ResumptionMatrixTests: XCTestCase {
    private static let noCertificate = FailureCode.noCertificate

    /// The client has only its session: it is accepted by resumption or not at all.
    private func assertIsRefused(_ connected: ObservedConnection, _ text: String, line: UInt = #line) {
        XCTAssertFalse(connected.isResumed, text, line: line)
        XCTAssertNil(connected.subject, text, line: line)
        guard case .certificateRefused(let code, _, _)? = connected.errors.first else {
            return XCTFail("\(text): \(connected.errors)", line: line)
        }
        XCTAssertEqual(code, Self.noCertificate, text, line: line)
    }

    func test_every_kind_of_session_is_resumed_under_its_own_policy() async throws {
        let world = try SessionWorld()
        for kind in SessionKind.allCases {
            let judge = try world.authenticator()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let first = try await world.connect(kind, judge, tickets, cache, identity: world.alice)
            XCTAssertFalse(first.isResumed, kind.rawValue)
            XCTAssertEqual(first.subject, "CN=alice", kind.rawValue)
            let second = try await world.connect(kind, judge, tickets, cache, session: first.session)
            XCTAssertTrue(second.isResumed, kind.rawValue)
            XCTAssertEqual(second.subject, "CN=alice", kind.rawValue)
            XCTAssertEqual(cache.count, kind == .identifier12 ? 1 : 0, kind.rawValue)
        }
    }

    /// CVE-2025-23419 and similar vulnerabilities.
    func test_no_identity_of_policy_A_appears_under_policy_B() async throws {
        let world = try SessionWorld()
        let stranger = try TestAuthority("Stranger", clock: world.clock.verificationClock)
        let foreign = try TrustStore(certificates: [stranger.anchor])
        for kind in SessionKind.allCases {
            let judge = try world.authenticator()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let kept = try await world.connect(kind, judge, tickets, cache, identity: world.alice).session
            let session = try XCTUnwrap(kept, kind.rawValue)
            let others: [(String, CertificateAuthenticator, (inout TLSServerConfiguration) -> Void)] = [
                ("other anchors", try world.authenticator { $0.trust = .custom(foreign) }, { _ in }),
                ("other options", try world.authenticator { $0.limits.intermediates += 1 }, { _ in }),
                ("other name", judge, { $0.namedPolicies = [ServerNamePolicy("localhost")] }),
                ("sessions off", judge, { ($0.sessionTickets, $0.sessionCache) = (nil, nil) }),
            ]
            for (difference, authenticator, change) in others {
                let connected = try await world.connect(
                    kind,
                    authenticator,
                    tickets,
                    cache,
                    session: session,
                    customize: change
                )
                assertIsRefused(connected, "\(kind.rawValue), \(difference)")
            }
            for mode in [ClientCertificateMode.allow, .none] {
                let connected = try await world.connect(kind, judge, tickets, cache, mode: mode, session: session)
                XCTAssertFalse(connected.isResumed, "\(kind.rawValue), mode \(mode)")
                XCTAssertNil(connected.subject, "\(kind.rawValue), mode \(mode)")
            }
            let own = try await world.connect(kind, judge, tickets, cache, session: session)
            XCTAssertTrue(own.isResumed, "\(kind.rawValue): all of that has not used it up")
        }
    }

    /// Policy A does not resume a session of policy B either: the table covers both directions.
    func test_anonymous_clients_get_no_session_and_policy_A_resumes_none_of_policy_B() async throws {
        let world = try SessionWorld()
        for kind in SessionKind.allCases {
            let judge = try world.authenticator()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let anonymous = try await world.connect(kind, judge, tickets, cache, mode: .allow)
            let tried = try await world.connect(kind, judge, tickets, cache, mode: .allow, session: anonymous.session)
            XCTAssertFalse(tried.isResumed, kind.rawValue)
            let allowed = try await world.connect(kind, judge, tickets, cache, mode: .allow, identity: world.alice)
            XCTAssertEqual(allowed.subject, "CN=alice")
            let crossed = try await world.connect(kind, judge, tickets, cache, session: allowed.session)
            assertIsRefused(crossed, kind.rawValue)
        }
    }

    func test_another_process_accepts_tickets_with_the_shared_secret_but_no_session_ids() async throws {
        let world = try SessionWorld()
        for kind in SessionKind.allCases {
            let here = try world.authenticator()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let first = try await world.connect(kind, here, tickets, cache, identity: world.alice)
            // Another authenticator, other keys and another cache: the two processes share only the secret.
            let there = try world.authenticator()
            let connected = try await world.connect(
                kind,
                there,
                try world.sharedTickets(),
                try world.cache(),
                session: first.session
            )
            XCTAssertEqual(connected.isResumed, kind != .identifier12, kind.rawValue)
            XCTAssertEqual(connected.subject, kind == .identifier12 ? nil : "CN=alice", kind.rawValue)
            let otherSecret = try await world.connect(
                kind,
                there,
                try world.sharedTickets(secret: 8),
                try world.cache(),
                session: first.session
            )
            assertIsRefused(otherSecret, kind.rawValue)
        }
    }

    func test_an_expired_certificate_is_resumed_by_no_kind_of_session() async throws {
        for kind in SessionKind.allCases {
            let world = try SessionWorld()
            let judge = try world.authenticator()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let end = world.clock.now.adding(seconds: 60)
            let short = try world.authority.issue("short") { $0.notAfter = .automatic(end) }
            let first = try await world.connect(kind, judge, tickets, cache, identity: short)
            XCTAssertEqual(first.subject, "CN=short", kind.rawValue)
            let before = try await world.connect(kind, judge, tickets, cache, session: first.session)
            XCTAssertTrue(before.isResumed, kind.rawValue)
            world.clock.advance(by: .seconds(61))
            let after = try await world.connect(kind, judge, tickets, cache, session: first.session)
            assertIsRefused(after, kind.rawValue)
        }
    }

    func test_a_revoked_certificate_is_resumed_by_no_kind_of_session() async throws {
        for kind in SessionKind.allCases {
            let world = try SessionWorld()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let bob = try world.authority.issue("bob")
            let judge = try world.authenticator {
                $0.revocationMode = .offline
                $0.revocationFlag = .endCertificateOnly
            }
            judge.revocationEvidence = RevocationEvidence(
                revocationLists: [
                    try CertificateRevocationList(derEncoded: world.authority.revocationList().derEncoded)
                ]
            )
            let first = try await world.connect(kind, judge, tickets, cache, identity: bob)
            XCTAssertEqual(first.subject, "CN=bob", kind.rawValue)
            let before = try await world.connect(kind, judge, tickets, cache, session: first.session)
            XCTAssertTrue(before.isResumed, kind.rawValue)
            let newer = try world.authority.revocationList(revoked: [bob], number: 2)
            judge.revocationEvidence = RevocationEvidence(
                revocationLists: [try CertificateRevocationList(derEncoded: newer.derEncoded)]
            )
            let after = try await world.connect(kind, judge, tickets, cache, session: first.session)
            assertIsRefused(after, kind.rawValue)
        }
    }

    func test_a_certificate_revoked_by_hand_resumes_no_kind_of_session_until_reinstated() async throws {
        for kind in SessionKind.allCases {
            let world = try SessionWorld()
            let judge = try world.authenticator()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let first = try await world.connect(kind, judge, tickets, cache, identity: world.alice)
            judge.revoke(try world.alice.certificate)
            let after = try await world.connect(kind, judge, tickets, cache, session: first.session)
            assertIsRefused(after, kind.rawValue)
            judge.reinstate(try world.alice.certificate)
            let again = try await world.connect(kind, judge, tickets, cache, session: first.session)
            XCTAssertTrue(again.isResumed, kind.rawValue)
        }
    }

    func test_reloaded_trust_ends_sessions_of_every_kind() async throws {
        for kind in SessionKind.allCases {
            let world = try SessionWorld()
            let (tickets, cache) = (try world.sharedTickets(), try world.cache())
            let other = try TestAuthority("Other Root", clock: world.clock.verificationClock)
            let (kept, added) = (try world.authority.anchor, try other.anchor)
            let anchors = Mutex([kept, added])
            let source = try TrustSource { () throws(TrustStoreError) in
                try TrustStore(certificates: anchors.withLock { $0 })
            }
            let judge = try world.authenticator { $0.trust = .reloadable(source) }
            let first = try await world.connect(kind, judge, tickets, cache, identity: world.alice)
            XCTAssertEqual(first.subject, "CN=alice", kind.rawValue)
            source.reload()
            let same = try await world.connect(kind, judge, tickets, cache, session: first.session)
            XCTAssertTrue(same.isResumed, "\(kind.rawValue): reloaded, nothing new")
            anchors.withLock { $0 = [added] }
            source.reload()
            let after = try await world.connect(kind, judge, tickets, cache, session: first.session)
            assertIsRefused(after, kind.rawValue)
        }
    }

    func test_every_kind_of_session_ends_a_lifetime_after_its_full_handshake() async throws {
        for kind in SessionKind.allCases {
            let world = try SessionWorld()
            let judge = try world.authenticator()
            let tickets = try world.sharedTickets(lifetimeSeconds: 600)
            let cache = try world.cache(lifetimeSeconds: 600)
            let first = try await world.connect(kind, judge, tickets, cache, identity: world.alice)
            world.clock.advance(by: .seconds(599))
            let within = try await world.connect(kind, judge, tickets, cache, session: first.session)
            XCTAssertTrue(within.isResumed, kind.rawValue)
            world.clock.advance(by: .seconds(1))
            let over = try await world.connect(kind, judge, tickets, cache, session: first.session)
            assertIsRefused(over, kind.rawValue)
        }
    }
}
