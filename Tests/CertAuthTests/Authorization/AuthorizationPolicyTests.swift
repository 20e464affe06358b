// SPDX-License-Identifier: Apache-2.0
// Policies, alone and combined: which clients are allowed or denied, and that errors never allow.

import CertAuth
import CertAuthTesting
import XCTest

final class AuthorizationPolicyTests: XCTestCase {
    private struct TestError: Error, Equatable, CustomStringConvertible { let description = "store\u{1B}[2J is down" }

    private let yes = AuthorizationPolicy.custom("yes") { _ in .allowed }
    private let no = AuthorizationPolicy.custom("no") { _ in .denied(reason: "because") }
    private let broken = AuthorizationPolicy.custom("broken") { _ in throw TestError() }

    func test_an_authenticated_client_is_allowed_and_stays_the_same() async throws {
        let alice = try await AuthorizationStage().alice()
        try await assertDecision(.authenticated, alice, .allowed)
        let result = await AuthorizationPolicy.authenticated.authorize(.success(alice))
        XCTAssertEqual(result, .success(alice))
    }

    func test_without_a_client_every_policy_leaves_the_refusal_as_it_is() async throws {
        let failure = AuthenticationFailure(code: .expired, message: "over")
        let results: [AuthenticationResult] = [
            .noResult(.noCertificate), .noResult(.notHTTPS), .noResult(.handler), .failure(failure),
        ]
        for policy in [AuthorizationPolicy.authenticated, .not(no), .not(.authenticated), yes, .anyOf([yes])] {
            for result in results {
                let answer = await policy.authorize(result)
                XCTAssertEqual(answer, result)
                XCTAssertNotNil(answer.refusalCode)
            }
        }
    }

    func test_a_principal_without_an_identity_is_denied_by_every_policy_also_by_not() async throws {
        let known = try await AuthorizationStage().alice()
        let nobodies = [
            ClaimsPrincipal(identities: []), ClaimsPrincipal(authenticationType: "", claims: [Claim(.role, "admin")]),
        ]
        for nobody in nobodies {
            let client = AuthenticatedClient(
                principal: nobody,
                chain: known.chain,
                facts: known.facts,
                source: known.source,
                schemeName: known.schemeName
            )
            XCTAssertTrue(client.principal.isAnonymous)
            let leaf = client.certificate.sha256Thumbprint
            let policies: [AuthorizationPolicy] = [
                .authenticated, yes, .not(no), .not(.authenticated), .anyOf([yes]), .allOf([yes]), .not(.not(yes)),
                .claim(.role, anyOf: ["admin"]), .not(.claim(.role, anyOf: ["admin"])), .thumbprint(sha256: leaf),
            ]
            for policy in policies {
                try await assertDecision(policy, client, .denied(reason: "the principal has no identity"))
            }
        }
    }

    func test_any_of_all_of_and_not_decide_as_named() async throws {
        let alice = try await AuthorizationStage().alice()
        let denial = AuthorizationDecision.denied(reason: "because")
        let cases: [(AuthorizationPolicy, AuthorizationDecision)] = [
            (.anyOf([no, yes]), .allowed), (.anyOf([yes, no]), .allowed), (.anyOf([no, no]), denial),
            (.allOf([yes, yes]), .allowed), (.allOf([yes, no]), denial), (.allOf([no, yes]), denial),
            (.not(no), .allowed), (.not(yes), .denied(reason: "'yes' allows it")),
            (.not(.anyOf([no, .not(yes)])), .allowed), (.allOf([.authenticated, .not(no)]), .allowed),
            (.not(.authenticated), .denied(reason: "'authenticated' allows it")),
        ]
        for (policy, expected) in cases { try await assertDecision(policy, alice, expected) }
        XCTAssertEqual(AuthorizationPolicy.not(.anyOf([no, yes])).name, "not any of (no, yes)")
        XCTAssertEqual(AuthorizationPolicy.anyOf([no, yes]).named("staff").name, "staff")
    }

