// SPDX-License-Identifier: Apache-2.0
// Certificate policies: what a path must contain, and what an anchor requires of the paths below it.

import CertAuth
import CertAuthTesting
import XCTest

final class PolicyTests: XCTestCase {
    private let clock = TestClock(Stage.moment)
    private let gold = OID(dotted: "1.2.3.1") ?? .anyPolicy
    private let silver = OID(dotted: "1.2.3.2") ?? .anyPolicy

    /// The verdict on a leaf below an issuing CA below a root, each with these extensions.
    private func verdict(
        leaf: [ExtensionTemplate] = [],
        issuing: [ExtensionTemplate] = [],
        root: [ExtensionTemplate] = [],
        _ change: (inout CertificatePolicyOptions) -> Void = { _ in }
    ) throws -> ValidationVerdict {
        let root = try TestAuthority("Policy Root", clock: clock.verificationClock) { $0.extensions += root }
        let issuing = try root.intermediate("Policy Issuing") { $0.extensions += issuing }
        let leaf = try issuing.issue("alice") { $0.extensions += leaf }
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [root.certificate]))
        )
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        change(&options.certificatePolicies)
        let authenticator = try CertificateAuthenticator(options: options, logger: .silent)
        return authenticator.validate(try XCTUnwrap(leaf.presented()))
    }

    func test_without_required_policies_a_path_needs_none() throws {
        XCTAssertEqual(assertAccepted(try verdict())?.policies, [])
        let path = try verdict(leaf: [.certificatePolicies([gold])], issuing: [.certificatePolicies([gold, silver])])
        XCTAssertEqual(assertAccepted(path)?.policies, [gold])
    }

    func test_an_explicit_policy_must_be_valid_on_the_whole_path() throws {
        let demand: (inout CertificatePolicyOptions) -> Void = { $0.requireExplicitPolicy = true }
        let leaf = ExtensionTemplate.certificatePolicies([gold])
        assertAccepted(try verdict(leaf: [leaf], issuing: [leaf], demand))
        assertRefused(try verdict(leaf: [leaf], demand), .policy, at: nil)
        assertRefused(try verdict(leaf: [leaf], issuing: [.certificatePolicies([silver])], demand), .policy, at: nil)
    }

    func test_one_of_the_acceptable_policies_is_enough_and_all_required_ones_are_needed() throws {
        let both = ExtensionTemplate.certificatePolicies([gold, silver])
        let one = ExtensionTemplate.certificatePolicies([gold])
        let any: (inout CertificatePolicyOptions) -> Void = {
            $0.acceptable = [self.gold, self.silver]
            $0.requireExplicitPolicy = true
        }
        let all: (inout CertificatePolicyOptions) -> Void = { $0.required = [self.gold, self.silver] }
        XCTAssertEqual(assertAccepted(try verdict(leaf: [one], issuing: [both], any))?.policies, [gold])
        let refused = assertRefused(try verdict(leaf: [one], issuing: [both], all), .policy, at: nil)
        XCTAssertEqual(refused?.message, "the path is not valid for the required policies 1.2.3.2")
        assertAccepted(try verdict(leaf: [both], issuing: [both], all))
    }

    func test_any_policy_matches_all_policies_unless_it_is_inhibited() throws {
        let leaf = ExtensionTemplate.certificatePolicies([gold])
        let any = ExtensionTemplate.certificatePolicies([.anyPolicy])
        let demand: (inout CertificatePolicyOptions) -> Void = {
            $0.acceptable = [self.gold]
            $0.requireExplicitPolicy = true
        }
        assertAccepted(try verdict(leaf: [leaf], issuing: [any], demand))
        let inhibited = try verdict(leaf: [leaf], issuing: [any]) {
            demand(&$0)
            $0.inhibitAnyPolicy = true
        }
        assertRefused(inhibited, .policy, at: nil)
    }

    func test_a_mapping_counts_unless_it_is_inhibited() throws {
        let leaf = ExtensionTemplate.certificatePolicies([silver])
        let issuing = [
            ExtensionTemplate.certificatePolicies([gold]), .policyMappings([(issuer: gold, subject: silver)]),
        ]
        let demand: (inout CertificatePolicyOptions) -> Void = {
            $0.acceptable = [self.gold]
            $0.requireExplicitPolicy = true
        }
        assertAccepted(try verdict(leaf: [leaf], issuing: issuing, demand))
        let inhibited = try verdict(leaf: [leaf], issuing: issuing) {
            demand(&$0)
            $0.inhibitPolicyMapping = true
        }
        assertRefused(inhibited, .policy, at: nil)
    }

    func test_an_anchor_narrows_the_acceptable_policies() throws {
        let leaf = ExtensionTemplate.certificatePolicies([silver])
        let demand: (inout CertificatePolicyOptions) -> Void = { $0.requireExplicitPolicy = true }
        func verdict(_ root: [OID]) throws -> ValidationVerdict {
            try self.verdict(leaf: [leaf], issuing: [leaf], root: [.certificatePolicies(root)], demand)
        }
        assertAccepted(try verdict([silver]))
        assertAccepted(try verdict([gold, .anyPolicy]))
        assertRefused(try verdict([gold]), .policy, at: nil)
    }

    func test_an_anchors_requirement_of_an_explicit_policy_starts_at_its_depth() throws {
        func root(_ skipped: Int) -> [ExtensionTemplate] { [.policyConstraints(requireExplicitPolicy: skipped)] }
        for skipped in 0...2 { assertRefused(try verdict(root: root(skipped)), .policy, at: nil) }
        assertAccepted(try verdict(root: root(3)))
        let policies = ExtensionTemplate.certificatePolicies([gold])
        assertAccepted(try verdict(leaf: [policies], issuing: [policies], root: root(0)))
    }

    func test_an_anchor_may_inhibit_mappings_and_any_policy_for_all_below_it() throws {
        let demand: (inout CertificatePolicyOptions) -> Void = {
            $0.acceptable = [self.gold]
            $0.requireExplicitPolicy = true
        }
        let leaf = ExtensionTemplate.certificatePolicies([gold])
        let any = ExtensionTemplate.certificatePolicies([.anyPolicy])
        let noAny = ExtensionTemplate.inhibitAnyPolicy(0)
        assertRefused(try verdict(leaf: [leaf], issuing: [any], root: [noAny], demand), .policy, at: nil)
        assertAccepted(try verdict(leaf: [leaf], issuing: [leaf], root: [noAny], demand))
        let mapped = [leaf, .policyMappings([(issuer: gold, subject: silver)])]
        let other = ExtensionTemplate.certificatePolicies([silver])
        let noMapping = ExtensionTemplate.policyConstraints(inhibitPolicyMapping: 0)
        assertRefused(try verdict(leaf: [other], issuing: mapped, root: [noMapping], demand), .policy, at: nil)
        assertAccepted(try verdict(leaf: [other], issuing: mapped, demand))
    }

    func test_constraints_of_certificates_without_policies_require_one_at_their_depth() throws {
        func constraints(_ skipped: Int) -> [ExtensionTemplate] { [.policyConstraints(requireExplicitPolicy: skipped)] }
        let policies = ExtensionTemplate.certificatePolicies([gold])
        // The issuing CA's number counts from the end-entity certificate, which is the first one below it.
        for skipped in 0...1 { assertRefused(try verdict(issuing: constraints(skipped)), .policy, at: nil) }
        assertRefused(try verdict(leaf: [policies], issuing: constraints(1)), .policy, at: nil)
        XCTAssertEqual(assertAccepted(try verdict(leaf: [policies], issuing: constraints(2)))?.policies, [])
        // The end-entity certificate's own number counts only if it is 0.
        assertRefused(try verdict(leaf: constraints(0)), .policy, at: nil)
        assertAccepted(try verdict(leaf: constraints(1)))
        assertRefused(try verdict(leaf: constraints(0), issuing: [policies]), .policy, at: nil)
        assertAccepted(try verdict(leaf: [policies] + constraints(0), issuing: [policies]))
        // A number beyond 31 bits is greater than every path is long (RFC 5280 §4.2.1.11: 0 to MAX).
        func raw(_ value: [UInt8]) -> [ExtensionTemplate] {
            [ExtensionTemplate(.policyConstraints, critical: true, value: value)]
        }
        let large = DER.sequence([DER.context(0, [0x75] + [UInt8](repeating: 1, count: 19))])
        assertAccepted(try verdict(issuing: raw(large)))
        assertAccepted(try verdict(leaf: raw(large)))
        assertAccepted(try verdict(root: raw(large)))
        // Neither number, a negative one, or something else.
        let unusable: [([[UInt8]], FailureCode)] = [
            ([], .policy), ([DER.context(0, [0x80])], .policy), ([DER.context(2, [1])], .malformed),
            ([DER.context(0, [1]), DER.context(2, [1])], .malformed),
        ]
        for (fields, code) in unusable {
            assertRefused(try verdict(issuing: raw(DER.sequence(fields))), code, at: 1)
            assertRefused(try verdict(leaf: raw(DER.sequence(fields))), code, at: 0)
        }
        // A ban on mappings alone requires nothing.
        assertAccepted(try verdict(issuing: [.policyConstraints(inhibitPolicyMapping: 0)]))
        assertAccepted(try verdict(leaf: [.policyConstraints(inhibitPolicyMapping: 0)]))
    }

    func test_a_self_issued_client_counts_for_each_constraint_on_policies() throws {
        for policies in [[], [ExtensionTemplate.certificatePolicies([gold])]] {
            for (isSelfIssued, skipped, isAccepted) in [
                (true, 0, false), (true, 1, false), (true, 2, true), (false, 1, false), (false, 2, true),
            ] {
                let root = try TestAuthority("Policy Root", clock: clock.verificationClock)
                let issuing = try root.intermediate("Policy Issuing") {
                    $0.extensions += policies + [.policyConstraints(requireExplicitPolicy: skipped)]
                }
                let leaf = try issuing.issue(isSelfIssued ? "Policy Issuing" : "alice") {
                    if isSelfIssued { $0.subject = $0.issuer }
                }
                var options = CertificateAuthenticationOptions(
                    trust: .custom(try TrustStore(certificates: [root.certificate]))
                )
                options.clock = clock.verificationClock
                options.revocationMode = .noCheck
                let verdict = try CertificateAuthenticator(options: options, logger: .silent)
                    .validate(try XCTUnwrap(leaf.presented()))
                if isAccepted { assertAccepted(verdict) } else { assertRefused(verdict, .policy, at: nil) }
            }
        }
    }

    func test_constraints_beside_a_policy_that_occurs_twice_are_refused_for_the_policy() throws {
        let twice: [ExtensionTemplate] = [
            .certificatePolicies([gold, gold]), .policyConstraints(requireExplicitPolicy: 5),
        ]
        assertRefused(try verdict(issuing: twice), .policy, at: 1)
        assertRefused(try verdict(leaf: twice), .policy, at: 0)
    }

    func test_mapping_to_any_policy_is_refused() throws {
        let policies = ExtensionTemplate.certificatePolicies([gold])
        let bad = ExtensionTemplate.policyMappings([(issuer: gold, subject: .anyPolicy)])
        assertRefused(try verdict(leaf: [policies], issuing: [policies, bad]), .policy, at: 1)
        assertAccepted(try verdict(leaf: [policies], issuing: [policies]))
    }
}
