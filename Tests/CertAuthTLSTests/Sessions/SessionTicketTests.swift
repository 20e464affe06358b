// SPDX-License-Identifier: Apache-2.0
// Which sessions are resumed, and that no identity is carried from one policy to another.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import XCTest

final class SessionTicketTests: XCTestCase {
    func test_a_client_that_was_accepted_resumes_and_is_validated_again() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let tickets = try SessionTickets(clock: world.clock.verificationClock)
        let first = try await world.connect(judge, tickets, identity: world.alice)
        XCTAssertFalse(first.isResumed)
        XCTAssertEqual(first.subject, "CN=alice")
        let second = try await world.connect(judge, tickets, session: first.session)
        XCTAssertTrue(second.isResumed)
        XCTAssertEqual(second.subject, "CN=alice")
        let third = try await world.connect(judge, tickets, session: second.session)
        XCTAssertTrue(third.isResumed)
    }

    func test_with_sessions_off_nothing_is_resumed() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        for version in TLSVersion.allCases {
            let first = try await world.connect(judge, nil, version: version, identity: world.alice)
            XCTAssertEqual(first.subject, "CN=alice")
            let second = try await world.connect(
                judge,
                nil,
                version: version,
                identity: world.alice,
                session: first.session
            )
            XCTAssertFalse(second.isResumed)
            XCTAssertEqual(second.subject, "CN=alice")
        }
    }

    func test_clients_that_were_not_accepted_get_no_ticket() async throws {
        let world = try SessionWorld()
        let tickets = try SessionTickets(clock: world.clock.verificationClock)
        let anonymous = try await world.connect(try world.authenticator(), tickets, mode: .allow)
        XCTAssertEqual(anonymous.errors, [])
        XCTAssertNil(anonymous.session)
        let refusing = try world.authenticator(events: .init(onCertificateValidated: { _ in .fail(reason: "no") }))
        let refused = try await world.connect(refusing, tickets, identity: world.alice)
        XCTAssertNil(refused.subject)
        XCTAssertNil(refused.session)
        let accepted = try await world.connect(try world.authenticator(), tickets, mode: .allow, identity: world.alice)
        XCTAssertNotNil(accepted.session)
    }

    func test_mode_delayed_and_mode_none_issue_no_tickets() async throws {
        let world = try SessionWorld()
        let tickets = try SessionTickets(clock: world.clock.verificationClock)
        for mode in [ClientCertificateMode.none, .delayed] {
            let met = try await world.connect(try world.authenticator(), tickets, mode: mode, identity: world.alice)
            XCTAssertEqual(met.errors, [], "\(mode)")
            XCTAssertNil(met.session, "\(mode)")
        }
        let allowed = try await world.connect(try world.authenticator(), tickets, mode: .allow, identity: world.alice)
        XCTAssertNotNil(allowed.session)
    }

    /// CVE-2025-23419 and similar: if two policies differ in anything, neither resumes a session of the other.
    func test_no_identity_crosses_from_one_policy_into_another() async throws {
        let world = try SessionWorld()
        let tickets = try SessionTickets(
            sharedSecret: [UInt8](repeating: 7, count: 32),
            clock: world.clock.verificationClock
        )
        let stranger = try TestAuthority("Stranger", clock: world.clock.verificationClock)
        let foreign = try TrustStore(certificates: [stranger.anchor])
        let judge = try world.authenticator()
        let kept = try await world.connect(judge, tickets, identity: world.alice).session
        let session = try XCTUnwrap(kept)
        let sameElsewhere = try await world.connect(try world.authenticator(), tickets, session: session)
        XCTAssertTrue(sameElsewhere.isResumed, "another process with the same policy and secret")
        let others: [(String, CertificateAuthenticator, (inout TLSServerConfiguration) -> Void)] = [
            ("other anchors", try world.authenticator { $0.trust = .custom(foreign) }, { _ in }),
            ("other options", try world.authenticator { $0.limits.intermediates += 1 }, { _ in }),
            ("other mode", judge, { $0.mode = .allow }),
            ("other version", judge, { $0.minimumVersion = .tls13 }),
            ("other name", judge, { $0.namedPolicies = [ServerNamePolicy("localhost")] }),
            ("tickets off", judge, { $0.sessionTickets = nil }),
            ("mode none", judge, { $0.mode = ClientCertificateMode.none }),
        ]
        for (difference, authenticator, change) in others {
            let connected = try await world.connect(authenticator, tickets, session: session, customize: change)
            XCTAssertFalse(connected.isResumed, difference)
            XCTAssertNil(connected.subject, difference)
        }
        let otherKeys = try SessionTickets(
            sharedSecret: [UInt8](repeating: 8, count: 32),
            clock: world.clock.verificationClock
        )
        let unopened = try await world.connect(judge, otherKeys, session: session)
        XCTAssertFalse(unopened.isResumed)
        XCTAssertNil(unopened.subject)
    }

    func test_a_named_policy_resumes_its_own_sessions() async throws {
        let world = try SessionWorld()
        let tickets = try SessionTickets(clock: world.clock.verificationClock)
        let judge = try world.authenticator()
        let named: (inout TLSServerConfiguration) -> Void = { $0.namedPolicies = [ServerNamePolicy("localhost")] }
        let first = try await world.connect(judge, tickets, identity: world.alice, customize: named)
        XCTAssertEqual(first.subject, "CN=alice")
        let second = try await world.connect(judge, tickets, session: first.session, customize: named)
        XCTAssertTrue(second.isResumed)
        XCTAssertEqual(second.subject, "CN=alice")
    }

    func test_an_expired_certificate_is_not_resumed() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let tickets = try SessionTickets(clock: world.clock.verificationClock)
        let short = try world.authority.issue("short") { $0.notAfter = .automatic(world.clock.now.adding(seconds: 60)) }
        let first = try await world.connect(judge, tickets, identity: short)
        XCTAssertEqual(first.subject, "CN=short")
        let before = try await world.connect(judge, tickets, session: first.session)
        XCTAssertTrue(before.isResumed)
        world.clock.advance(by: .seconds(61))
        let after = try await world.connect(judge, tickets, session: first.session)
        XCTAssertFalse(after.isResumed)
        XCTAssertNil(after.subject)
    }

    func test_a_revoked_certificate_is_not_resumed() async throws {
        let world = try SessionWorld()
        let tickets = try SessionTickets(clock: world.clock.verificationClock)
        let bob = try world.authority.issue("bob")
        let judge = try world.authenticator {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
        }
        judge.revocationEvidence = RevocationEvidence(
            revocationLists: [try CertificateRevocationList(derEncoded: world.authority.revocationList().derEncoded)]
        )
        let first = try await world.connect(judge, tickets, identity: bob)
        XCTAssertEqual(first.subject, "CN=bob")
        let before = try await world.connect(judge, tickets, session: first.session)
        XCTAssertTrue(before.isResumed)
        let newer = try world.authority.revocationList(revoked: [bob], number: 2)
        judge.revocationEvidence = RevocationEvidence(
            revocationLists: [try CertificateRevocationList(derEncoded: newer.derEncoded)]
        )
        let after = try await world.connect(judge, tickets, session: first.session)
        XCTAssertFalse(after.isResumed)
        XCTAssertNil(after.subject)
    }

    func test_a_session_ends_a_lifetime_after_its_full_handshake_however_often_it_is_resumed() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let tickets = try SessionTickets(lifetime: .seconds(600), clock: world.clock.verificationClock)
        var connected = try await world.connect(judge, tickets, identity: world.alice)
        for _ in 0..<5 {
            world.clock.advance(by: .seconds(110))
            connected = try await world.connect(judge, tickets, session: connected.session)
            XCTAssertTrue(connected.isResumed)
        }
        world.clock.advance(by: .seconds(50))
        let over = try await world.connect(judge, tickets, session: connected.session)
        XCTAssertFalse(over.isResumed, "600 s after the full handshake")
    }

    func test_hooks_run_on_resumed_connections_and_can_refuse() async throws {
        let world = try SessionWorld()
        let tickets = try SessionTickets(clock: world.clock.verificationClock)
        let refusesResumed = try world.authenticator(
            events: .init(onCertificateValidated: { context in
                context.facts.isResumed ? .fail(reason: "resumed") : .success(context.principal)
            })
        )
        let first = try await world.connect(refusesResumed, tickets, identity: world.alice)
        XCTAssertEqual(first.subject, "CN=alice")
        let second = try await world.connect(refusesResumed, tickets, session: first.session)
        XCTAssertNil(second.subject)
    }

    func test_shared_tickets_with_hooks_need_a_policy_identifier() throws {
        let world = try SessionWorld()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { .success($0.principal) })
        for (identifier, isRefused) in [(nil, true), ("shop 1", false)] {
            var configuration = TLSServerConfiguration(
                identity: world.server.identity,
                authenticator: try world.authenticator({ $0.policyIdentifier = identifier }, events: events)
            )
            configuration.sessionTickets = try SessionTickets(sharedSecret: [UInt8](repeating: 7, count: 32))
            if isRefused {
                XCTAssertThrowsError(try TLSServerContext(configuration: configuration)) { error in
                    XCTAssertEqual(error as? TLSConfigurationError, .policyIdentifierMissing)
                }
            } else {
                XCTAssertNoThrow(try TLSServerContext(configuration: configuration))
            }
        }
        XCTAssertThrowsError(try SessionTickets(sharedSecret: [1, 2, 3])) { error in
            XCTAssertEqual(error as? TLSConfigurationError, .ticketSecretTooShort(found: 3))
        }
    }
}
