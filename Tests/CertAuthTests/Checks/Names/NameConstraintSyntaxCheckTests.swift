// SPDX-License-Identifier: Apache-2.0
// Which name constraints are well-formed.

import CertAuth
import CertAuthTesting
import XCTest

final class NameConstraintSyntaxCheckTests: XCTestCase {
    private let bench = CheckBench()
    private let check = NameConstraintSyntaxCheck()

    private func path(_ name: GeneralNameTemplate) throws -> CandidatePath {
        try bench.path(issuing: { $0.extensions.append(.nameConstraints(permitted: [name])) })
    }

    func test_hosts_and_domains_of_each_kind_can_be_read() throws {
        let good: [GeneralNameTemplate] = [
            .dns("a.example"), .dns(".example"), .dns(""), .email("a.example"), .email(".example"),
            .email("alice@a.example"), .uri("a.example"), .uri(".example"),
            .ipRange("192.0.2.0", mask: "255.255.255.0"),
            .ipRange("2001:db8::", mask: "ffff:ffff::"), .directory("alice"), .userPrincipalName("alice"),
        ]
        for name in good { try bench.assertPasses(check, path(name), .strict) }
    }

    func test_an_invalid_host_is_refused_at_the_CA_whose_constraint_names_it() throws {
        let bad: [GeneralNameTemplate] = [
            .dns("*.example"), .dns("a.example."), .dns("."), .dns("..example"), .dns("a b"), .email(""),
            .email("@a.example"),
            .email("a@"), .uri(""), .uri("https://a.example"), .uri("a.example:443"), .address([192, 0, 2, 0]),
            .address([UInt8](repeating: 0, count: 16)),
        ]
        for name in bad { try bench.assertRefuses(check, .nameNotPermitted, at: 1, path(name)) }
        let root = try bench.path(root: { $0.extensions.append(.nameConstraints(excluded: [.dns("*.a")])) })
        try bench.assertRefuses(check, .nameNotPermitted, at: 2, root)
    }

    func test_the_strict_profile_refuses_underscores_and_non_contiguous_masks() throws {
        for name in [GeneralNameTemplate.dns("a_b.example"), .ipRange("192.0.2.0", mask: "255.0.255.0")] {
            try bench.assertRefuses(check, .nameNotPermitted, at: 1, path(name), .strict)
            try bench.assertPasses(check, path(name))
        }
    }

    func test_a_minimum_or_maximum_is_refused_and_a_minimum_of_zero_is_not() throws {
        func path(_ bounds: [UInt8]) throws -> CandidatePath {
            let subtree = DER.sequence([GeneralNameTemplate.dns("a.example").encoded, bounds])
            let value = DER.sequence([DER.constructed(0, [subtree])])
            return try bench.path(issuing: {
                $0.extensions.append(ExtensionTemplate(.nameConstraints, critical: true, value: value))
            })
        }
        try bench.assertPasses(check, path([]))
        try bench.assertPasses(check, path(DER.context(0, [0])))
        try bench.assertRefuses(check, .nameNotPermitted, at: 1, path(DER.context(0, [1])), saying: "minimum")
        try bench.assertRefuses(check, .nameNotPermitted, at: 1, path(DER.context(1, [3])), saying: "maximum")
    }

    func test_the_strict_profile_requires_name_constraints_to_be_critical_on_CAs_and_not_empty() throws {
        let plain = try bench.path(issuing: {
            $0.extensions.append(.nameConstraints(permitted: [.dns("a.example")], critical: false))
        })
        try bench.assertRefuses(check, .malformed, at: 1, plain, .strict, saying: "not critical")
        try bench.assertPasses(check, plain)
        let onLeaf = try bench.path(leaf: { $0.extensions.append(.nameConstraints(permitted: [.dns("a.example")])) })
        try bench.assertRefuses(check, .malformed, at: 0, onLeaf, .strict, saying: "not a CA certificate")
        try bench.assertPasses(check, onLeaf)
        let empty = try bench.path(issuing: { $0.extensions.append(.nameConstraints()) })
        try bench.assertRefuses(check, .malformed, at: 1, empty, .strict, saying: "without a subtree")
        try bench.assertPasses(check, empty)
    }
}
