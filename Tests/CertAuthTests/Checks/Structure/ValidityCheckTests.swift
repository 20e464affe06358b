// SPDX-License-Identifier: Apache-2.0
// Validity to the millisecond, on each certificate of the path, and what disabling the check waives.

import CertAuth
import CertAuthTesting
import XCTest

final class ValidityCheckTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func presented(_ identity: TestIdentity) throws -> PresentedChain { try XCTUnwrap(identity.presented()) }

    func test_all_of_the_last_second_is_included_and_in_the_next_one_the_leaf_is_expired() throws {
        let end = stage.clock.now.adding(seconds: 100)
        let identity = try stage.issuing.issue("alice") { $0.notAfter = .automatic(end) }
        let authenticator = try stage.authenticator()
        stage.clock.set(to: end)
        let path = assertAccepted(authenticator.validate(try presented(identity)))
        let last = Timestamp(millisecondsSince1970: end.millisecondsSince1970 + 999)
        XCTAssertEqual(path?.validUntil, last)
        stage.clock.set(to: last)
        XCTAssertEqual(assertAccepted(authenticator.validate(try presented(identity)))?.validUntil, last)
        stage.clock.set(to: end.adding(seconds: 1))
        let refusal = assertRefused(authenticator.validate(try presented(identity)), .expired, at: 0)
        XCTAssertEqual(refusal?.message, "CN=alice: expired at 2030-06-15T12:01:40Z, now 2030-06-15T12:01:41Z")
        XCTAssertEqual(refusal?.rule, "RFC 5280 §4.1.2.5")
    }

    func test_the_first_second_is_included_and_one_millisecond_earlier_the_leaf_is_not_valid_yet() throws {
        let start = stage.clock.now.adding(seconds: 100)
        let identity = try stage.issuing.issue("alice") { $0.notBefore = .automatic(start) }
        let authenticator = try stage.authenticator()
        stage.clock.set(to: Timestamp(millisecondsSince1970: start.millisecondsSince1970 - 1))
        let verdict = authenticator.validate(try presented(identity))
        assertRefused(verdict, .notYetValid, at: 0)
        XCTAssertEqual(verdict.validUntil, stage.clock.now)
        stage.clock.set(to: start)
        assertAccepted(authenticator.validate(try presented(identity)))
    }

    func test_an_intermediate_and_a_root_end_at_their_own_second_too() throws {
        let end = stage.clock.now.adding(seconds: 100)
        let root = try TestAuthority("Short Root", clock: stage.clock.verificationClock) {
            $0.notAfter = .automatic(end.adding(seconds: 50))
        }
        let issuing = try root.intermediate("Short Issuing") { $0.notAfter = .automatic(end) }
        let identity = try issuing.issue("alice")
        let authenticator = try stage.authenticator(options: stage.options(trusting: [root.certificate]))
        stage.clock.set(to: end)
        assertAccepted(authenticator.validate(try presented(identity)))
        stage.clock.advance(by: .seconds(1))
        assertRefused(authenticator.validate(try presented(identity)), .expired, at: 1)
        let direct = try root.issue("bob")
        stage.clock.advance(by: .seconds(49))
        assertAccepted(authenticator.validate(try presented(direct)))
        stage.clock.advance(by: .seconds(1))
        assertRefused(authenticator.validate(try presented(direct)), .expired, at: 1)
    }

    func test_switching_validity_off_waives_expired_and_not_yet_valid_at_every_index() throws {
        let now = stage.clock.now
        let past: (inout CertificateTemplate) -> Void = {
            $0.notBefore = .automatic(now.adding(seconds: -200))
            $0.notAfter = .automatic(now.adding(seconds: -100))
        }
        let future: (inout CertificateTemplate) -> Void = {
            $0.notBefore = .automatic(now.adding(seconds: 100))
            $0.notAfter = .automatic(now.adding(seconds: 200))
        }
        let lenient = try stage.authenticator { $0.validateValidityPeriod = false }
        let strict = try stage.authenticator()
        for (change, code) in [(past, FailureCode.expired), (future, .notYetValid)] {
            let leaf = try stage.issuing.issue("alice", .client, change)
            assertRefused(strict.validate(try presented(leaf)), code, at: 0)
            assertAccepted(lenient.validate(try presented(leaf)))
            let below = try stage.root.intermediate("Out of Date", change).issue("bob")
            assertRefused(strict.validate(try presented(below)), code, at: 1)
            let path = assertAccepted(lenient.validate(try presented(below)))
            XCTAssertNil(path?.validUntil)
        }
    }

    func test_switching_validity_off_waives_no_bad_signature() throws {
        let lenient = try stage.authenticator { $0.validateValidityPeriod = false }
        let forged = try stage.issuing.issue("alice", .expired) { $0.signatureDefect = .flippedBit }
        assertRefused(lenient.validate(try presented(forged)), .badSignature, at: 0)
        assertAccepted(lenient.validate(try presented(stage.issuing.issue("alice", .expired))))
    }

    func test_switching_validity_off_waives_no_stale_crl() throws {
        let stale = try stage.issuing.revocationList {
            $0.nextUpdate = .automatic(self.stage.clock.now.adding(seconds: -1))
        }
        let options = try stage.options {
            $0.validateValidityPeriod = false
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
        }
        let identity = try stage.issuing.issue("alice", .expired)
        let withStale = try stage.authenticator(options: options, evidence: stage.evidence([stale]))
        assertRefused(withStale.validate(try presented(identity)), .revocationUnknown, at: 0)
        let fresh = try stage.evidence([stage.issuing.revocationList()])
        assertAccepted(try stage.authenticator(options: options, evidence: fresh).validate(presented(identity)))
    }
}
