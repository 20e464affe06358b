// SPDX-License-Identifier: Apache-2.0
// The events an open connection receives about its verdict, and certificates revoked by hand.

import CertAuth
import CertAuthTesting
import Synchronization
import XCTest

final class OpenConnectionTests: XCTestCase {
    /// The events that a connection received, in order.
    private final class EventRecorder: Sendable {
        private let events = Mutex<[VerdictChange]>([])
        var changes: [VerdictChange] { events.withLock { $0 } }
        func record(_ change: VerdictChange) { events.withLock { $0.append(change) } }
    }

    private func connection(
        _ authenticator: CertificateAuthenticator,
        _ identity: TestIdentity?
    ) -> (ConnectionAuthentication, EventRecorder) {
        let chain = identity?.presented()
        let connection = ConnectionAuthentication(
            authenticator: authenticator,
            chain: chain,
            facts: .init(isSecure: true)
        )
        let recorder = EventRecorder()
        connection.observe { recorder.record($0) }
        return (connection, recorder)
    }

    private func unwrapped(_ result: AuthenticationResult?) throws -> AuthenticationResult { try XCTUnwrap(result) }

    func test_a_certificate_revoked_by_hand_is_refused_from_each_source() async throws {
        for reuse in HookReuse.allCases {
            let stage = try Stage()
            let cache = LRUCertificateValidationCache()
            let authenticator = try stage.authenticator(
                options: stage.options {
                    $0.hookReuse = reuse
                    $0.policyIdentifier = "open connections"
                },
                cache: cache
            )
            let (alice, bob) = (try stage.issuing.issue("alice"), try stage.issuing.issue("bob"))
            let (open, _) = connection(authenticator, alice)
            assertAccepted(await open.authenticate())
            authenticator.revoke(try alice.certificate)
            assertRefused(await open.authenticate(), .revoked, at: 0)
            assertRefused(
                await authenticator.authenticate(alice.presented(), facts: .init(isSecure: true)),
                .revoked,
                at: 0
            )
            let chain = try XCTUnwrap(alice.presented())
            guard case .refused(let failure, _) = authenticator.validate(chain) else {
                return XCTFail("accepted by a handshake")
            }
            XCTAssertEqual(failure.code, .revoked)
            assertAccepted(await authenticator.authenticate(bob.presented(), facts: .init(isSecure: true)))
            authenticator.reinstate(try alice.certificate)
            assertAccepted(await open.authenticate())
        }
    }

    func test_a_handshakes_refusal_of_a_certificate_revoked_by_hand_ends_when_it_is_reinstated() async throws {
        let stage = try Stage()
        for cache in [nil, LRUCertificateValidationCache()] {
            let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
            let alice = try stage.issuing.issue("alice")
            let chain = try XCTUnwrap(alice.presented())
            authenticator.revoke(try alice.certificate)
            let verdict = authenticator.verdictByHeldEvidence(on: chain)
            XCTAssertTrue(verdict.isFinal, "refused in the handshake")
            let open = ConnectionAuthentication(
                authenticator: authenticator,
                chain: chain,
                facts: .init(isSecure: true),
                verdict: verdict
            )
            assertRefused(await open.authenticate(), .revoked, at: 0)
            authenticator.reinstate(try alice.certificate)
            assertAccepted(await open.authenticate())
            authenticator.revoke(try alice.certificate)
            assertRefused(await open.authenticate(), .revoked, at: 0)
        }
    }

