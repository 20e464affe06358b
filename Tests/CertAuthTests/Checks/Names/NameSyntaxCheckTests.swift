// SPDX-License-Identifier: Apache-2.0
// Which alternative names have the syntax of their type.

import CertAuth
import CertAuthTesting
import XCTest

final class NameSyntaxCheckTests: XCTestCase {
    private let bench = CheckBench()
    private let check = NameSyntaxCheck()

    private func path(_ name: GeneralNameTemplate) throws -> CandidatePath {
        try bench.path(leaf: { $0.extensions.replace(.subjectAlternativeNames([name])) })
    }

    func test_host_names_are_labels_of_letters_digits_and_hyphens() throws {
        let long = String(repeating: "a", count: 63)
        let whole = [long, long, long, String(repeating: "b", count: 61)].joined(separator: ".")
        for good in [
            "a.example", "A-1.example", "localhost", "xn--bcher-kva.example", "*.example", "\(long).example", whole,
        ] {
            try bench.assertPasses(check, path(.dns(good)), .strict)
        }
        let bad = [
            " a.example", "a..example", ".example", "a.example.", "-a.example", "a-.example", "a.*.example", "*",
            "f*.example", "**.example", "a b.example", "a\u{0}.example", "\(long)a.example", whole + "b", "a@b.example",
        ]
        for bad in bad {
            try bench.assertRefuses(check, .malformed, at: 0, path(.dns(bad)), saying: "is not a host name")
        }
    }

    func test_no_alternative_name_is_empty_or_lacks_a_required_part() throws {
        let text = DER.constructed(1, [DER.utf8String("partner")])
        for name in [
            GeneralNameTemplate.email(""), .dns(""), .uri(""), .address([]), .directory(.empty), .userPrincipalName(""),
            .smtpUTF8Mailbox(""), .otherName(.clientAuth, value: DER.utf8String("")), .raw([0xA3, 0]), .raw([0xA5, 0]),
            .raw(DER.constructed(5, [DER.constructed(0, [DER.utf8String("assigner")])])),
            .raw(DER.constructed(5, [[0xA1, 0]])),
        ] {
            try bench.assertRefuses(check, .malformed, at: 0, path(name), saying: "is empty")
        }
        for name in [
            GeneralNameTemplate.directory("alice"), .userPrincipalName("a"), .otherName(.clientAuth, value: DER.null),
            .raw(DER.constructed(3, [DER.sequence([])])), .raw(DER.constructed(5, [text])),
            .raw(DER.constructed(5, [DER.constructed(0, [DER.utf8String("assigner")]), text])),
        ] {
            try bench.assertPasses(check, path(name), .strict)
        }
    }

    func test_the_strict_profile_refuses_underscores_and_numeric_top_level_labels() throws {
        for name in ["a_b.example", "192.0.2.1", "a.7"] {
            try bench.assertRefuses(check, .malformed, at: 0, path(.dns(name)), .strict)
            try bench.assertPasses(check, path(.dns(name)))
        }
        try bench.assertPasses(check, path(.dns("7.example")), .strict)
    }

    func test_mailboxes_have_a_local_part_and_a_host() throws {
        let good = [
            "alice@example", "a.b+c@Mail.example", "\"a b\"@mail.example", "a@xn--bcher-kva.example", "*@a.example",
            "root@[192.0.2.1]", "root@[IPv6:2001:db8::1]", "root@[ipv6:::ffff:192.0.2.1]",
        ]
        for good in good { try bench.assertPasses(check, path(.email(good)), .strict) }
        let bad = [
            "alice", "@a.example", "alice@", "alice@.example", "alice@a.example.", "a b@a.example", ".a@a.example",
            "a.@a.example", "a..b@a.example", "\"a\"b@a.example", "a@b@a.example", "a@[192.0.2.1", "a@192.0.2.1]",
            "a@[]", "a@[192.0.2]", "a@[192.0.2.256]", "a@[192.0.2.01]", "a@[2001:db8::1]", "a@[IPv6:192.0.2.1]",
            "a@[IPv6:]", "a@[IPv6:2001:db8::1%eth0]", "a@[a.example]", "a@[tag:b]", "a@[192.0.2.1] ", "a@[[192.0.2.1]]",
            String(repeating: "a", count: 65) + "@a.example",
        ]
        for bad in bad {
            try bench.assertRefuses(check, .malformed, at: 0, path(.email(bad)), saying: "is not a mailbox")
        }
    }

