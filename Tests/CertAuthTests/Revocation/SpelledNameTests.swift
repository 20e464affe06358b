// SPDX-License-Identifier: Apache-2.0
// Statements about revocation are found by equal names in any spelling (RFC 5280 §7.1, RFC 4518), never by others.

import CertAuth
import CertAuthTesting
import XCTest

final class SpelledNameTests: XCTestCase {
    /// The CA's own spelling, other spellings of the same name, and other names.
    private static let own: NameTemplate = "Müller GmbH"
    private static let same: [NameTemplate] = [
        "MÜLLER GMBH", "Mu\u{308}ller  GmbH", "Ｍüller\u{A0}GmbH", "Mü\u{AD}ller GmbH",
        NameTemplate([[NameTemplate.Attribute(type: .commonName, tag: 0x1E, contents: bmp("Müller GmbH"))]]),
    ]
    private static let others: [NameTemplate] = ["Muller GmbH", "Mueller GmbH", "Müller Gmb", "Müler GmbH"]
    /// A character that Unicode 3.2 does not contain: a text with it equals no other.
    private static let undecidable: NameTemplate = "Müller GmbH \u{1F600}"

    private static func bmp(_ text: String) -> [UInt8] {
        text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    /// A CA with a spelled name, and a client of it.
    private struct World {
        var scene: RevocationScene
        let authority: TestAuthority

        init(
            _ spelling: NameTemplate = SpelledNameTests.own,
            _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
        ) throws {
            scene = try RevocationScene()
            authority = try scene.stage.root.intermediate("Authority") { $0.subject = spelling }
            scene.alice = try authority.issue("alice") { try customize(&$0) }
        }

        /// A list by the CA's key under another name that revokes the client or is empty.
        func list(named name: NameTemplate, revoking: Bool = false) throws -> TestRevocationList {
            try authority.revocationList(revoked: revoking ? [scene.alice] : []) { $0.issuer = name }
        }
    }

    private func entry(
        _ identity: TestIdentity,
        issuer: NameTemplate?,
        reason: Int? = nil
    ) -> RevocationListTemplate.Entry {
        var entry = RevocationListTemplate.Entry(
            serialNumber: identity.serialNumber,
            revocationDate: Stage.moment,
            reason: reason
        )
        if let issuer { entry.extensions.append(.certificateIssuer(issuer)) }
        return entry
    }

    private func scope(_ change: (inout IssuingDistributionPointTemplate) -> Void) -> ExtensionTemplate {
        var scope = IssuingDistributionPointTemplate()
        change(&scope)
        return .issuingDistributionPoint(scope)
    }

    private func point(name: NameTemplate? = nil, issuer: NameTemplate? = nil) -> ExtensionTemplate {
        let name = name.map { DER.constructed(0, [DER.constructed(0, [GeneralNameTemplate.directory($0).encoded])]) }
        let issuer = issuer.map { DER.constructed(2, [GeneralNameTemplate.directory($0).encoded]) }
        let fields = [name, issuer].compactMap { $0 }
        return ExtensionTemplate(.cRLDistributionPoints, value: DER.sequence([DER.sequence(fields)]))
    }

    // MARK: Characters that are equivalent to ASCII

    /// The characters outside of ASCII that Unicode calls canonically equivalent to one in ASCII, with that one.
    private func asciiEquivalents() -> [(character: String, ascii: String)] {
        let ascii = Set((0x21..<0x7F).compactMap { Unicode.Scalar($0).map { String($0) } })
        return (0x80...0x10_FFFF).compactMap { value -> (String, String)? in
            guard let character = Unicode.Scalar(value).map({ String($0) }), let equal = ascii.first(of: character)
            else { return nil }
            return (character, equal)
        }
    }

    func test_a_list_and_its_signer_are_found_by_characters_that_are_equivalent_to_ASCII() throws {
        let equivalents = asciiEquivalents()
        XCTAssertEqual(equivalents.map(\.character.unicodeScalars.first?.value), [0x037E, 0x1FEF, 0x212A])
        for (character, ascii) in equivalents {
            let (one, other) = ("CA\(character) one", "CA\(ascii) one")
            for (own, foreign) in [(one, other), (other, one)] {
                var world = try World(NameTemplate(commonName: own))
                world.scene.lists = [try world.list(named: NameTemplate(commonName: foreign), revoking: true)]
                XCTAssertEqual(try world.scene.word(), "revoked", "list \(foreign) of \(own)")
                // The CA's second key has its name in the other spelling.
                let signer = try world.scene.stage.root.intermediate("Signer") {
                    $0.subject = NameTemplate(commonName: foreign)
                }
                world.scene.signers = [try signer.certificate]
                world.scene.lists = [
                    try signer.revocationList(revoked: [world.scene.alice]) {
                        $0.issuer = NameTemplate(commonName: own)
                    }
                ]
                XCTAssertEqual(try world.scene.word(), "revoked", "signer \(foreign) of \(own)")
            }
        }
    }

    // MARK: Lists

    func test_the_issuer_of_a_list_may_be_spelled_in_any_way() throws {
        var world = try World()
        for spelling in [Self.own] + Self.same {
            world.scene.lists = [try world.list(named: spelling)]
            XCTAssertEqual(try world.scene.word(), "good", "\(spelling)")
            world.scene.lists = [try world.list(named: spelling, revoking: true)]
            XCTAssertEqual(try world.scene.word(), "revoked", "\(spelling)")
        }
        for name in Self.others {
            world.scene.lists = [try world.list(named: name, revoking: true)]
            XCTAssertEqual(try world.scene.word(), "no-source", "\(name)")
        }
    }

    func test_a_list_of_a_name_that_cannot_be_compared_revokes_and_clears_no_client() throws {
        var world = try World()
        world.scene.lists = [try world.list(named: Self.undecidable, revoking: true)]
        XCTAssertEqual(try world.scene.word(), "revoked")
        world.scene.lists = [try world.list(named: Self.undecidable)]
        XCTAssertEqual(try world.scene.word(), "signer-not-trusted")
        // Equal bytes are equal names.
        world = try World(Self.undecidable)
        world.scene.lists = [try world.authority.revocationList()]
        XCTAssertEqual(try world.scene.word(), "good")
        // A forged list is not accepted under any name.
        for name in [Self.own, Self.same[0], Self.undecidable] {
            world = try World()
            world.scene.lists = [
                try world.scene.issuing.revocationList(revoked: [world.scene.alice]) { $0.issuer = name }
            ]
            XCTAssertEqual(try world.scene.word(), "bad-signature", "\(name)")
        }
    }

    func test_a_CA_with_the_same_non_ASCII_name_clears_no_client_of_another_CA() throws {
        var world = try World()
        let namesake = try world.scene.stage.root.intermediate("Other") { $0.subject = Self.undecidable }
        world.scene.signers = [try namesake.certificate]
        world.scene.lists = [
            try namesake.revocationList { $0.issuer = Self.own }, try world.scene.stage.root.revocationList(),
        ]
        XCTAssertEqual(try world.scene.word(), "signer-not-trusted")
    }

    func test_later_lists_supersede_older_ones_in_other_spelling() throws {
        var world = try World()
        let hold = entry(world.scene.alice, issuer: nil, reason: 6)
        let held = try world.authority.revocationList(entries: [hold], number: 5) {
            $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -7_200))
        }
        for (spelling, word) in [(Self.same[0], "good"), (Self.same[1], "good"), (Self.others[0], "revoked")] {
            world.scene.lists = [held, try world.authority.revocationList(number: 6) { $0.issuer = spelling }]
            XCTAssertEqual(try world.scene.word(), word, "\(spelling)")
        }
    }

    func test_the_store_replaces_a_list_by_one_in_other_spelling() throws {
        let world = try World()
        let first = try CertificateRevocationList(derEncoded: world.authority.revocationList(number: 5).derEncoded)
        let evidence = RevocationEvidence(revocationLists: [first])
        for (spelling, isOfSeries) in [(Self.same[0], true), (Self.others[0], false)] {
            let made = try world.authority.revocationList(number: 6) {
                $0.issuer = spelling
                $0.thisUpdate = .automatic(world.scene.now)
            }
            let list = try CertificateRevocationList(derEncoded: made.derEncoded)
            if isOfSeries {
                let updated = try evidence.updated(with: list, signedBy: world.authority.certificate)
                XCTAssertEqual(updated.revocationLists.map(\.fingerprint), [list.fingerprint])
            } else {
                XCTAssertThrowsError(try evidence.updated(with: list, signedBy: world.authority.certificate))
            }
        }
    }

    // MARK: Scopes and indirect lists

    func test_a_scope_and_a_point_name_each_other_in_any_spelling() throws {
        for (name, word) in Self.same.map({ ($0, "good") }) + Self.others.map({ ($0, "not-covered") }) {
            var world = try World { $0.extensions.append(self.point(name: Self.own)) }
            world.scene.lists = [
                try world.authority.revocationList {
                    $0.extensions.append(self.scope { $0.names = [.directory(name)] })
                }
            ]
            XCTAssertEqual(try world.scene.word(), word, "\(name)")
        }
    }

    func test_a_cRLIssuer_names_the_list_in_any_spelling() throws {
        for (name, word) in Self.same.map({ ($0, "revoked") }) + Self.others.map({ ($0, "no-source") }) {
            var scene = try RevocationScene { $0.extensions.append(self.point(issuer: name)) }
            let lister = try scene.stage.root.intermediate("Lists") { $0.subject = Self.own }
            scene.signers = [try lister.certificate]
            let listed = entry(scene.alice, issuer: scene.issuing.subject)
            let list = try lister.revocationList(entries: [listed]) {
                $0.extensions.append(self.scope { $0.isIndirect = true })
            }
            scene.lists = [list, try scene.stage.root.revocationList()]
            XCTAssertEqual(try scene.word(), word, "\(name)")
        }
    }

    /// A difference here would clear a revoked client, so names that cannot be compared revoke.
    func test_entries_of_an_indirect_list_name_their_issuer_in_any_spelling() throws {
        let names =
            ([Self.own] + Self.same + [Self.undecidable]).map { ($0, "revoked") } + Self.others.map { ($0, "good") }
        for (name, word) in names {
            var world = try World { $0.extensions.append(self.point(issuer: "Lists")) }
            let lister = try world.scene.stage.root.intermediate("Lists")
            world.scene.signers = [try lister.certificate]
            let before = entry(try world.authority.issue("bob"), issuer: "Somebody")
            let list = try lister.revocationList(entries: [before, entry(world.scene.alice, issuer: name)]) {
                $0.extensions.append(self.scope { $0.isIndirect = true })
            }
            world.scene.lists = [list, try world.scene.stage.root.revocationList()]
            XCTAssertEqual(try world.scene.word(), word, "\(name)")
        }
    }

    func test_an_entry_that_may_be_another_issuers_removes_no_entry() throws {
        for (name, word) in [(Self.own, "good"), (Self.same[0], "good"), (Self.undecidable, "revoked")] {
            var world = try World()
            let held = entry(world.scene.alice, issuer: Self.own, reason: 6)
            let base = try world.authority.revocationList(entries: [held], number: 5) {
                $0.extensions.append(self.scope { $0.isIndirect = true })
            }
            let removal = entry(world.scene.alice, issuer: name, reason: 8)
            let delta = try world.authority.revocationList(entries: [removal], number: 6) {
                $0.extensions.append(self.scope { $0.isIndirect = true })
                $0.extensions.append(.deltaCRLIndicator(baseNumber: 5))
            }
            world.scene.lists = [base, delta]
            XCTAssertEqual(try world.scene.word(), word, "\(name)")
        }
    }

    // MARK: OCSP

    func test_a_response_names_its_responder_in_any_spelling() throws {
        let names =
            ([Self.own] + Self.same + [Self.undecidable]).map { ($0, "revoked") }
            + Self.others.map { ($0, "bad-signature") }
        for (name, word) in names {
            var world = try World()
            world.scene.responses = [
                try world.authority.ocspResponse(for: world.scene.alice, .revoked(at: Stage.moment, reason: 1)) {
                    $0.responder = .name(name)
                }
            ]
            XCTAssertEqual(try world.scene.word(), word, "\(name)")
        }
    }

    func test_a_responder_names_its_issuer_in_any_spelling() throws {
        for (name, word) in Self.same.map({ ($0, "good") }) + Self.others.map({ ($0, "signer-not-trusted") }) {
            var world = try World()
            let responder = try world.authority.issue("responder", .ocspResponder) { $0.issuer = name }
            world.scene.responses = [try world.authority.ocspResponse(for: world.scene.alice, responder: responder)]
            XCTAssertEqual(try world.scene.word(), word, "\(name)")
        }
    }

    /// RFC 6960 §4.1.1 hashes the issuer's name in the client's certificate; some responders hash the issuer's subject.
    func test_an_identifier_may_hash_either_spelling_of_the_issuers_name() throws {
        var scene = try RevocationScene()
        let authority = try scene.stage.root.intermediate("Authority") { $0.subject = "Authority" }
        scene.alice = try authority.issue("alice") { $0.issuer = "AUTHORITY" }
        let response = try authority.ocspResponse(for: scene.alice, .revoked(at: Stage.moment, reason: 1))
        scene.responses = [response]
        XCTAssertEqual(try scene.word(), "revoked")
        let other = try scene.stage.root.intermediate("Other")
        scene.responses = [
            try authority.ocspResponse(for: scene.alice, .revoked(at: Stage.moment, reason: 1)) {
                $0.responses[0].certificate = try OCSPCertificateIdentifier(
                    serialNumber: scene.alice.serialNumber,
                    issuer: other
                )
            }
        ]
        XCTAssertEqual(try scene.word(), "no-source")
    }

    // MARK: Removed verdicts

    func test_verdicts_of_an_issuer_are_forgotten_under_any_spelling() throws {
        let world = try World()
        let certificate = try world.scene.alice.certificate
        let names = (Self.same + [Self.undecidable]).map { ($0, true) } + Self.others.map { ($0, false) }
        for (name, isMeant) in names {
            let name = try DistinguishedName(derEncoded: name.encoded)
            let traced = TracedCertificate(certificate, isLeaf: true)
            XCTAssertEqual(traced.mayBeIssued(by: name), isMeant, "\(name)")
        }
        let own = try world.authority.certificate.subject
        XCTAssertTrue(TracedCertificate(certificate, isLeaf: true).mayBeIssued(by: own))
    }
}

extension Set<String> {
    /// The member that equals `text`, in the member's own spelling.
    fileprivate func first(of text: String) -> String? { firstIndex(of: text).map { self[$0] } }
}