    func test_a_second_signature_does_not_help_a_certificate_that_was_revoked_by_hand() async throws {
        let stage = try Stage()
        let authenticator = try stage.authenticator()
        let alice = try stage.issuing.issue("alice")
        let twin = [try SignatureTwin.certificate(of: alice.certificateDER)] + alice.issuers
        XCTAssertNotEqual(twin, alice.chain)
        let chain = try XCTUnwrap(PresentedChain(derEncoded: twin, source: .tls))
        assertAccepted(await authenticator.authenticate(chain, facts: .init(isSecure: true)))
        let open = ConnectionAuthentication(authenticator: authenticator, chain: chain, facts: .init(isSecure: true))
        let recorder = EventRecorder()
        open.observe { recorder.record($0) }
        assertAccepted(await open.authenticate())
        authenticator.revoke(try alice.certificate)
        XCTAssertEqual(recorder.changes.last, .doubted(isUrgent: true))
        assertRefused(await open.authenticate(), .revoked, at: 0)
        assertRefused(await authenticator.authenticate(chain, facts: .init(isSecure: true)), .revoked, at: 0)
        authenticator.reinstate(try Certificate(derEncoded: twin[0]))
        assertAccepted(await authenticator.authenticate(alice.presented(), facts: .init(isSecure: true)))
    }

