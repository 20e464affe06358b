// SPDX-License-Identifier: Apache-2.0
// The proposed paths and their order.

import CertAuth
import CertAuthTesting
import XCTest

final class PathBuilderTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func paths(
        _ leaf: TestIdentity,
        _ intermediates: [Certificate],
        trusting anchors: [Certificate]? = nil,
        limits: ValidationLimits = ValidationLimits()
    ) throws -> (paths: [[Certificate]], isExhausted: Bool, deadEnd: [Certificate]) {
        var builder = PathBuilder(
            leaf: try leaf.certificate,
            intermediates: intermediates,
            trust: try TrustStore(certificates: anchors ?? [stage.root.certificate]),
            now: stage.clock.now,
            limits: limits
        )
        var found: [[Certificate]] = []
        while let path = builder.next() { found.append(path.certificates) }
        return (found, builder.isExhausted, builder.longestDeadEnd)
    }

    func test_intermediates_are_found_in_any_order_and_with_duplicates() throws {
        let middle = try stage.root.intermediate("Middle")
        let low = try middle.intermediate("Low")
        let leaf = try low.issue("alice")
        let unrelated = try stage.issuing.certificate
        let pool = [
            try stage.root.certificate, unrelated, try middle.certificate, try leaf.certificate, try low.certificate,
            try middle.certificate,
        ]
        let expected = [
            [try leaf.certificate, try low.certificate, try middle.certificate, try stage.root.certificate]
        ]
        XCTAssertEqual(try paths(leaf, pool).paths, expected)
        XCTAssertEqual(try paths(leaf, pool.reversed()).paths, expected)
    }

    func test_a_missing_intermediate_leaves_no_path_and_the_longest_dead_end() throws {
        let middle = try stage.root.intermediate("Middle")
        let low = try middle.intermediate("Low")
        let leaf = try low.issue("alice")
        let found = try paths(leaf, [low.certificate])
        XCTAssertEqual(found.paths, [])
        XCTAssertEqual(found.deadEnd, [try leaf.certificate, try low.certificate])
    }

    func test_an_anchor_that_is_an_intermediate_ends_the_path_and_the_longer_one_follows() throws {
        let leaf = try stage.issuing.issue("alice")
        let anchors = [try stage.issuing.certificate, try stage.root.certificate]
        XCTAssertEqual(
            try paths(leaf, [], trusting: anchors).paths,
            [
                [try leaf.certificate, try stage.issuing.certificate],
                [try leaf.certificate, try stage.issuing.certificate, try stage.root.certificate],
            ]
        )
    }

    func test_an_issuer_that_was_dropped_still_ends_paths_where_it_is_an_anchor() throws {
        let leaf = try stage.issuing.issue("alice").certificate
        let (issuing, root) = (try stage.issuing.certificate, try stage.root.certificate)
        for (anchors, expected) in [([root], []), ([issuing, root], [[leaf, issuing], [leaf, issuing, root]])] {
            var builder = PathBuilder(
                leaf: leaf,
                intermediates: [issuing],
                trust: try TrustStore(certificates: anchors),
                now: stage.clock.now,
                limits: ValidationLimits()
            )
            builder.drop(issuer: issuing)
            var found: [[Certificate]] = []
            while let path = builder.next() { found.append(path.certificates) }
            XCTAssertEqual(found, expected)
        }
    }

    func test_a_leaf_that_is_an_anchor_is_a_path_of_its_own() throws {
        let leaf = try stage.issuing.issue("alice")
        XCTAssertEqual(try paths(leaf, [], trusting: [leaf.certificate]).paths, [[try leaf.certificate]])
    }

    func test_two_CAs_that_certify_each_other_do_not_make_the_search_endless() throws {
        let left = try stage.root.intermediate("Left")
        let right = try left.intermediate("Right")
        let back = try right.crossSign(left)
        let leaf = try right.issue("alice")
        let found = try paths(leaf, [right.certificate, back.certificate])
        XCTAssertEqual(found.paths, [])
        XCTAssertFalse(found.isExhausted)
        XCTAssertEqual(try paths(leaf, [right.certificate, back.certificate, left.certificate]).paths.count, 1)
    }

    func test_a_cross_certificate_leads_to_either_root() throws {
        let other = try TestAuthority("Other Root", clock: stage.clock.verificationClock)
        let crossed = try other.crossSign(stage.issuing)
        let leaf = try stage.issuing.issue("alice")
        let pool = [try stage.issuing.certificate, try crossed.certificate]
        XCTAssertEqual(
            try paths(leaf, pool, trusting: [other.certificate]).paths,
            [[try leaf.certificate, try crossed.certificate, try other.certificate]]
        )
        let both = try paths(leaf, pool, trusting: [other.certificate, stage.root.certificate])
        XCTAssertEqual(Set(both.paths.map { $0.last }), [try other.certificate, try stage.root.certificate])
    }

    func test_an_issuer_with_the_named_key_comes_before_one_of_the_same_name() throws {
        let namesake = try stage.root.intermediate("Stage Issuing")
        let leaf = try stage.issuing.issue("alice")
        for pool in [
            [try namesake.certificate, try stage.issuing.certificate],
            [try stage.issuing.certificate, try namesake.certificate],
        ] {
            let found = try paths(leaf, pool).paths
            XCTAssertEqual(found.map { $0[1] }, [try stage.issuing.certificate, try namesake.certificate])
        }
    }

    func test_an_issuer_that_is_valid_now_comes_before_an_expired_one() throws {
        let now = stage.clock.now
        let key = stage.issuing.key
        let expired = try stage.root.intermediate("Stage Issuing", key: key) {
            $0.notAfter = .automatic(now.adding(seconds: -1))
        }
        let leaf = try stage.issuing.issue("alice")
        let found = try paths(leaf, [expired.certificate, stage.issuing.certificate]).paths
        XCTAssertEqual(found.map { $0[1] }, [try stage.issuing.certificate, try expired.certificate])
    }

    func test_a_search_over_its_budget_is_reported_and_one_within_it_is_not() throws {
        let leaf = try stage.issuing.issue("alice")
        var limits = ValidationLimits()
        limits.pathSteps = 1
        let short = try paths(leaf, [stage.issuing.certificate], limits: limits)
        XCTAssertTrue(short.isExhausted)
        XCTAssertEqual(short.paths, [])
        limits.pathSteps = 2
        let enough = try paths(leaf, [stage.issuing.certificate], limits: limits)
        XCTAssertFalse(enough.isExhausted)
        XCTAssertEqual(enough.paths.count, 1)
    }

    func test_a_mesh_of_namesakes_ends_within_its_budget() throws {
        let mesh = try (0..<9).map { _ in try stage.root.intermediate("Mesh") }
        let pool = try mesh.flatMap { one in try mesh.map { try one.crossSign($0).certificate } }
        let leaf = try mesh[0].issue("alice")
        var limits = ValidationLimits()
        limits.pathSteps = 1_000
        let namesake = try TestAuthority("Mesh", clock: stage.clock.verificationClock).certificate
        XCTAssertTrue(try paths(leaf, pool, trusting: [namesake], limits: limits).isExhausted)
        // If no name leads to the anchor, there is nothing to search.
        let found = try paths(leaf, pool, trusting: [TestAuthority("Elsewhere").certificate], limits: limits)
        XCTAssertEqual(found.paths, [])
        XCTAssertFalse(found.isExhausted)
    }
}
