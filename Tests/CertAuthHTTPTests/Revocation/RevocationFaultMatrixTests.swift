// SPDX-License-Identifier: Apache-2.0
// Each fault of a source with each policy for unknown statuses, and the time it takes.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class RevocationFaultMatrixTests: XCTestCase {
    private struct Row {
        let fault: RevocationFault
        let list: RevocationCauseKind
        let response: RevocationCauseKind
    }

    private static let rows: [Row] = [
        Row(fault: .silent, list: .timedOut, response: .timedOut),
        Row(fault: .dripFeeding, list: .timedOut, response: .timedOut),
        Row(fault: .wrongContent, list: .malformed, response: .malformed),
        Row(fault: .wrongSigner, list: .badSignature, response: .signerNotTrusted),
        Row(fault: .stale, list: .stale, response: .stale),
        Row(fault: .huge, list: .tooLarge, response: .tooLarge),
        Row(fault: .announcedHuge, list: .tooLarge, response: .tooLarge),
        Row(fault: .endlessHeaders, list: .malformed, response: .malformed),
        Row(fault: .redirectLoop, list: .unreachable, response: .unreachable),
        Row(fault: .status(500), list: .unreachable, response: .unreachable),
        Row(fault: .status(404), list: .unreachable, response: .unreachable),
        Row(fault: .html, list: .malformed, response: .malformed),
        Row(fault: .truncated, list: .malformed, response: .malformed),
        Row(fault: .connectionReset, list: .unreachable, response: .unreachable),
        Row(fault: .notHTTP, list: .malformed, response: .malformed),
    ]

    func test_a_fault_of_the_list_denies_by_default_and_is_named_where_unknown_is_allowed() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile())
            for row in Self.rows { try await check(row.fault, alice, expecting: row.list, in: scene) }
        }
    }

    func test_a_fault_of_the_responder_denies_by_default_and_is_named_where_unknown_is_allowed() async throws {
        try await RevocationServiceScene.run { scene in
            // Older than a stale response: a response older than the certificate is refused as not applicable.
            let profile = scene.service.profile(lists: false, responder: true).and { template, now in
                template.notBefore = .automatic(now.adding(seconds: -60 * 86_400))
            }
            let alice = try scene.root.issue("alice", profile)
            for row in Self.rows { try await check(row.fault, alice, expecting: row.response, in: scene) }
        }
    }

    func test_a_fault_of_the_list_is_tolerated_while_the_last_good_one_is_fresh() async throws {
        for row in Self.rows { try await checkFreshness(row.fault, profile: { $0.profile() }) }
    }

    func test_a_fault_of_the_responder_is_tolerated_while_the_last_good_response_is_fresh() async throws {
        for row in Self.rows {
            try await checkFreshness(row.fault, profile: { $0.profile(lists: false, responder: true) })
        }
    }

    func test_without_a_fault_every_policy_accepts() async throws {
        try await RevocationServiceScene.run { scene in
            for responder in [false, true] {
                let profile = scene.service.profile(lists: !responder, responder: responder)
                let alice = try scene.root.issue("alice", profile)
                for policy in UnknownRevocation.allCases {
                    let authenticator = try scene.authenticator(scene.gatherer()) { $0.unknownRevocation = policy }
                    let result = await authenticator.authenticate(alice)
                    XCTAssertEqual(result.word, "success")
                    guard case .good = result.status else { return XCTFail("\(String(describing: result.status))") }
                }
            }
        }
    }

    private func check(
        _ fault: RevocationFault,
        _ identity: TestIdentity,
        expecting kind: RevocationCauseKind,
        in scene: RevocationServiceScene
    ) async throws {
        scene.service.fault = fault
        let denying = try scene.authenticator(scene.gatherer())
        let denied = try await timed("\(fault)") { await denying.authenticate(identity) }
        XCTAssertEqual(denied.word, "revocation-unknown", "\(fault)")
        let allowing = try scene.authenticator(scene.gatherer()) { $0.unknownRevocation = .allow }
        let allowed = try await timed("\(fault)") { await allowing.authenticate(identity) }
        XCTAssertEqual(allowed.word, "success", "\(fault)")
        XCTAssertEqual(allowed.causeKind, kind, "\(fault): \(String(describing: allowed.status))")
    }

    private func checkFreshness(
        _ fault: RevocationFault,
        profile: (RevocationService) -> LeafProfile
    ) async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", profile(scene.service))
            let gatherer = scene.gatherer()
            let first = try await scene.authenticator(gatherer).authenticate(alice)
            XCTAssertEqual(first.word, "success", "\(fault)")
            scene.clock.advance(by: .seconds(8 * 86_400))
            scene.service.fault = fault
            for (days, expected) in [(Int64(30), "success"), (7, "revocation-unknown")] {
                let authenticator = try scene.authenticator(gatherer) { options in
                    for kind in RevocationCauseKind.allCases {
                        options.revocation.unknownAnswers[kind] = .allowWhileFresh(.seconds(days * 86_400))
                    }
                }
                let result = try await timed("\(fault)") { await authenticator.authenticate(alice) }
                XCTAssertEqual(result.word, expected, "\(fault) after \(days) days")
            }
        }
    }

    /// Fails if `body` takes longer than the deadline and a tenth of a second.
    private func timed<Result>(_ name: String, _ body: () async -> Result) async throws -> Result {
        let start = ContinuousClock.now
        let result = await body()
        let elapsed = ContinuousClock.now - start
        XCTAssertLessThan(elapsed, RevocationServiceScene.deadline + .milliseconds(100), name)
        return result
    }
}
