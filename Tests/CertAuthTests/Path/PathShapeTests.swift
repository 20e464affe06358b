// SPDX-License-Identifier: Apache-2.0
// Paths through CAs that are renewed, cross-signed, expired or in a ring, from candidates to the verdict.

import CertAuth
import CertAuthTesting
import XCTest

final class PathShapeTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        on leaf: TestIdentity,
        with others: [Certificate],
        trusting anchors: [Certificate]? = nil,
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: anchors) { change(&$0) }
        let chain = PresentedChain(derEncoded: [leaf.certificateDER] + others.map(\.derEncoded), source: .tls)
        return try stage.authenticator(options: options).validate(try XCTUnwrap(chain))
    }

    private func root(_ name: String) throws -> TestAuthority {
        try TestAuthority(name, clock: stage.clock.verificationClock)
    }

    func test_order_and_duplicates_do_not_matter() throws {
        let middle = try stage.root.intermediate("Middle")
        let low = try middle.intermediate("Low")
        let alice = try low.issue("alice")
        let pool = [try stage.root.certificate, try middle.certificate, try low.certificate, try middle.certificate]
        let expected = [
            try alice.certificate, try low.certificate, try middle.certificate, try stage.root.certificate,
        ]
        for others in [pool, pool.reversed()] {
            XCTAssertEqual(assertAccepted(try verdict(on: alice, with: others))?.certificates, expected)
        }
        assertRefused(try verdict(on: alice, with: [low.certificate]), .partialChain, at: 1)
    }

    func test_a_cross_certificate_leads_to_the_root_that_is_trusted() throws {
        let other = try root("Other Root")
        let bridged = try other.crossSign(stage.issuing)
        let alice = try stage.issuing.issue("alice")
        let both = [try stage.issuing.certificate, try bridged.certificate]
        let first = assertAccepted(try verdict(on: alice, with: both))
        XCTAssertEqual(first?.anchor, try stage.root.certificate)
        let second = assertAccepted(try verdict(on: alice, with: both, trusting: [other.certificate]))
        XCTAssertEqual(second?.certificates.dropFirst(), [try bridged.certificate, try other.certificate])
    }

    func test_an_expired_or_constrained_alternative_path_does_no_harm() throws {
        let alice = try stage.issuing.issue("alice") {
            $0.extensions.replace(.subjectAlternativeNames([.dns("a.example")]))
        }
        let spoilers: [(inout CertificateTemplate) throws -> Void] = [
            { $0.notAfter = .automatic(Stage.moment.adding(seconds: -1)) },
            { $0.extensions.append(.nameConstraints(excluded: [.dns("a.example")])) },
            { $0.extensions.replace(.basicConstraints(isAuthority: false)) },
            { $0.extensions.append(.extendedKeyUsage([.serverAuth])) },
        ]
        let codes: [FailureCode] = [.expired, .nameNotPermitted, .notACertificateAuthority, .wrongUsage]
        for (spoiler, code) in zip(spoilers, codes) {
            let bad = try stage.root.crossSign(stage.issuing, spoiler).certificate
            let good = try stage.issuing.certificate
            for others in [[bad, good], [good, bad]] {
                XCTAssertEqual(assertAccepted(try verdict(on: alice, with: others))?.certificates[1], good)
            }
            let index = code == .nameNotPermitted ? 0 : 1
            assertRefused(try verdict(on: alice, with: [bad]), code, at: index)
        }
    }

    func test_a_root_rolls_over_by_certifying_its_new_key_with_the_old_one_and_the_reverse() throws {
        let new = try root("Stage Root")
        let newWithOld = try stage.root.crossSign(new)
        let oldWithNew = try new.crossSign(stage.root)
        let late = try new.issue("late")
        let early = try stage.root.issue("early")
        let oldTrust = assertAccepted(try verdict(on: late, with: [newWithOld.certificate]))
        XCTAssertEqual(oldTrust?.certificates.count, 3)
        let newTrust = try verdict(on: early, with: [oldWithNew.certificate], trusting: [new.certificate])
        XCTAssertEqual(assertAccepted(newTrust)?.certificates.count, 3)
        assertRefused(try verdict(on: late, with: []), .badSignature, at: 0)
    }

    func test_self_issued_certificates_of_a_rollover_do_not_count_as_intermediates() throws {
        let new = try root("Stage Root")
        let bridge = try stage.root.crossSign(new)
        let alice = try new.issue("alice")
        assertAccepted(try verdict(on: alice, with: [bridge.certificate]) { $0.limits.intermediates = 0 })
        let counted = try stage.issuing.issue("bob")
        let refused = try verdict(on: counted, with: [stage.issuing.certificate]) { $0.limits.intermediates = 0 }
        let failure = assertRefused(refused, .pathTooLong, at: nil)
        XCTAssertEqual(failure?.message, "1 intermediates, at most 0 (limits.intermediates)")
    }

    func test_an_intermediate_is_an_anchor_where_it_is_trusted_even_below_an_expired_root() throws {
        let alice = try stage.issuing.issue("alice")
        let stale = try TestAuthority("Stale", clock: stage.clock.verificationClock) {
            $0.notAfter = .automatic(Stage.moment.adding(seconds: -1))
        }
        let issuing = try stale.crossSign(stage.issuing).certificate
        let trusted = try verdict(on: alice, with: [stale.certificate], trusting: [issuing])
        XCTAssertEqual(assertAccepted(trusted)?.certificates, [try alice.certificate, issuing])
        assertRefused(try verdict(on: alice, with: [issuing], trusting: [stale.certificate]), .expired, at: 2)
    }

    func test_a_ring_of_CAs_does_not_make_the_search_endless() throws {
        let mesh = try Mesh(of: 3)
        let options = try mesh.options(trusting: stage.root.certificate)
        let chain = try XCTUnwrap(mesh.leaf.presentedAlone)
        assertRefused(try stage.authenticator(options: options).validate(chain), .partialChain, at: 3)
        let trusting = try mesh.options(trusting: mesh.authorities[2])
        XCTAssertEqual(
            assertAccepted(try stage.authenticator(options: trusting).validate(chain))?.certificates.count,
            4
        )
    }

    func test_a_mesh_of_a_thousand_namesakes_exceeds_the_steps_of_a_search() throws {
        let mesh = try Mesh(of: 1_000)
        let options = try mesh.options(trusting: mesh.namesake)
        let authenticator = try stage.authenticator(options: options)
        let refused = authenticator.validate(try XCTUnwrap(mesh.leaf.presentedAlone))
        let failure = assertRefused(refused, .limitExceeded, at: nil)
        XCTAssertEqual(failure?.message, "no path found within 10000 steps (limits.pathSteps)")
        var builder = PathBuilder(
            leaf: try mesh.leaf.certificate,
            intermediates: mesh.authorities,
            trust: try TrustStore(certificates: [mesh.namesake]),
            now: mesh.clock.now,
            limits: options.limits
        )
        while builder.next() != nil {}
        XCTAssertTrue(builder.isExhausted)
        XCTAssertEqual(builder.steps, 10_000)
        // With another name there are none: no certificate of the mesh leads to the anchor.
        let elsewhere = try stage.authenticator(options: mesh.options(trusting: stage.root.certificate))
        assertRefused(elsewhere.validate(try XCTUnwrap(mesh.leaf.presentedAlone)), .partialChain, at: 31)
    }

    func test_a_good_path_is_found_after_more_bad_ones_than_the_trace_keeps() throws {
        let alice = try stage.issuing.issue("alice")
        let forgeries = try (0..<30).map { _ in
            try stage.root.crossSign(stage.issuing) { $0.signingKey = try TestKey.generate() }.certificate
        }
        let last = try stage.root.crossSign(stage.issuing).certificate
        let found = try verdict(on: alice, with: []) {
            $0.additionalChainCertificates = forgeries + [last]
        }
        XCTAssertEqual(assertAccepted(found)?.certificates[1], last)
        let none = try verdict(on: alice, with: []) { $0.additionalChainCertificates = forgeries }
        let failure = assertRefused(none, .badSignature, at: 1)
        XCTAssertEqual(failure?.trace.attempts.count, ValidationTrace.capacity)
        XCTAssertEqual(failure?.trace.omittedAttempts, 14)
    }
}
