// SPDX-License-Identifier: Apache-2.0
// Delta, indirect and partitioned lists, and other signers: each refusal with an accepted twin.

import CertAuth
import CertAuthTesting
import XCTest

final class CRLKindTests: XCTestCase {
    private typealias Change = (inout RevocationListTemplate) throws -> Void

    private func scoped(
        _ change: (inout IssuingDistributionPointTemplate) -> Void,
        revoking entries: [RevocationListTemplate.Entry] = []
    ) -> Change {
        var point = IssuingDistributionPointTemplate()
        change(&point)
        return { [point] template in
            template.entries += entries
            template.extensions.append(.issuingDistributionPoint(point))
        }
    }

    private func entry(
        _ identity: TestIdentity,
        reason: Int? = nil,
        issuer: NameTemplate? = nil
    ) -> RevocationListTemplate.Entry {
        var entry = RevocationListTemplate.Entry(
            serialNumber: identity.serialNumber,
            revocationDate: Stage.moment,
            reason: reason
        )
        if let issuer { entry.extensions.append(.certificateIssuer(issuer)) }
        return entry
    }

    // MARK: Delta lists

    func test_a_delta_list_adds_and_removes_only_permitted_entries() throws {
        var scene = try RevocationScene()
        let delta = { (reason: Int?, base: Int, number: Int) throws -> TestRevocationList in
            try scene.issuing.revocationList(
                entries: reason.map { [self.entry(scene.alice, reason: $0)] } ?? [],
                number: number
            ) {
                $0.extensions.append(.deltaCRLIndicator(baseNumber: base))
            }
        }
        let base = try scene.issuing.revocationList(number: 5)
        let holding = try scene.issuing.revocationList(entries: [entry(scene.alice, reason: 6)], number: 5)
        let compromised = try scene.issuing.revocationList(entries: [entry(scene.alice, reason: 1)], number: 5)
        let cases: [([TestRevocationList], String)] = [
            ([base, try delta(nil, 5, 6)], "good"), ([base, try delta(1, 5, 6)], "revoked"),
            ([base, try delta(1, 3, 6)], "revoked"),
            // The delta list is based on a later list than the available one, or is not newer than it.
            ([base, try delta(1, 6, 7)], "good"), ([base, try delta(1, 4, 5)], "good"),
            ([holding], "revoked"), ([holding, try delta(8, 5, 6)], "good"),
            ([holding, try delta(8, 5, 6), try delta(1, 5, 7)], "revoked"),
            ([compromised, try delta(8, 5, 6)], "revoked"), ([try delta(nil, 5, 6)], "not-covered"),
        ]
        for (index, (lists, word)) in cases.enumerated() {
            scene.lists = lists
            XCTAssertEqual(try scene.word { $0.revocationFlag = .endCertificateOnly }, word, "case \(index)")
        }
    }

    func test_an_expired_delta_list_removes_no_entry() throws {
        var scene = try RevocationScene()
        let holding = try scene.issuing.revocationList(entries: [entry(scene.alice, reason: 6)], number: 5)
        for (end, word) in [(Int64(10), "good"), (-10, "revoked")] {
            let delta = try scene.issuing.revocationList(entries: [entry(scene.alice, reason: 8)], number: 6) {
                $0.extensions.append(.deltaCRLIndicator(baseNumber: 5))
                $0.nextUpdate = .automatic(scene.now.adding(seconds: end))
            }
            scene.lists = [holding, delta]
            XCTAssertEqual(try scene.word(), word)
        }
    }

    // MARK: Scope

    func test_a_scope_covers_its_kind_of_certificates() throws {
        var scene = try RevocationScene()
        let cases: [((inout IssuingDistributionPointTemplate) -> Void, String)] = [
            ({ $0.onlyContainsUserCertificates = true }, "good"),
            ({ $0.onlyContainsAuthorityCertificates = true }, "not-covered"),
            ({ $0.onlyContainsAttributeCertificates = true }, "not-covered"),
            ({ $0.names = [.uri("http://crl.example/a")] }, "not-covered"),
            ({ $0.names = [.directory("Stage Issuing")] }, "good"), ({ $0.isIndirect = true }, "good"),
        ]
        for (index, (change, word)) in cases.enumerated() {
            scene.lists = [try scene.issuing.revocationList(entries: [], scoped(change))]
            XCTAssertEqual(try scene.word(), word, "case \(index)")
        }
    }

