// SPDX-License-Identifier: Apache-2.0
// Directory names beyond ASCII under constraints, permitted and excluded, by the check and by the whole engine.

import CertAuth
import CertAuthTesting
import XCTest

final class DirectoryConstraintTests: XCTestCase {
    private let bench = CheckBench()
    private let check = NameConstraintsCheck()

    private typealias Attribute = NameTemplate.Attribute

    private func organisation(_ text: String) -> Attribute { Attribute(.organizationName, text) }

    /// The check's answers about a subject with `name` if `base` is permitted, and if it is excluded.
    private func answers(_ name: Attribute, _ base: Attribute) throws -> (permitted: String?, excluded: String?) {
        let leaf: CheckBench.Change = { $0.subject = NameTemplate([[name]]).appending(.commonName, "alice") }
        func finding(_ constraints: ExtensionTemplate) throws -> String? {
            let path = try bench.path(leaf: leaf, issuing: { $0.extensions.append(constraints) })
            let finding = try bench.finding(check, on: path)
            XCTAssertEqual(finding?.code ?? .nameNotPermitted, .nameNotPermitted)
            return finding?.message
        }
        let subtree = GeneralNameTemplate.directory(NameTemplate([[base]]))
        return (
            try finding(.nameConstraints(permitted: [subtree])), try finding(.nameConstraints(excluded: [subtree]))
        )
    }

    private func assertSame(_ name: Attribute, _ base: Attribute, line: UInt = #line) throws {
        let answers = try answers(name, base)
        XCTAssertNil(answers.permitted, line: line)
        XCTAssertTrue(answers.excluded?.contains("is excluded by") ?? false, "\(answers)", line: line)
    }

    private func assertDifferent(_ name: Attribute, _ base: Attribute, line: UInt = #line) throws {
        let answers = try answers(name, base)
        XCTAssertTrue(answers.permitted?.contains("is not permitted by") ?? false, "\(answers)", line: line)
        XCTAssertNil(answers.excluded, line: line)
    }

    private func assertUndecidable(_ name: Attribute, _ base: Attribute, line: UInt = #line) throws {
        let answers = try answers(name, base)
        XCTAssertTrue(answers.permitted?.contains("can't be compared") ?? false, "\(answers)", line: line)
        XCTAssertTrue(answers.excluded?.contains("can't be compared") ?? false, "\(answers)", line: line)
    }

    func test_case_composition_width_and_ignorable_characters_do_not_distinguish_names() throws {
        let pairs = [
            ("M\u{FC}ller GmbH", "M\u{DC}LLER GMBH"), ("M\u{FC}ller", "Mu\u{308}ller"), ("stra\u{DF}e", "STRASSE"),
            ("\u{FF25}\u{FF58}\u{FF41}\u{FF4D}\u{FF50}\u{FF4C}\u{FF45}", "Example"), ("Exam\u{AD}ple", "Example"),
            ("Ex\u{A0}ample", "Ex ample"), ("\u{3000} Ex \u{2003} ample\u{2009}", "Ex ample"), ("e\u{200B}x", "ex"),
            ("\u{FB01}n", "FIN"), ("\u{3A3}\u{3C3}\u{3C2}", "\u{3C3}\u{3C3}\u{3C3}"), ("\u{212B}b", "\u{E5}B"),
            ("\u{1D5D4}cme", "ACME"), ("a\u{1}cme", "acme"), ("\u{FF71}\u{FF72}", "\u{30A2}\u{30A4}"),
            ("\u{130}x", "i\u{307}x"),
            ("\u{10400}a", "\u{10428}A"), ("a\u{FE0F}b", "ab"), ("\u{2460}", "1"), ("a\u{85}b", "a b"),
        ]
        for (left, right) in pairs {
            try assertSame(organisation(left), organisation(right))
            try assertSame(organisation(right), organisation(left))
        }
    }

    func test_different_texts_stay_different() throws {
        for (left, right) in [
            ("M\u{FC}ller", "Muller"), ("M\u{FC}ller", "Mueller"), ("\u{131}x", "ix"), ("\u{430}cme", "acme"),
            ("Ex\u{A0}ample", "Example"), ("stra\u{DF}e", "strase"),
        ] {
            try assertDifferent(organisation(left), organisation(right))
        }
        try assertDifferent(Attribute(.organizationalUnitName, "M\u{FC}ller"), organisation("M\u{FC}ller"))
    }

