// SPDX-License-Identifier: Apache-2.0
// Which names are within which constraints: a table with one name and constraint in each row.

import CertAuth
import CertAuthTesting
import XCTest

final class NameConstraintsCheckTests: XCTestCase {
    private let bench = CheckBench()
    private let check = NameConstraintsCheck()

    /// A name, a base, and whether the name is within it as a permitted and as an excluded subtree.
    private struct Case {
        let name: GeneralNameTemplate
        let base: GeneralNameTemplate
        let isPermitted: Bool
        let isExcluded: Bool

        init(_ name: GeneralNameTemplate, _ base: GeneralNameTemplate, permitted: Bool, excluded: Bool) {
            self.name = name
            self.base = base
            isPermitted = permitted
            isExcluded = excluded
        }

        /// The same answer for both kinds of subtree.
        init(_ name: GeneralNameTemplate, _ base: GeneralNameTemplate, inside: Bool) {
            self.init(name, base, permitted: inside, excluded: inside)
        }
    }

    private func assert(_ cases: [Case], line: UInt = #line) throws {
        for entry in cases {
            let leaf: CheckBench.Change = { $0.extensions.replace(.subjectAlternativeNames([entry.name])) }
            let permitting = try bench.path(
                leaf: leaf,
                issuing: { $0.extensions.append(.nameConstraints(permitted: [entry.base])) }
            )
            let excluding = try bench.path(
                leaf: leaf,
                issuing: { $0.extensions.append(.nameConstraints(excluded: [entry.base])) }
            )
            let shown = "\(entry.name) and \(entry.base)"
            let permitted = try bench.finding(check, on: permitting)
            XCTAssertEqual(permitted?.code, entry.isPermitted ? nil : .nameNotPermitted, shown, line: line)
            XCTAssertEqual(permitted?.certificateIndex, entry.isPermitted ? nil : 0, shown, line: line)
            let excluded = try bench.finding(check, on: excluding)
            XCTAssertEqual(excluded?.code, entry.isExcluded ? .nameNotPermitted : nil, shown, line: line)
            XCTAssertEqual(excluded?.certificateIndex, entry.isExcluded ? 0 : nil, shown, line: line)
        }
    }

    func test_a_host_is_within_itself_and_its_parent_domains() throws {
        try assert([
            Case(.dns("a.example"), .dns("a.example"), inside: true),
            Case(.dns("A.Example"), .dns("a.eXAMPLE"), inside: true),
            Case(.dns("b.a.example"), .dns("a.example"), inside: true),
            Case(.dns("ba.example"), .dns("a.example"), inside: false),
            Case(.dns("a.example.org"), .dns("a.example"), inside: false),
            Case(.dns("example"), .dns("a.example"), inside: false),
            Case(.dns("b.a.example"), .dns(".a.example"), inside: true),
            Case(.dns("a.example"), .dns(".a.example"), inside: false),
            Case(.dns("a.example"), .dns(""), inside: true),
        ])
    }

    func test_a_wildcard_is_permitted_whole_and_excluded_if_any_host_of_it_is() throws {
        try assert([
            Case(.dns("*.a.example"), .dns("a.example"), inside: true),
            Case(.dns("*.example"), .dns("a.example"), permitted: false, excluded: true),
            Case(.dns("*.example"), .dns("b.a.example"), inside: false),
            Case(.dns("*.a.example"), .dns("b.example"), inside: false),
        ])
    }

    func test_a_mailbox_is_within_itself_its_host_and_dotted_parent_domains() throws {
        try assert([
            Case(.email("alice@a.example"), .email("alice@A.example"), inside: true),
            Case(.email("Alice@a.example"), .email("alice@a.example"), inside: false),
            Case(.email("bob@a.example"), .email("alice@a.example"), inside: false),
            Case(.email("alice@a.example"), .email("a.example"), inside: true),
            Case(.email("alice@b.a.example"), .email("a.example"), inside: false),
            Case(.email("alice@b.a.example"), .email(".a.example"), inside: true),
            Case(.email("alice@a.example"), .email(".a.example"), inside: false),
            Case(.email("\"alice\"@a.example"), .email("alice@a.example"), inside: true),
        ])
    }

    func test_a_mailbox_at_an_address_is_comparable_only_with_a_mailbox() throws {
        try assert([
            Case(.email("root@[192.0.2.1]"), .email("root@[192.0.2.1]"), inside: true),
            Case(.email("root@[IPv6:2001:DB8::1]"), .email("root@[ipv6:2001:db8:0::1]"), inside: true),
            Case(.email("bob@[192.0.2.1]"), .email("root@[192.0.2.1]"), inside: false),
            Case(.email("root@[192.0.2.2]"), .email("root@[192.0.2.1]"), inside: false),
            Case(.email("root@[192.0.2.1]"), .email("a.example"), permitted: false, excluded: true),
            Case(.email("root@[192.0.2.1]"), .email(".a.example"), permitted: false, excluded: true),
            Case(.email("root@[192.0.2.1]"), .dns("a.example"), permitted: true, excluded: false),
        ])
    }