    func test_a_scope_that_is_malformed_makes_the_list_unreadable() throws {
        let scene = try RevocationScene()
        let changes: [(inout IssuingDistributionPointTemplate) -> Void] = [
            { _ in },
            {
                $0.onlyContainsUserCertificates = true
                $0.onlyContainsAuthorityCertificates = true
            },
        ]
        for change in changes {
            let list = try scene.issuing.revocationList(entries: [], scoped(change))
            XCTAssertThrowsError(try CertificateRevocationList(derEncoded: list.derEncoded)) { error in
                let cause = (error as? CertificateError)?.cause
                guard case .malformedExtension(.issuingDistributionPoint, _)? = cause else {
                    return XCTFail("\(error)")
                }
            }
        }
    }

    /// RFC 5280 §6.3.3 (b)(1): without cRLIssuer the list must be of the certificate's issuer. An indirect list that names
    /// the certificate revokes it; one that does not proves nothing if there are distribution points.
    func test_an_indirect_list_of_the_issuer_revokes_with_and_without_points() throws {
        let uri = GeneralNameTemplate.uri("http://a.example/1")
        let points: [(ExtensionTemplate?, String)] = [(nil, "good"), (.crlDistributionPoints([[uri]]), "not-covered")]
        for (point, silence) in points {
            var scene = try RevocationScene { $0.extensions += [point].compactMap { $0 } }
            let issuing = scene.issuing
            let cases: [([RevocationListTemplate.Entry], String)] = [
                ([], silence), ([entry(scene.alice)], "revoked"),
                ([entry(scene.alice, issuer: issuing.subject)], "revoked"),
                // From here on, the entries belong to another issuer.
                ([entry(scene.alice, issuer: "Elsewhere")], silence),
            ]
            for (index, (entries, word)) in cases.enumerated() {
                let list = try issuing.revocationList(entries: [], scoped({ $0.isIndirect = true }, revoking: entries))
                scene.lists = [list]
                XCTAssertEqual(try scene.word(), word, "case \(index)")
            }
        }
    }

    /// RUSTSEC-2026-0049: one common name is enough, at any position.
    func test_one_name_in_common_is_enough_for_the_list_to_match_the_point() throws {
        let names: [GeneralNameTemplate] = [.uri("http://a.example/1"), .uri("http://b.example/1")]
        var scene = try RevocationScene { $0.extensions.append(.crlDistributionPoints([names])) }
        let cases: [([GeneralNameTemplate], String)] = [
            ([names[0]], "good"), ([names[1]], "good"), ([.uri("http://c.example"), names[1]], "good"),
            ([.uri("http://c.example")], "not-covered"), ([.uri("http://a.example/1/")], "not-covered"), ([], "good"),
        ]
        for (point, word) in cases {
            scene.lists = [
                try scene.issuing.revocationList(
                    entries: [],
                    scoped {
                        $0.names = point
                        $0.onlyContainsUserCertificates = true
                    }
                )
            ]
            XCTAssertEqual(try scene.word(), word, "\(point)")
        }
    }

    func test_a_relative_name_is_read_relative_to_the_list_issuer() throws {
        let relative = DER.sequence([
            DER.objectIdentifier(dotted: "2.5.4.3"), DER.utf8String("Part 1"),
        ])
        let points = DER.sequence([DER.sequence([DER.constructed(0, [DER.constructed(1, [relative])])])])
        var scene = try RevocationScene {
            $0.extensions.append(ExtensionTemplate(.cRLDistributionPoints, value: points))
        }
        for (part, word) in [("Part 1", "good"), ("Part 2", "not-covered")] {
            let name = scene.issuing.subject.appending(.commonName, part)
            scene.lists = [try scene.issuing.revocationList(entries: [], scoped { $0.names = [.directory(name)] })]
            XCTAssertEqual(try scene.word(), word)
        }
    }

    func test_lists_by_reason_answer_only_together() throws {
        var scene = try RevocationScene()
        let some = try scene.issuing.revocationList(entries: [], scoped { $0.onlySomeReasons = [1, 2] })
        let others = try scene.issuing.revocationList(
            entries: [],
            scoped { $0.onlySomeReasons = [3, 4, 5, 6, 7, 8] }
        )
        let listed = try scene.issuing.revocationList(
            entries: [],
            scoped({ $0.onlySomeReasons = [3, 4, 5, 6, 7, 8] }, revoking: [entry(scene.alice, reason: 4)])
        )
        scene.lists = [some]
        XCTAssertEqual(
            try scene.cause(),
            .notCovered(
                issuer: "CN=Stage Issuing",
                kind: "no list for the reasons affiliationChanged, superseded, cessationOfOperation, certificateHold, "
                    + "privilegeWithdrawn, aACompromise"
            )
        )
        scene.lists = [some, others]
        guard case .good(let evidence) = try scene.status() else { return XCTFail("not good") }
        XCTAssertEqual(evidence.others.count, 1)
        scene.lists = [some, listed]
        XCTAssertEqual(try scene.word(), "revoked")
    }

