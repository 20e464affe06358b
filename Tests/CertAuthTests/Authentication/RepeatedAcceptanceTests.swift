// SPDX-License-Identifier: Apache-2.0
// After new revocation evidence, only the revocation of an accepted path is asked again.

import CertAuth
import CertAuthTesting
import XCTest

@testable import CertAuth

final class RepeatedAcceptanceTests: XCTestCase {
    private var stage: Stage!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        alice = try stage.issuing.issue("alice")
    }

    private func options(
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticationOptions {
        try stage.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
            try change(&$0)
        }
    }

    private func lists(revoking: [TestIdentity] = [], number: Int = 1) throws -> RevocationEvidence {
        try stage.evidence([try stage.issuing.revocationList(revoked: revoking, number: number)])
    }

    private func engine(_ options: CertificateAuthenticationOptions) throws -> ValidationEngine {
        return ValidationEngine(options: options, trust: try TrustStore(certificates: [stage.root.certificate]))
    }

    func test_the_repeated_decision_equals_a_complete_one() throws {
        let engine = try engine(try options())
        let chain = try XCTUnwrap(alice.presented())
        let first = engine.verdict(for: chain, evidence: try lists(), at: Stage.moment)
        guard case .accepted(let path) = first else { return XCTFail("\(first)") }
        for (now, evidence) in [
            (Stage.moment, try lists(number: 2)), (Stage.moment.adding(seconds: 60), try lists(number: 3)),
        ] {
            let again = try XCTUnwrap(
                engine.decision(for: chain, acceptedAs: path, at: Stage.moment, evidence: evidence, now: now)
            )
            XCTAssertEqual(again.verdict, engine.verdict(for: chain, evidence: evidence, at: now))
            XCTAssertTrue(again.needs.isEmpty)
        }
    }

    func test_everything_else_is_validated_completely() throws {
        let engine = try engine(try options())
        let chain = try XCTUnwrap(alice.presented())
        guard case .accepted(let path) = engine.verdict(for: chain, evidence: try lists(), at: Stage.moment) else {
            return XCTFail("refused")
        }
        func repeats(
            _ presented: PresentedChain,
            _ evidence: RevocationEvidence,
            at moment: Timestamp = Stage.moment,
            now: Timestamp = Stage.moment
        ) -> Bool {
            engine.decision(for: presented, acceptedAs: path, at: moment, evidence: evidence, now: now) != nil
        }
        XCTAssertTrue(repeats(chain, try lists(number: 2)))
        XCTAssertFalse(repeats(chain, try lists(revoking: [alice], number: 2)), "revoked")
        XCTAssertFalse(repeats(chain, .none), "unknown")
        let bob = try XCTUnwrap(stage.issuing.issue("bob").presented())
        XCTAssertFalse(repeats(bob, try lists(number: 2)), "another certificate")
        let past = Stage.moment.adding(seconds: -1)
        XCTAssertFalse(repeats(chain, try lists(number: 2), now: past), "the clock went back")
        let end = path.leaf.validity.notAfter
        XCTAssertFalse(repeats(chain, try lists(number: 2), now: end.adding(seconds: 1)), "expired")
    }

    func test_a_new_list_neither_parses_the_client_again_nor_keeps_more() async throws {
        let authenticator = try stage.authenticator(options: options(), evidence: try lists())
        let connection = ConnectionAuthentication(
            authenticator: authenticator,
            chain: alice.presented(),
            facts: .init(isSecure: true)
        )
        connection.observe { _ in }
        guard case .success(let before) = await connection.authenticate() else { return XCTFail("refused") }
        authenticator.revocationEvidence = try lists(number: 2)
        guard case .success(let after)? = await connection.revalidate() else { return XCTFail("refused") }
        XCTAssertTrue(after.chain.leaf.handle === before.chain.leaf.handle)
        XCTAssertNotEqual(after.chain.revocation, before.chain.revocation, "the new list was asked")
        authenticator.revocationEvidence = try lists(revoking: [alice], number: 3)
        guard case .failure(let failure)? = await connection.revalidate() else { return XCTFail("accepted") }
        XCTAssertEqual(failure.code, .revoked)
    }

    func test_an_invalidated_client_is_validated_completely() async throws {
        let authenticator = try stage.authenticator(options: options(), evidence: try lists())
        for isObserved in [true, false] {
            let connection = ConnectionAuthentication(
                authenticator: authenticator,
                chain: alice.presented(),
                facts: .init(isSecure: true)
            )
            if isObserved { connection.observe { _ in } }
            guard case .success(let before) = await connection.authenticate() else { return XCTFail("refused") }
            authenticator.invalidate()
            guard case .success(let after) = await connection.authenticate() else { return XCTFail("refused") }
            XCTAssertFalse(after.chain.leaf.handle === before.chain.leaf.handle)
        }
    }
}