    func test_string_types_do_not_distinguish_names() throws {
        let text = "M\u{FC}ller"
        let wide = text.unicodeScalars.flatMap { [UInt8($0.value >> 8), UInt8($0.value & 0xFF)] }
        let universal = text.unicodeScalars.flatMap { [0, 0, UInt8($0.value >> 8), UInt8($0.value & 0xFF)] }
        for (tag, contents) in [(UInt8(0x1E), wide), (0x1C, universal)] {
            try assertSame(
                Attribute(type: .organizationName, tag: tag, contents: contents),
                organisation("M\u{DC}LLER")
            )
        }
        try assertSame(
            Attribute(type: .organizationName, tag: 0x13, contents: Array("acme".utf8)),
            organisation("Acme")
        )
    }

    func test_a_name_that_cannot_be_compared_is_refused_under_permitted_and_excluded() throws {
        let incomparable = [
            // Private use, the replacement character, a noncharacter, and a character newer than Unicode 3.2.
            organisation("a\u{E000}"), organisation("a\u{FFFD}"),
            Attribute(type: .organizationName, tag: 0x0C, contents: [0xEF, 0xB7, 0x90]), organisation("a\u{1F600}"),
            // Invalid in its string type; OpenSSL reads no certificate with invalid UTF-8, surrogates or a non-string.
            Attribute(type: .organizationName, tag: 0x13, contents: [0x61, 0xFC]),
            // T.61 and ISO 8859-1 differ in this character.
            Attribute(type: .organizationName, tag: 0x14, contents: [0xC8, 0x75]),
        ]
        for name in incomparable {
            try assertUndecidable(name, organisation("Acme"))
            try assertUndecidable(organisation("Acme"), name)
            try assertSame(name, name)
            try assertDifferent(Attribute(.organizationalUnitName, "x"), name)
        }
        // Read as ISO 8859-1, as all readers do, if that makes the names equal.
        let latin = Attribute(type: .organizationName, tag: 0x14, contents: [0x4D, 0xFC])
        try assertSame(latin, organisation("m\u{FC}"))
    }

    func test_relative_names_of_several_attributes_are_compared_as_sets() throws {
        let unit = Attribute(.organizationalUnitName, "Stra\u{DF}e")
        func path(_ names: [Attribute], _ base: [Attribute]) throws -> CandidatePath {
            let base = NameTemplate([base])
            return try bench.path(
                leaf: { $0.subject = NameTemplate([names]).appending(.commonName, "alice") },
                issuing: { $0.extensions.append(.nameConstraints(excluded: [.directory(base)])) }
            )
        }
        let other = Attribute(.organizationalUnitName, "STRASSE")
        let both = [organisation("M\u{FC}ller"), unit]
        try bench.assertRefuses(check, .nameNotPermitted, at: 0, path(both, [other, organisation("M\u{DC}LLER")]))
        try bench.assertPasses(check, path(both, [other]))
        try bench.assertPasses(check, path(both, [other, organisation("Other")]))
    }

    func test_the_whole_engine_follows_the_check() throws {
        let stage = try Stage()
        func verdict(_ name: String, _ constraints: ExtensionTemplate) throws -> ValidationVerdict {
            let issuing = try stage.root.intermediate("Constrained") { $0.extensions.append(constraints) }
            let leaf = try issuing.issue("alice") {
                $0.subject = NameTemplate().appending(.organizationName, name).appending(.commonName, "alice")
            }
            return try stage.authenticator().validate(XCTUnwrap(leaf.presented()))
        }
        func base(_ text: String) -> [GeneralNameTemplate] {
            [.directory(NameTemplate().appending(.organizationName, text))]
        }
        for (name, subtree) in [("Mu\u{308}ller", "M\u{DC}LLER"), ("Acme", "\u{FF21}cme"), ("acme", "ACME")] {
            assertAccepted(try verdict(name, .nameConstraints(permitted: base(subtree))))
            assertRefused(try verdict(name, .nameConstraints(excluded: base(subtree))), .nameNotPermitted, at: 0)
        }
        assertRefused(try verdict("M\u{FC}ller", .nameConstraints(permitted: base("Muller"))), .nameNotPermitted, at: 0)
        assertAccepted(try verdict("M\u{FC}ller", .nameConstraints(excluded: base("Muller"))))
    }

    func test_a_constraint_on_a_kind_without_a_comparison_is_reported() throws {
        for constraints in [
            ExtensionTemplate.nameConstraints(permitted: [.userPrincipalName("alice")]),
            .nameConstraints(excluded: [.userPrincipalName("bob")]),
        ] {
            let path = try bench.path(
                leaf: { $0.extensions.replace(.subjectAlternativeNames([.userPrincipalName("alice")])) },
                issuing: { $0.extensions.append(constraints) }
            )
            try bench.assertRefuses(check, .nameNotPermitted, at: 0, path, saying: "can't be compared with the")
        }
    }
}
