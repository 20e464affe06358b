// SPDX-License-Identifier: Apache-2.0
// Hints that only help to find a list: key identifiers, and the spelling of distribution points.

import CertAuth
import CertAuthTesting
import XCTest

final class CRLHintTests: XCTestCase {
    // MARK: Key identifiers

    func test_a_list_is_accepted_by_its_signature_whatever_key_its_identifier_names() throws {
        var scene = try RevocationScene()
        let root = scene.stage.root
        let identifiers: [ExtensionTemplate?] = [
            nil, .authorityKeyIdentifier([1, 2, 3]), .authorityKeyIdentifier(root.keyIdentifier),
            .authorityKeyIdentifier(
                scene.issuing.keyIdentifier,
                issuer: root.subject,
                serialNumber: [0x7F]
            ), .authorityKeyIdentifier(nil, issuer: root.subject, serialNumber: [0x7F]),
        ]
        for (index, identifier) in identifiers.enumerated() {
            for (revoked, word) in [([scene.alice], "revoked"), ([], "good")] {
                let list = { (key: TestKey?) in
                    try scene.issuing.revocationList(revoked: revoked) {
                        $0.extensions.remove(.authorityKeyIdentifier)
                        if let identifier { $0.extensions.append(identifier) }
                        $0.signingKey = key
                    }
                }
                scene.lists = [try list(nil)]
                XCTAssertEqual(try scene.word { $0.revocationFlag = .endCertificateOnly }, word, "case \(index)")
                scene.lists = [try list(TestKey.generate())]
                XCTAssertEqual(try scene.word { $0.revocationFlag = .endCertificateOnly }, "bad-signature", "\(index)")
            }
        }
    }

    func test_a_list_of_the_issuers_new_key_that_names_the_former_one_is_accepted() throws {
        var scene = try RevocationScene()
        let renewed = try scene.stage.root.intermediate("Stage Issuing")
        let rootList = try scene.stage.root.revocationList()
        scene.signers = [try renewed.certificate]
        for (revoked, word) in [([scene.alice], "revoked"), ([], "good")] {
            let list = try renewed.revocationList(revoked: revoked) {
                $0.extensions.replace(.authorityKeyIdentifier(scene.issuing.keyIdentifier))
            }
            scene.lists = [list, rootList]
            XCTAssertEqual(try scene.word(), word)
        }
    }

    func test_a_delta_list_applies_to_a_list_of_the_same_key_whatever_the_key_identifiers() throws {
        var scene = try RevocationScene()
        let base = try scene.issuing.revocationList(number: 5)
        let delta = try scene.issuing.revocationList(revoked: [scene.alice], number: 6) {
            $0.extensions.append(.deltaCRLIndicator(baseNumber: 5))
            $0.extensions.replace(.authorityKeyIdentifier([1, 2, 3]))
        }
        scene.lists = [base, delta]
        XCTAssertEqual(try scene.word { $0.revocationFlag = .endCertificateOnly }, "revoked")
    }

    func test_a_trusted_root_of_the_same_name_is_refused_with_the_reason() throws {
        let scene = try RevocationScene()
        let other = try TestAuthority("Stage Root", clock: scene.stage.clock.verificationClock)
        let options = try scene.stage.options(trusting: [scene.stage.root.certificate, other.certificate]) {
            $0.revocationMode = .offline
        }
        let lists = [try scene.issuing.revocationList(), try other.revocationList()]
        let authenticator = try scene.stage.authenticator(options: options, evidence: scene.stage.evidence(lists))
        let verdict = authenticator.validate(try XCTUnwrap(scene.alice.presented()))
        let refusal = assertRefused(verdict, .revocationUnknown, at: 1)
        XCTAssertTrue(refusal?.message.contains("ends at another anchor") ?? false, refusal?.message ?? "")
    }

    // MARK: Distribution points

    private func word(at point: GeneralNameTemplate, scope: GeneralNameTemplate) throws -> String {
        var scene = try RevocationScene { $0.extensions.append(.crlDistributionPoints([[point]])) }
        var distributionPoint = IssuingDistributionPointTemplate()
        distributionPoint.names = [scope]
        scene.lists = [
            try scene.issuing.revocationList { $0.extensions.append(.issuingDistributionPoint(distributionPoint)) }
        ]
        return try scene.word { $0.revocationFlag = .endCertificateOnly }
    }

