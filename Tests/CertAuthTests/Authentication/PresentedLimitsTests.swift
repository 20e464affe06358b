// SPDX-License-Identifier: Apache-2.0
// The limits on presented certificates, tested exactly.

import CertAuth
import CertAuthTesting
import XCTest

final class PresentedLimitsTests: XCTestCase {
    private var stage: Stage!
    private var identity: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        identity = try stage.issuing.issue("alice")
    }

    private func verdict(
        _ chain: [[UInt8]],
        _ change: (inout ValidationLimits) -> Void
    ) throws -> ValidationVerdict {
        let presented = try XCTUnwrap(PresentedChain(derEncoded: chain, source: .tls))
        return try stage.authenticator { change(&$0.limits) }.validate(presented)
    }

    func test_one_certificate_more_than_the_limit_is_refused() throws {
        let refusal = assertRefused(
            try verdict(identity.chain) { $0.presentedCertificates = 1 },
            .limitExceeded,
            at: nil
        )
        XCTAssertEqual(refusal?.message, "2 certificates presented, at most 1 (limits.presentedCertificates)")
        assertAccepted(try verdict(identity.chain) { $0.presentedCertificates = 2 })
    }

    func test_a_certificate_one_byte_too_long_is_refused_at_its_index() throws {
        let largest = identity.chain.map(\.count).max() ?? 0
        let index = identity.chain.firstIndex { $0.count == largest }
        assertRefused(try verdict(identity.chain) { $0.certificateBytes = largest - 1 }, .limitExceeded, at: index)
        assertAccepted(try verdict(identity.chain) { $0.certificateBytes = largest })
    }

    func test_a_chain_one_byte_too_long_is_refused() throws {
        let total = identity.chain.reduce(0) { $0 + $1.count }
        assertRefused(try verdict(identity.chain) { $0.chainBytes = total - 1 }, .limitExceeded, at: nil)
        assertAccepted(try verdict(identity.chain) { $0.chainBytes = total })
    }

    func test_limits_are_checked_before_anything_is_parsed() throws {
        let garbage = [[UInt8]](repeating: [0xFF], count: 11)
        assertRefused(try verdict(garbage) { _ in }, .limitExceeded, at: nil)
        assertRefused(try verdict(Array(garbage.dropLast())) { _ in }, .malformed, at: 0)
    }

    func test_a_malformed_certificate_is_refused_at_its_index_also_where_nothing_needs_it() throws {
        assertRefused(try verdict(identity.chain + [[0x30, 0x00]]) { _ in }, .malformed, at: 2)
        assertAccepted(try verdict(identity.chain) { _ in })
    }

    func test_an_empty_chain_is_refused() {
        XCTAssertNil(PresentedChain(derEncoded: [], source: .tls))
        XCTAssertNotNil(PresentedChain(derEncoded: [[]], source: .tls))
    }

    func test_more_signature_checks_than_the_limit_are_refused() throws {
        let deep = try stage.root.intermediate("Middle").intermediate("Low").issue("alice")
        assertRefused(try verdict(deep.chain) { $0.signatureChecks = 2 }, .limitExceeded, at: nil)
        assertAccepted(try verdict(deep.chain) { $0.signatureChecks = 3 })
    }

    func test_more_steps_of_the_search_than_the_limit_are_refused() throws {
        let deep = try stage.root.intermediate("Middle").intermediate("Low").issue("alice")
        assertRefused(try verdict(deep.chain) { $0.pathSteps = 2 }, .limitExceeded, at: nil)
        assertAccepted(try verdict(deep.chain) { $0.pathSteps = 3 })
    }

    func test_the_defaults_are_the_documented_numbers() {
        let limits = ValidationLimits()
        XCTAssertEqual(limits.presentedCertificates, 10)
        XCTAssertEqual(limits.certificateBytes, 16_384)
        XCTAssertEqual(limits.chainBytes, 65_536)
        XCTAssertEqual(limits.presentedValues, 8_192)
        XCTAssertEqual(limits.signatureChecks, 100)
        XCTAssertEqual(limits.nameComparisons, 250_000)
        XCTAssertEqual(limits.smallestRSABits, 2_048)
        XCTAssertEqual(limits.largestRSABits, 8_192)
    }
}