    func test_a_revocation_during_the_first_requests_validation_refuses_it() async throws {
        let stage = try Stage()
        let alice = try stage.issuing.issue("alice")
        let certificate = try alice.certificate
        let judge = Mutex<CertificateAuthenticator?>(nil)
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            judge.withLock { $0 }?.revoke(certificate)
            return .success(context.principal)
        })
        let authenticator = try stage.authenticator(options: stage.options(), events: events)
        judge.withLock { $0 = authenticator }
        let (connection, recorder) = connection(authenticator, alice)
        assertRefused(await connection.authenticate(), .revoked, at: 0)
        XCTAssertEqual(recorder.changes, [], "no client was accepted")
        judge.withLock { $0 = nil }
        assertRefused(await connection.authenticate(), .revoked, at: 0)
        authenticator.reinstate(certificate)
        assertAccepted(await connection.authenticate())
        XCTAssertEqual(recorder.changes, [.accepted(until: connection.acceptedUntil)])
    }

    func test_an_invalidation_before_the_first_observer_is_delivered() async throws {
        let stage = try Stage()
        let alice = try stage.issuing.issue("alice")
        let certificate = try alice.certificate
        for isRevoked in [true, false] {
            let refusals = Mutex(0)
            let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
                refusals.withLock { $0 } > 0 ? .fail(reason: "gone") : .success(context.principal)
            })
            var options = try stage.options()
            options.hookReuse = .connection
            options.policyIdentifier = "test"
            let authenticator = try stage.authenticator(options: options, events: events)
            let connection = ConnectionAuthentication(
                authenticator: authenticator,
                chain: alice.presented(),
                facts: ConnectionFacts(isSecure: true)
            )
            assertAccepted(await connection.authenticate())
            if isRevoked { authenticator.revoke(certificate) } else { authenticator.invalidate() }
            refusals.withLock { $0 += 1 }
            let recorder = EventRecorder()
            connection.observe { recorder.record($0) }
            XCTAssertEqual(recorder.changes, [.accepted(until: connection.acceptedUntil), .doubted(isUrgent: false)])
            let again = await connection.revalidate()
            assertRefused(try XCTUnwrap(again), isRevoked ? .revoked : .rejectedByHandler, at: 0)
        }
    }

    func test_an_invalidation_during_the_hook_calls_the_hook_again_and_is_then_settled() async throws {
        let stage = try Stage()
        let judge = Mutex<CertificateAuthenticator?>(nil)
        let calls = Mutex(0)
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.withLock { $0 += 1 }
            let said = judge.withLock { authenticator in
                defer { authenticator = nil }
                return authenticator
            }
            said?.invalidate()
            return .success(context.principal)
        })
        let authenticator = try stage.authenticator(options: stage.options(), events: events)
        let connection = ConnectionAuthentication(
            authenticator: authenticator,
            chain: try stage.issuing.issue("alice").presented(),
            facts: ConnectionFacts(isSecure: true)
        )
        judge.withLock { $0 = authenticator }
        assertAccepted(await connection.authenticate())
        XCTAssertEqual(calls.withLock { $0 }, 2)
        let recorder = EventRecorder()
        connection.observe { recorder.record($0) }
        XCTAssertEqual(recorder.changes, [.accepted(until: connection.acceptedUntil)])
        let again = await connection.revalidate()
        XCTAssertNil(again)
    }

    func test_an_invalidation_of_others_before_the_first_observer_is_not_delivered() async throws {
        let stage = try Stage()
        let authenticator = try stage.authenticator(options: stage.options())
        let alice = try stage.issuing.issue("alice")
        authenticator.revoke(try stage.issuing.issue("bob").certificate)
        let connection = ConnectionAuthentication(
            authenticator: authenticator,
            chain: alice.presented(),
            facts: ConnectionFacts(isSecure: true)
        )
        assertAccepted(await connection.authenticate())
        let recorder = EventRecorder()
        connection.observe { recorder.record($0) }
        XCTAssertEqual(recorder.changes, [.accepted(until: connection.acceptedUntil)])
    }

    func test_a_connection_without_an_observer_detects_revocations_and_invalidations() async throws {
        for isObservedBefore in [false, true] {
            let stage = try Stage()
            let authenticator = try stage.authenticator()
            let (alice, bob) = (try stage.issuing.issue("alice"), try stage.issuing.issue("bob"))
            let open = ConnectionAuthentication(
                authenticator: authenticator,
                chain: alice.presented(),
                facts: ConnectionFacts(isSecure: true)
            )
            if isObservedBefore {
                open.observe { _ in }
                open.endObservation()
            }
            assertAccepted(await open.authenticate())
            let unchanged = await open.revalidate()
            XCTAssertNil(unchanged)
            authenticator.revoke(try bob.certificate)
            let again = await open.revalidate()
            XCTAssertNil(again, "another client's revocation")
            authenticator.invalidate()
            assertAccepted(try unwrapped(await open.revalidate()))
            authenticator.revoke(try alice.certificate)
            for _ in 0..<2 { assertRefused(try unwrapped(await open.revalidate()), .revoked, at: 0) }
            authenticator.reinstate(try alice.certificate)
            assertAccepted(try unwrapped(await open.revalidate()))
        }
    }

    func test_a_valid_verdict_is_not_made_again() async throws {
        let stage = try Stage()
        let authenticator = try stage.authenticator(options: stage.options())
        let (connection, recorder) = connection(authenticator, try stage.issuing.issue("alice"))
        let unknown = await connection.revalidate()
        XCTAssertNil(unknown, "no client is accepted yet")
        for _ in 0..<3 { assertAccepted(await connection.authenticate()) }
        let held = await connection.revalidate()
        XCTAssertNil(held)
        XCTAssertEqual(recorder.changes, [.accepted(until: connection.acceptedUntil)], "one timer is enough")
        connection.invalidate()
        XCTAssertEqual(recorder.changes.count, 2)
        let fresh = await connection.revalidate()
        assertAccepted(try XCTUnwrap(fresh))
    }

    func test_an_ended_subscription_receives_nothing() async throws {
        let stage = try Stage()
        let authenticator = try stage.authenticator(options: stage.options())
        let (connection, recorder) = connection(authenticator, try stage.issuing.issue("alice"))
        assertAccepted(await connection.authenticate())
        connection.endObservation()
        authenticator.invalidate()
        XCTAssertEqual(recorder.changes.count, 1)
    }

    func test_subscriptions_end_with_their_owner() throws {
        let notice = ChangeNotice<Int>()
        let events = Mutex<[Int]>([])
        var subscription: ChangeNotice<Int>.Subscription? = notice.subscribe { change in
            events.withLock { $0.append(change) }
        }
        notice.post(1)
        XCTAssertEqual(notice.subscriberCount, 1)
        _ = subscription
        subscription = nil
        notice.post(2)
        XCTAssertEqual(events.withLock { $0 }, [1])
        XCTAssertEqual(notice.subscriberCount, 0)
    }
}