    func test_the_same_address_in_another_spelling_is_the_same_point() throws {
        let address = "http://crl.example/a~b/x.crl?q=1"
        for same in [
            address, "HTTP://crl.example/a~b/x.crl?q=1", "http://CRL.Example/a~b/x.crl?q=1",
            "http://crl.example:80/a~b/x.crl?q=1", "http://crl.example:/a~b/x.crl?q=1",
            "http://crl.example:080/a~b/x.crl?q=1",
            "http://crl.example/a%7Eb/x.crl?q=1", "http://crl.example/a%7eb/%78.crl?q=1",
            "http://%63rl.example/a~b/x.crl?q=1",
            "http://crl.example/c/../a~b/./x.crl?q=1",
        ] {
            XCTAssertEqual(try word(at: .uri(address), scope: .uri(same)), "good", same)
            XCTAssertEqual(try word(at: .uri(same), scope: .uri(address)), "good", same)
        }
        for other in [
            "https://crl.example/a~b/x.crl?q=1", "http://crl.example/A~b/x.crl?q=1",
            "http://crl.example:8080/a~b/x.crl?q=1",
            "http://crl.example/a~b/x.crl", "http://crl.example/a~b/x.crl?Q=1", "http://crl.example./a~b/x.crl?q=1",
            "http://u@crl.example/a~b/x.crl?q=1", "http://crl.example/a~b%2Fx.crl?q=1",
            "http://crl.example/a~b//x.crl?q=1",
            "http://crl.example/a~b/x.crl?q=1#f", "ftp://crl.example/a~b/x.crl?q=1",
            "http://crl.example/a~b/x.crl%3Fq=1",
        ] {
            XCTAssertEqual(try word(at: .uri(address), scope: .uri(other)), "not-covered", other)
        }
    }

    func test_spellings_of_other_schemes_and_kinds_are_compared() throws {
        for (left, right, isSame) in [
            ("http://a.example", "http://a.example/", true), ("https://a.example:443/x", "https://A.example/x", true),
            ("ldap://a.example:389/cn=x?y?base", "LDAP://A.example/cn=x?y?base", true),
            ("ldap:///cn=X?y?base", "LDAP:///cn=X?y?base", true), ("ldap:///CN=X?y?base", "ldap:///cn=X?y?base", false),
            ("ftp://a.example:21/x", "ftp://a.example/x", true),
            ("http://a.example:443/x", "https://a.example/x", false),
            ("x-own://a.example", "x-own://a.example/", false),
            ("http://a.example/%c3%a4", "http://a.example/%C3%A4", true),
            ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x", true), ("urn:a:B", "URN:a:B", true),
            ("http://a.example/%zz", "http://a.example/%zz", true),
            ("http://a.example/%zz", "HTTP://a.example/%zz", false),
        ] {
            XCTAssertEqual(try word(at: .uri(left), scope: .uri(right)), isSame ? "good" : "not-covered", left)
        }
        XCTAssertEqual(try word(at: .dns("CRL.example"), scope: .dns("crl.Example")), "good")
        XCTAssertEqual(try word(at: .directory("M\u{FC}ller"), scope: .directory("MU\u{308}LLER")), "good")
        XCTAssertEqual(try word(at: .directory("M\u{FC}ller"), scope: .directory("Muller")), "not-covered")
    }

    func test_a_complete_list_answers_for_a_certificate_with_a_point_for_some_reasons() throws {
        let names = DER.constructed(0, [DER.constructed(0, [GeneralNameTemplate.uri("http://a.example/").encoded])])
        let reasons = DER.context(1, [0x05, 0x60])
        func scene(_ fields: [[UInt8]]) throws -> RevocationScene {
            try RevocationScene {
                $0.extensions.append(.custom("2.5.29.31", value: DER.sequence([DER.sequence(fields)])))
            }
        }
        var partial = try scene([names, reasons])
        func word() throws -> String { try partial.word { $0.revocationFlag = .endCertificateOnly } }
        partial.lists = [try partial.issuing.revocationList()]
        XCTAssertEqual(try word(), "good")
        partial.lists = [try partial.issuing.revocationList(revoked: [partial.alice], reason: 4)]
        XCTAssertEqual(try word(), "revoked")
        // A list for only this point does not cover the other reasons.
        var point = IssuingDistributionPointTemplate()
        point.names = [.uri("http://a.example/")]
        partial.lists = [try partial.issuing.revocationList { $0.extensions.append(.issuingDistributionPoint(point)) }]
        XCTAssertEqual(try word(), "not-covered")
        point.names = []
        point.onlySomeReasons = [1, 2]
        partial.lists = [try partial.issuing.revocationList { $0.extensions.append(.issuingDistributionPoint(point)) }]
        XCTAssertEqual(try word(), "not-covered")
        // If all points delegate to another CRL issuer, the certificate issuer's own list does not answer.
        let other = DER.constructed(2, [GeneralNameTemplate.directory("Lists").encoded])
        partial = try scene([names, other])
        partial.lists = [try partial.issuing.revocationList()]
        XCTAssertEqual(try word(), "not-covered")
    }
}