    // MARK: Other signers

    func test_an_indirect_list_applies_only_if_the_certificate_names_its_issuer() throws {
        let point = { (issuer: NameTemplate) in
            ExtensionTemplate(
                .cRLDistributionPoints,
                value: DER.sequence([
                    DER.sequence([DER.constructed(2, [GeneralNameTemplate.directory(issuer).encoded])])
                ])
            )
        }
        var scene = try RevocationScene { $0.extensions.append(point("Lists")) }
        let lister = try scene.stage.root.intermediate("Lists")
        scene.signers = [try lister.certificate]
        let rootList = try scene.stage.root.revocationList()
        let issuer = scene.issuing.subject
        let good = try lister.revocationList(entries: [], scoped { $0.isIndirect = true })
        let direct = try lister.revocationList()
        let own = try scene.issuing.revocationList()
        let named = try lister.revocationList(
            entries: [],
            scoped({ $0.isIndirect = true }, revoking: [entry(scene.alice, reason: 1, issuer: issuer)])
        )
        // The number is listed, but for a certificate of the CRL issuer itself.
        let namesake = try lister.revocationList(
            entries: [],
            scoped({ $0.isIndirect = true }, revoking: [entry(scene.alice, reason: 1)])
        )
        // The certificate issuer of an entry applies until another one is named.
        let inherited = try lister.revocationList(
            entries: [],
            scoped(
                { $0.isIndirect = true },
                revoking: [entry(try scene.issuing.issue("bob"), issuer: issuer), entry(scene.alice)]
            )
        )
        let cases = [
            (good, "good"), (direct, "not-covered"), (own, "not-covered"), (named, "revoked"), (namesake, "good"),
            (inherited, "revoked"),
        ]
        for (index, (list, word)) in cases.enumerated() {
            scene.lists = [list, rootList]
            XCTAssertEqual(try scene.word(), word, "case \(index)")
        }
        scene.lists = [good]
        XCTAssertEqual(try scene.word(), "signer-not-trusted", "the lister's own certificate is not vouched for")
        scene.lists = [good, try scene.stage.root.revocationList(revoked: [lister.identity])]
        XCTAssertEqual(try scene.word(), "signer-not-trusted")
        let stranger = try TestAuthority("Lists", key: lister.key, clock: scene.stage.clock.verificationClock)
        scene.signers = [try stranger.certificate]
        scene.lists = [good, rootList]
        XCTAssertEqual(try scene.word(), "signer-not-trusted", "a path to another anchor is none")
    }

    func test_a_new_key_of_the_issuer_signs_when_its_certificate_leads_to_the_same_anchor() throws {
        var scene = try RevocationScene()
        let renewed = try scene.stage.root.intermediate("Stage Issuing")
        let list = try renewed.revocationList()
        let rootList = try scene.stage.root.revocationList()
        scene.lists = [list, rootList]
        XCTAssertEqual(try scene.word(), "bad-signature", "its certificate is not available")
        scene.signers = [try renewed.certificate]
        XCTAssertEqual(try scene.word(), "good")
        scene.lists = [try renewed.revocationList(revoked: [scene.alice]), rootList]
        XCTAssertEqual(try scene.word(), "revoked")
        let mute = try scene.stage.root.intermediate("Stage Issuing", key: renewed.key) {
            $0.extensions.replace(.keyUsage([.keyCertSign]))
        }
        scene.signers = [try mute.certificate]
        XCTAssertEqual(try scene.word(), "issuer-may-not-sign")
        let expired = try scene.stage.root.intermediate("Stage Issuing", key: renewed.key) {
            $0.notAfter = .automatic(Stage.moment.adding(seconds: -1))
        }
        scene.signers = [try expired.certificate]
        XCTAssertEqual(try scene.word(), "signer-not-trusted")
        let forger = try TestAuthority("Stage Issuing", key: renewed.key, clock: scene.stage.clock.verificationClock)
        scene.signers = [try forger.certificate]
        XCTAssertEqual(try scene.word(), "signer-not-trusted", "the name alone makes no issuer")
    }

    func test_sha1_and_unknown_algorithms_do_not_sign_lists() throws {
        var scene = try RevocationScene()
        scene.lists = [try scene.issuing.revocationList { $0.signatureScheme = .ecdsaSHA1 }]
        XCTAssertEqual(try scene.word(), "weak-signature")
        XCTAssertEqual(try scene.word { $0.securityLevel = 0 }, "good")
        let unknown = DER.sequence([DER.objectIdentifier(dotted: "1.2.3.4")])
        scene.lists = [
            try scene.issuing.revocationList {
                $0.innerAlgorithm = unknown
                $0.outerAlgorithm = unknown
            }
        ]
        XCTAssertEqual(try scene.word { $0.securityLevel = 0 }, "weak-signature")
    }