    func test_an_international_mailbox_is_governed_by_constraints_on_mailboxes() throws {
        try assert([
            Case(.smtpUTF8Mailbox("müller@a.example"), .email("a.example"), inside: true),
            Case(.smtpUTF8Mailbox("müller@b.a.example"), .email(".a.example"), inside: true),
            Case(.smtpUTF8Mailbox("müller@b.example"), .email("a.example"), inside: false),
            Case(.smtpUTF8Mailbox("müller@a.example"), .email("bob@a.example"), permitted: false, excluded: true),
            Case(.smtpUTF8Mailbox("müller@a.example"), .email("bob@b.example"), inside: false),
            Case(.smtpUTF8Mailbox("müller@a.example"), .email("bob@[192.0.2.1]"), inside: false),
            Case(.smtpUTF8Mailbox("müller@a.example"), .email("b.example"), inside: false),
        ])
    }

    func test_a_URI_is_within_its_host_whatever_surrounds_it() throws {
        try assert([
            Case(.uri("https://a.example/b.example"), .uri("a.example"), inside: true),
            Case(.uri("https://A.example:443/"), .uri("a.Example"), inside: true),
            Case(.uri("https://b.example@a.example/"), .uri("a.example"), inside: true),
            Case(.uri("https://a.example@b.example/"), .uri("a.example"), inside: false),
            Case(.uri("https://c.a.example/"), .uri("a.example"), inside: false),
            Case(.uri("https://c.a.example/"), .uri(".a.example"), inside: true),
            Case(.uri("https://a.example/"), .uri(".a.example"), inside: false),
        ])
    }

    func test_a_URI_without_a_host_name_is_refused_by_every_constraint_on_URIs() throws {
        for uri in [
            "urn:uuid:0", "mailto:a@a.example", "https://192.0.2.1/", "https://[2001:db8::1]/", "https://0x7f000001/",
            "https:///x", "https://a.example\\@b.example/", "https://a.example%2f/", "urn:host.local:Vendor:UA Client",
            "oftp://O0013 @a.example", "//a.example", "a.example", "https://a.example:x/",
        ] {
            try assert([
                Case(.uri(uri), .uri("a.example"), permitted: false, excluded: true),
                Case(.uri(uri), .uri("b.example"), permitted: false, excluded: true),
                Case(.uri(uri), .dns("z.example"), permitted: true, excluded: false),
            ])
        }
    }