    func test_international_mailboxes_may_use_other_than_ASCII_only_in_the_local_part() throws {
        try bench.assertPasses(check, path(.smtpUTF8Mailbox("müller@xn--bcher-kva.example")), .strict)
        try bench.assertRefuses(check, .malformed, at: 0, path(.smtpUTF8Mailbox("müller@bücher.example")))
        try bench.assertRefuses(check, .malformed, at: 0, path(.smtpUTF8Mailbox("müller")))
    }

    func test_the_strict_profile_requires_absolute_URIs() throws {
        let good = [
            "https://a.example/x?y#z", "spiffe://trust.example/workload",
            "urn:uuid:0d9c6e1c-0000-4000-8000-000000000000",
            "https://user@a.example:443/", "https://[2001:db8::1]/", "https://192.0.2.1:/", "https://a.example/%41",
        ]
        for good in good { try bench.assertPasses(check, path(.uri(good)), .strict) }
        for bad in [
            "a.example/x", "//a.example", ":x", "1http://a.example", "https://a .example", "https://a.example:x/",
        ] {
            let relative = try path(.uri(bad))
            try bench.assertRefuses(check, .malformed, at: 0, relative, .strict, saying: "is not an absolute URI")
        }
        try bench.assertRefuses(check, .malformed, at: 0, path(.uri("")), .strict, saying: "is empty")
        try bench.assertRefuses(check, .malformed, at: 0, path(.uri("https://a.example:65536/")), .strict)
        try bench.assertPasses(check, path(.uri("https://a.example:65535/")), .strict)
    }

    func test_a_URI_name_of_printable_ASCII_refuses_no_client() throws {
        for odd in [
            "ID:Microsoft Endpoint Manager:GUID:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "urn:host.local:Vendor:UA Client",
            "oftp://O0013000000EXAMPLE       @host.example", "a.example/x", "//a.example", "https://a.example:x/",
            "alice",
            "urn:uuid:{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", "app://x/a|b", "https://h.example/100%",
            "file:\\\\srv\\x",
        ] {
            try bench.assertPasses(check, path(.uri(odd)))
            try bench.assertRefuses(check, .malformed, at: 0, path(.uri(odd)), .strict)
        }
        for bad in ["a\u{0}b", "urn:a\nb", "urn:a\tb", "urn:a\u{7F}"] {
            try bench.assertRefuses(check, .malformed, at: 0, path(.uri(bad)), saying: "printable ASCII")
        }
        try bench.assertRefuses(check, .malformed, at: 0, path(.uri("")), saying: "is empty")
    }

    func test_the_strict_profile_checks_a_URIs_host_and_characters() throws {
        for bad in [
            "https://a..example/", "https://a.example./", "https://ex%61mple/", "https://a.example\\@b.example/",
        ] {
            try bench.assertRefuses(check, .malformed, at: 0, path(.uri(bad)), .strict)
            try bench.assertPasses(check, path(.uri(bad)))
        }
        for bad in ["urn:a{b}", "urn:a%4", "urn:a%zz", "urn:\"a\""] {
            try bench.assertRefuses(check, .malformed, at: 0, path(.uri(bad)), .strict, saying: "characters")
            try bench.assertPasses(check, path(.uri(bad)))
        }
    }

    func test_addresses_have_four_or_sixteen_bytes() throws {
        try bench.assertPasses(check, path(.ip("192.0.2.1")))
        try bench.assertPasses(check, path(.ip("2001:db8::1")))
        let none = GeneralNameTemplate.address([])
        try bench.assertRefuses(check, .malformed, at: 0, path(none), saying: "is empty")
        for count in [3, 5, 8, 15, 17, 32] {
            let name = GeneralNameTemplate.address([UInt8](repeating: 1, count: count))
            try bench.assertRefuses(check, .malformed, at: 0, path(name), saying: "has \(count) bytes")
        }
    }

    func test_other_kinds_have_no_syntax_of_their_own() throws {
        for name in [GeneralNameTemplate.directory("alice"), .registeredID(.clientAuth), .userPrincipalName("alice")] {
            try bench.assertPasses(check, path(name), .strict)
        }
    }

    func test_issuers_are_checked_and_anchors_are_not() throws {
        let change: CheckBench.Change = { $0.extensions.append(.subjectAlternativeNames([.dns("-")])) }
        try bench.assertRefuses(check, .malformed, at: 1, bench.path(issuing: change))
        try bench.assertPasses(check, bench.path(root: change))
    }
}