    // MARK: Precedence of a listed certificate

    func test_a_listed_certificate_is_revoked_whatever_else_is_wrong_with_an_authentic_list() throws {
        var scene = try RevocationScene()
        let changes: [(String, (inout RevocationListTemplate) -> Void)] = [
            ("revoked", { $0.nextUpdate = .automatic(Stage.moment.adding(seconds: -1)) }),
            ("revoked", { $0.extensions.remove(.cRLNumber) }),
            (
                "listed-under-critical-extension",
                { $0.extensions.append(.custom("1.2.3.4", critical: true, value: DER.null)) }
            ),
            (
                "listed-under-critical-extension",
                { $0.entries[0].extensions = [.custom("1.2.3.4", critical: true, value: DER.null)] }
            ),
            ("bad-signature", { $0.signatureDefect = .flippedBit }),
        ]
        for (word, change) in changes {
            scene.lists = [try scene.issuing.revocationList(entries: [entry(scene.alice)], change)]
            XCTAssertEqual(try scene.word(), word)
        }
        scene.lists = [try scene.issuing.revocationList(entries: [entry(scene.alice)], changes[2].1)]
        scene.responses = [try scene.issuing.ocspResponse(for: scene.alice)]
        assertRefused(try scene.verdict { $0.unknownRevocation = .allow }, .revocationUnknown, at: 0)
    }

    func test_the_first_of_several_entries_of_one_number_revokes() throws {
        var scene = try RevocationScene()
        let pairs: [[Int?]] = [[1, 8], [8, 1], [nil, 4]]
        for reasons in pairs {
            scene.lists = [
                try scene.issuing.revocationList(entries: reasons.map { entry(scene.alice, reason: $0) })
            ]
            XCTAssertEqual(try scene.word(), "revoked", "\(reasons)")
        }
    }

    func test_the_newest_list_of_a_scope_counts() throws {
        var scene = try RevocationScene()
        let old = try scene.issuing.revocationList(entries: [entry(scene.alice, reason: 6)], number: 1)
        let new = try scene.issuing.revocationList(number: 2)
        scene.lists = [old, new]
        XCTAssertEqual(try scene.word(), "good")
        scene.lists = [new, old]
        XCTAssertEqual(try scene.word(), "good")
        let forged = try scene.issuing.revocationList(number: 9) { $0.signatureDefect = .flippedBit }
        scene.lists = [old, forged]
        XCTAssertEqual(try scene.word(), "revoked", "a forged list pushes none aside")
    }

    func test_a_list_without_nextUpdate_needs_a_maximum_age() throws {
        var scene = try RevocationScene()
        scene.lists = [try scene.issuing.revocationList { $0.nextUpdate = nil }]
        XCTAssertEqual(try scene.word(), "stale")
        XCTAssertEqual(try scene.word { $0.revocation.maximumAge = .seconds(3_600) }, "good")
        XCTAssertEqual(try scene.word { $0.revocation.maximumAge = .seconds(3_599) }, "too-old")
    }

    func test_the_strict_profile_accepts_a_list_without_number_only_with_a_maximum_age() throws {
        var scene = try RevocationScene()
        scene.lists = [try scene.issuing.revocationList { $0.extensions.remove(.cRLNumber) }]
        XCTAssertEqual(try scene.word(), "good", "many private authorities write none")
        XCTAssertEqual(try scene.word { $0.profile = .strict }, "unnumbered")
        XCTAssertEqual(
            try scene.word {
                $0.profile = .strict
                $0.revocation.maximumAge = .seconds(3_600)
            },
            "good"
        )
    }

    /// RFC 5280 §5.1.2.6 binds the issuer: without entries, the revokedCertificates field must be absent.
    func test_an_empty_sequence_of_entries_is_accepted_except_in_the_strict_profile() throws {
        var scene = try RevocationScene()
        let writesEmptySequence: (inout RevocationListTemplate) -> Void = { $0.writesEmptyEntries = true }
        let empty = try scene.issuing.revocationList(writesEmptySequence)
        scene.lists = [empty]
        XCTAssertEqual(try scene.word(), "good")
        XCTAssertEqual(try scene.word { $0.profile = .strict }, "malformed")
        scene.lists = [try scene.issuing.revocationList()]
        XCTAssertEqual(try scene.word { $0.profile = .strict }, "good")
    }
}
