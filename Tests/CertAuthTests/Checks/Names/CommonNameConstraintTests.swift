// SPDX-License-Identifier: Apache-2.0
// commonNames under constraints on hosts and addresses: a person passes; a host passes unless the policy constrains it.

import CertAuth
import CertAuthTesting
import XCTest

final class CommonNameConstraintTests: XCTestCase {
    private let bench = CheckBench()
    private let check = NameConstraintsCheck()
    private let constraints = ExtensionTemplate.nameConstraints(
        permitted: [
            .dns("a.example"), .ipRange("192.0.2.0", mask: "255.255.255.0"),
            .ipRange("2001:db8::", mask: "ffff:ffff::"),
        ],
        excluded: [.dns("secret.a.example")]
    )

    private func path(_ text: String, _ names: [GeneralNameTemplate] = []) throws -> CandidatePath {
        try bench.path(
            leaf: {
                $0.subject = NameTemplate(commonName: text)
                if !names.isEmpty { $0.extensions.replace(.subjectAlternativeNames(names)) }
            },
            issuing: { $0.extensions.append(self.constraints) }
        )
    }

    private static let outside = [
        "b.example", "john.smith", "*.b.example", "203.0.113.1", "2001:db9::1", "[2001:db9::1]", "x.secret.a.example",
        // The same with characters that some readers ignore.
        "b.example.", "b.example..", " b.example", "b.example \t", "b.example\u{A0}", "b.example\u{0}", "203.0.113.1 ",
        "B.Example\u{200B}", "secret.a.example.",
        // Hosts for some readers.
        "a.example\u{0}.b.example", "b\u{FC}cher.example", "b\u{3002}example", "*.*.a.example", "f*.a.example",
    ]
    private static let inside = [
        "a.example", "x.a.example", "x.a.example.", " x.a.example ", "*.x.a.example", "192.0.2.7", "2001:db8::7",
        "alice",
        "Alice B. Example", "Dr. M\u{FC}ller", "alice@b.example", "https://b.example/", "localhost", "a", "...",
        "v1..2",
    ]

    func test_no_commonName_is_constrained_by_default() throws {
        for text in Self.outside + Self.inside { try bench.assertPasses(check, path(text)) }
    }

    func test_the_strict_profile_and_the_option_constrain_common_names_like_hosts_and_addresses() throws {
        for text in Self.outside {
            try bench.assertRefuses(check, .nameNotPermitted, at: 0, path(text), .strict, saying: "commonName")
            try bench.assertRefuses(check, .nameNotPermitted, at: 0, path(text), saying: "commonName") {
                $0.constrainsCommonNames = true
            }
        }
        for text in Self.inside { try bench.assertPasses(check, path(text), .strict) }
    }

    func test_an_address_with_leading_zeros_is_within_no_constraint_on_addresses() throws {
        // 192.0.2.7 and 203.0.113.1 if read as decimal numbers, other addresses if read as octal ones.
        for text in ["192.0.02.7", "192.000.2.7", "192.0.2.007", "[192.0.2.07]", "203.0.113.01"] {
            try bench.assertRefuses(check, .nameNotPermitted, at: 0, path(text), .strict, saying: "can't be compared")
            try bench.assertPasses(check, path(text))
        }
        try bench.assertPasses(check, path("192.0.2.7"), .strict)
        try bench.assertPasses(check, path("192.0.02.7", [.ip("192.0.2.7")]), .strict)
        let hosts = try bench.path(
            leaf: { $0.subject = NameTemplate(commonName: "192.0.02.7") },
            issuing: { $0.extensions.append(.nameConstraints(permitted: [.dns("a.example")])) }
        )
        try bench.assertPasses(check, hosts, .strict)
    }

    func test_an_alternative_name_of_the_kind_replaces_the_commonName() throws {
        try bench.assertPasses(check, path("b.example", [.dns("a.example")]), .strict)
        try bench.assertPasses(check, path("203.0.113.1", [.ip("192.0.2.1")]), .strict)
        for names in [[GeneralNameTemplate.email("a@b.example")], [.ip("192.0.2.1")]] {
            try bench.assertRefuses(check, .nameNotPermitted, at: 0, path("b.example", names), .strict)
        }
    }

    func test_the_whole_engine_accepts_a_person_under_a_constrained_CA() throws {
        let stage = try Stage()
        let issuing = try stage.root.intermediate("Users") {
            $0.extensions.append(.nameConstraints(permitted: [.dns("corp.example")]))
        }
        for name in ["john.smith", "device-4711.v2", "10.0.0.1", "a_b.c", "jsmith"] {
            let presented = try XCTUnwrap(issuing.issue(name).presented())
            assertAccepted(try stage.authenticator().validate(presented))
            let asked = try stage.authenticator { $0.constrainsCommonNames = true }.validate(presented)
            // A constraint on hosts does not apply to addresses.
            if name == "jsmith" || name == "10.0.0.1" {
                assertAccepted(asked)
            } else {
                assertRefused(asked, .nameNotPermitted, at: 0)
            }
        }
        let host = try issuing.issue("john.smith") {
            $0.extensions.replace(.subjectAlternativeNames([.dns("b.example")]))
        }
        assertRefused(try stage.authenticator().validate(XCTUnwrap(host.presented())), .nameNotPermitted, at: 0)
    }
}
