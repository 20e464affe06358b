// SPDX-License-Identifier: Apache-2.0
// The work of a removal depends on the verdicts that it concerns, not on the size of the cache.

import CertAuth
import CertAuthTesting
import XCTest

final class CacheGrowthTests: XCTestCase {
    private var stage: Stage!
    private var other: TestAuthority!

    override func setUpWithError() throws {
        stage = try Stage()
        other = try stage.root.intermediate("Other Issuing")
    }

    /// A cache of acceptances and refusals of many clients, and of two clients of another issuer.
    private func cache(ofClients count: Int, _ alice: TestIdentity, _ stale: TestIdentity) throws
        -> LRUCertificateValidationCache
    {
        let cache = LRUCertificateValidationCache(capacity: 1_000)
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        for number in 0..<count {
            let client = try stage.issuing.issue("client \(number)", number % 10 == 0 ? .expired : .client)
            _ = authenticator.validate(try XCTUnwrap(client.presented()))
        }
        assertAccepted(authenticator.validate(try XCTUnwrap(alice.presented())))
        assertRefused(authenticator.validate(try XCTUnwrap(stale.presented())), .expired, at: 0)
        XCTAssertEqual(cache.count, count + 2)
        return cache
    }

    private func assertFlat(
        expecting expected: Int,
        _ remove: (LRUCertificateValidationCache, _ alice: Certificate) -> Int,
        line: UInt = #line
    ) throws {
        let alice = try other.issue("alice")
        let stale = try other.issue("stale", .expired)
        let visits = try [30, 300].map { count in
            let cache = try cache(ofClients: count, alice, stale)
            let certificate = try alice.certificate
            let visits = VisitCounter.count { XCTAssertEqual(remove(cache, certificate), expected, line: line) }
            XCTAssertEqual(cache.count, count + 2 - expected, line: line)
            return visits
        }
        #if DEBUG
        XCTAssertGreaterThan(visits[0], 0, "nothing is counted", line: line)
        #endif
        XCTAssertEqual(visits[0], visits[1], line: line)
    }

    func test_a_removal_by_certificate_visits_the_verdicts_on_it() throws {
        try assertFlat(expecting: 1) { $0.removeVerdicts(involving: $1) }
    }

    func test_a_removal_by_issuer_visits_the_verdicts_below_it() throws {
        try assertFlat(expecting: 2) { $0.removeVerdicts(issuedBy: $1.issuer) }
    }

    func test_a_removal_by_issuer_finds_characters_that_are_equivalent_to_ASCII() throws {
        // The Greek question mark and the Greek varia, beside the semicolon and the grave accent.
        for (character, ascii) in [("\u{37E}", ";"), ("\u{1FEF}", "`")] {
            for (own, other) in [(character, ascii), (ascii, character)] {
                let authority = try stage.root.intermediate("CA") {
                    $0.subject = NameTemplate(commonName: "CA\(own) one")
                }
                let cache = LRUCertificateValidationCache(capacity: 10)
                let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
                assertAccepted(authenticator.validate(try XCTUnwrap(authority.issue("alice").presented())))
                XCTAssertEqual(cache.count, 1)
                let spelled = try stage.root.issue("x") { $0.subject = NameTemplate(commonName: "CA\(other) one") }
                XCTAssertEqual(cache.removeVerdicts(issuedBy: try spelled.certificate.subject), 1)
                XCTAssertEqual(cache.count, 0)
            }
        }
    }

    func test_a_removal_by_a_CA_certificate_removes_everything_below_it() throws {
        let alice = try other.issue("alice")
        let cache = try cache(ofClients: 30, alice, other.issue("stale", .expired))
        XCTAssertEqual(cache.removeVerdicts(involving: try other.certificate), 2)
        XCTAssertEqual(cache.removeVerdicts(involving: try other.certificate), 0)
        XCTAssertEqual(cache.removeVerdicts(involving: try stage.root.certificate), 30)
        XCTAssertEqual(cache.count, 0)
        XCTAssertEqual(cache.estimatedBytes, 0)
    }

    /// A removal of many verdicts releases the lock between slices of them.
    func test_a_removal_of_many_verdicts_compares_each_once() throws {
        let alice = try other.issue("alice")
        let stale = try other.issue("stale", .expired)
        let visits = try [30, 300].map { count in
            let cache = try cache(ofClients: count, alice, stale)
            let issuing = try stage.issuing.certificate.subject
            let visits = VisitCounter.count { XCTAssertEqual(cache.removeVerdicts(issuedBy: issuing), count) }
            XCTAssertEqual(cache.count, 2)
            XCTAssertEqual(cache.removeVerdicts(issuedBy: issuing), 0)
            return visits
        }
        #if DEBUG
        XCTAssertEqual(visits[1], 10 * visits[0])
        #endif
    }

    func test_a_removal_of_everything_visits_no_verdict() throws {
        for count in [30, 300] {
            let cache = try cache(ofClients: count, other.issue("alice"), other.issue("stale", .expired))
            XCTAssertEqual(VisitCounter.count { cache.removeAll() }, 0)
            XCTAssertEqual(cache.count, 0)
            XCTAssertEqual(cache.estimatedBytes, 0)
        }
    }

    func test_a_verdict_that_was_displaced_is_not_found_by_a_removal() throws {
        let cache = LRUCertificateValidationCache(capacity: 1)
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        let (alice, bob) = (try stage.issuing.issue("alice"), try stage.issuing.issue("bob"))
        for client in [alice, bob] { assertAccepted(authenticator.validate(try XCTUnwrap(client.presented()))) }
        XCTAssertEqual(cache.removeVerdicts(involving: try alice.certificate), 0)
        XCTAssertEqual(cache.removeVerdicts(involving: try bob.certificate), 1)
        // The same client again, after its removal.
        assertAccepted(authenticator.validate(try XCTUnwrap(alice.presented())))
        XCTAssertEqual(cache.removeVerdicts(issuedBy: try alice.certificate.issuer), 1)
    }
}