    func test_a_rule_that_throws_denies_unless_the_other_parts_decide_without_it() async throws {
        let alice = try await AuthorizationStage().alice()
        let undecided: [AuthorizationPolicy] = [
            broken, .not(broken), .not(.not(broken)), .anyOf([broken]), .anyOf([no, broken]), .anyOf([broken, no]),
            .allOf([broken]), .allOf([yes, broken]), .allOf([broken, yes]), .not(.anyOf([broken, no])),
            .not(.allOf([broken, yes])),
        ]
        for policy in undecided {
            do {
                let decision = try await policy.decide(alice)
                XCTFail("\(policy.name): \(decision)")
            } catch {
                XCTAssertNotNil(error as? TestError, policy.name)
            }
            let shown = policy.name
            await assertNotAuthorized(policy, alice, "policy '\(shown)': threw: store\\u{1b}[2J is down")
        }
        try await assertDecision(.anyOf([broken, yes]), alice, .allowed)
        try await assertDecision(.allOf([broken, no]), alice, .denied(reason: "because"))
    }

    func test_an_empty_policy_denies_also_inside_not() async throws {
        let alice = try await AuthorizationStage().alice(Claim(.role, "admin"))
        let cases: [(AuthorizationPolicy, String)] = [
            (.anyOf([]), "any of ()"), (.allOf([]), "all of ()"),
            (.claim(.role, anyOf: []), "claim \(ClaimType.role) is one of "),
            (.thumbprint(sha256: []), "thumbprint "), (.issuer(sha256: []), "issuer "),
            (.authority(sha256: []), "authority "),
        ]
        for (policy, name) in cases {
            let words = "threw: policy '\(name)' is empty"
            await assertNotAuthorized(policy, alice, "policy '\(name)': \(words)")
            await assertNotAuthorized(.not(policy), alice, "policy 'not \(name)': \(words)")
        }
    }

    func test_the_refusal_names_certificate_policy_and_reason_and_is_safe_to_print() async throws {
        let alice = try await AuthorizationStage().alice()
        let policy = AuthorizationPolicy.custom("bad\nge") { _ in .denied(reason: "no \u{202E}badge") }
        let failure = assertRefused(await policy.authorize(.success(alice)), .notAuthorized, at: 0)
        XCTAssertEqual(failure?.message, "policy 'bad\\u{a}ge': no \\u{202e}badge")
        XCTAssertEqual(
            failure?.trace.attempts.map { $0.certificates.map(\.sha256Thumbprint) },
            [alice.chain.certificates.map(\.sha256Thumbprint)]
        )
        XCTAssertEqual(failure?.code.reference.httpStatus, 403)
    }

    func test_a_claim_policy_compares_bytes_and_optionally_the_issuer() async throws {
        let staff = Claim(.role, "caf\u{E9}", issuer: "store")
        let client = try await AuthorizationStage().alice(staff, Claim(.role, "clerk", issuer: "store"))
        let denial = AuthorizationDecision.denied(reason: "no claim \(ClaimType.role) has an accepted value")
        let missing = AuthorizationDecision.denied(reason: "there is no claim \(ClaimType.upn)")
        let cases: [(AuthorizationPolicy, AuthorizationDecision)] = [
            (.claim(.role, anyOf: ["caf\u{E9}"]), .allowed), (.claim(.role, anyOf: ["x", "clerk"]), .allowed),
            (.claim(.role, anyOf: ["cafe\u{301}"]), denial), (.claim(.role, anyOf: ["Clerk"]), denial),
            (.claim(.role, anyOf: ["clerk "]), denial), (.claim(.name, anyOf: ["alice"]), .allowed),
            (.claim(.role, anyOf: ["clerk"], issuedBy: "store"), .allowed),
            (.claim(.role, anyOf: ["clerk"], issuedBy: "elsewhere"), denial),
            (.claim(.role), .allowed), (.claim(.role, issuedBy: "store"), .allowed), (.claim(.upn), missing),
            (.claim(.name, issuedBy: "store"), .denied(reason: "there is no claim \(ClaimType.name)")),
            (.not(.claim(.role, anyOf: ["guest"])), .allowed),
        ]
        for (policy, expected) in cases { try await assertDecision(policy, client, expected) }
    }
}