    func test_an_address_is_within_a_range_of_its_family() throws {
        let range = GeneralNameTemplate.ipRange("192.0.2.0", mask: "255.255.255.0")
        try assert([
            Case(.ip("192.0.2.255"), range, inside: true),
            Case(.ip("192.0.3.0"), range, inside: false),
            Case(.ip("192.0.2.1"), .ipRange("192.0.2.77", mask: "255.255.255.0"), inside: true),
            Case(.ip("203.0.113.1"), .ipRange("0.0.0.0", mask: "0.0.0.0"), inside: true),
            Case(.ip("2001:db8::1"), .ipRange("2001:db8::", mask: "ffff:ffff::"), inside: true),
            Case(.ip("2001:db9::1"), .ipRange("2001:db8::", mask: "ffff:ffff::"), inside: false),
            Case(.ip("2001:db8::1"), range, inside: false),
            Case(.ip("::ffff:192.0.2.1"), range, permitted: false, excluded: true),
            Case(.ip("::ffff:192.0.3.1"), range, inside: false),
            Case(
                .ip("192.0.2.1"),
                .ipRange("::ffff:192.0.2.0", mask: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00"),
                inside: false
            ),
        ])
    }

    func test_a_directory_name_is_within_its_own_prefix() throws {
        let unit = NameTemplate().appending(.organizationName, "Acme").appending(.organizationalUnitName, "Sales")
        let organisation = NameTemplate().appending(.organizationName, "ACME")
        let subject: CheckBench.Change = { $0.subject = unit.appending(.commonName, "alice") }
        for (base, isInside) in [(organisation, true), (unit, true), (NameTemplate(commonName: "alice"), false)] {
            let permitting = try bench.path(
                leaf: subject,
                issuing: { $0.extensions.append(.nameConstraints(permitted: [.directory(base)])) }
            )
            let excluding = try bench.path(
                leaf: subject,
                issuing: { $0.extensions.append(.nameConstraints(excluded: [.directory(base)])) }
            )
            if isInside {
                try bench.assertPasses(check, permitting)
                try bench.assertRefuses(check, .nameNotPermitted, at: 0, excluding, saying: "excluded")
            } else {
                try bench.assertRefuses(check, .nameNotPermitted, at: 0, permitting, saying: "not permitted")
                try bench.assertPasses(check, excluding)
            }
        }
    }

    func test_kinds_without_a_comparison_are_refused_where_they_meet_a_constraint_of_their_kind() throws {
        try assert([
            Case(.userPrincipalName("alice"), .userPrincipalName("alice"), permitted: false, excluded: true),
            Case(.userPrincipalName("alice"), .smtpUTF8Mailbox("a@a.example"), permitted: true, excluded: false),
            Case(.registeredID(.clientAuth), .registeredID(.clientAuth), permitted: false, excluded: true),
            Case(.dns("a.example"), .registeredID(.clientAuth), permitted: true, excluded: false),
        ])
    }

    func test_a_subjects_mail_address_counts_where_there_is_no_alternative_name() throws {
        let subject = NameTemplate(commonName: "alice").appending(.emailAddress, "alice@b.example")
        let issuing: CheckBench.Change = { $0.extensions.append(.nameConstraints(permitted: [.email("a.example")])) }
        let alone = try bench.path(leaf: { $0.subject = subject }, issuing: issuing)
        try bench.assertRefuses(check, .nameNotPermitted, at: 0, alone, saying: "emailAddress")
        let beside = try bench.path(
            leaf: {
                $0.subject = subject
                $0.extensions.replace(.subjectAlternativeNames([.dns("a.example")]))
            },
            issuing: issuing
        )
        try bench.assertPasses(check, beside)
    }

    func test_every_authority_above_constrains_and_a_lower_one_cannot_widen() throws {
        let root: CheckBench.Change = { $0.extensions.append(.nameConstraints(permitted: [.dns("a.example")])) }
        let wide: CheckBench.Change = { $0.extensions.append(.nameConstraints(permitted: [.dns("example")])) }
        func leaf(_ name: String) -> CheckBench.Change {
            { $0.extensions.replace(.subjectAlternativeNames([.dns(name)])) }
        }
        try bench.assertPasses(check, bench.path(leaf: leaf("x.a.example"), issuing: wide, root: root))
        let widened = try bench.path(leaf: leaf("b.example"), issuing: wide, root: root)
        try bench.assertRefuses(check, .nameNotPermitted, at: 0, widened, saying: "certificate 2")
    }

    func test_an_intermediates_own_names_are_constrained_by_the_root() throws {
        let root: CheckBench.Change = { $0.extensions.append(.nameConstraints(excluded: [.dns("b.example")])) }
        let issuing: CheckBench.Change = { $0.extensions.append(.subjectAlternativeNames([.dns("ca.b.example")])) }
        try bench.assertRefuses(check, .nameNotPermitted, at: 1, bench.path(issuing: issuing, root: root))
        try bench.assertPasses(check, bench.path(root: root))
    }

    func test_a_self_issued_intermediate_is_exempt_and_a_self_issued_leaf_is_not() throws {
        let name: NameTemplate = "Bench Root"
        let root: CheckBench.Change = { $0.extensions.append(.nameConstraints(excluded: [.directory(name)])) }
        let rolledOver = try bench.path(issuing: { $0.subject = name }, root: root)
        try bench.assertPasses(check, rolledOver)
        let issuing: CheckBench.Change = {
            $0.subject = name
            $0.issuer = name
        }
        let leaf = try bench.path(leaf: { $0.subject = name }, issuing: issuing, root: root)
        try bench.assertRefuses(check, .nameNotPermitted, at: 0, leaf)
    }

    func test_the_comparisons_of_all_paths_of_one_validation_are_counted_together() throws {
        let names = (0..<10).map { GeneralNameTemplate.dns("h\($0).a.example") }
        let bases = (0..<10).map { GeneralNameTemplate.dns("x\($0).example") } + [.dns("a.example")]
        let path = try bench.path(
            leaf: { $0.extensions.replace(.subjectAlternativeNames(names)) },
            issuing: { $0.extensions.append(.nameConstraints(permitted: bases)) }
        )
        let limit = names.count * bases.count
        try bench.assertPasses(check, path) { $0.limits.nameComparisons = limit }
        try bench.assertRefuses(check, .limitExceeded, at: 0, path, saying: "limits.nameComparisons") {
            $0.limits.nameComparisons = limit - 1
        }
        var options = CertificateAuthenticationOptions(trust: .noAnchors)
        options.limits.nameComparisons = 2 * limit - 1
        let context = ValidationContext(options: options, now: Stage.moment)
        XCTAssertNoThrow(try check.check(path, in: context))
        XCTAssertThrowsError(try check.check(path, in: context)) { error in
            XCTAssertEqual((error as? Finding)?.code, .limitExceeded)
        }
    }
}
