// SPDX-License-Identifier: Apache-2.0
// Revocation by configured CRLs: each status, each flag, each mode.

import CertAuth
import CertAuthTesting
import XCTest

final class RevocationCheckTests: XCTestCase {
    private var stage: Stage!
    private var identity: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        identity = try stage.issuing.issue("alice")
    }

    private func verdict(
        _ lists: [TestRevocationList],
        of presented: TestIdentity? = nil,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> ValidationVerdict {
        let options = try stage.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
            try change(&$0)
        }
        let authenticator = try stage.authenticator(options: options, evidence: stage.evidence(lists))
        return authenticator.validate(try XCTUnwrap((presented ?? identity).presented()))
    }

    private func cause(_ lists: [TestRevocationList]) throws -> RevocationStatus.Cause? {
        assertRefused(try verdict(lists), .revocationUnknown, at: 0)
        let chain = assertAccepted(try verdict(lists) { $0.unknownRevocation = .allow })
        guard case .unknown(let cause) = chain?.revocation.first else { return nil }
        return cause
    }

    func test_a_certificate_that_the_current_list_does_not_name_is_good() throws {
        let list = try stage.issuing.revocationList()
        let chain = assertAccepted(try verdict([list]))
        guard case .good(let evidence) = chain?.revocation.first else { return XCTFail("\(String(describing: chain))") }
        let parsed = try CertificateRevocationList(derEncoded: list.derEncoded)
        XCTAssertEqual(evidence.fingerprint, parsed.fingerprint)
        XCTAssertEqual(evidence.nextUpdate, parsed.nextUpdate)
        XCTAssertEqual(chain?.validUntil, parsed.nextUpdate)
    }

    func test_a_certificate_that_the_current_list_names_is_revoked_with_date_and_reason() throws {
        let refusal = assertRefused(
            try verdict([stage.issuing.revocationList(revoked: [identity], reason: 1)]),
            .revoked,
            at: 0
        )
        XCTAssertEqual(
            refusal?.message,
            "CN=alice: revoked at 2030-06-15T11:00:00Z for reason 1 by CRL 1 of CN=Stage Issuing of 2030-06-15T11:00:00Z"
        )
        let other = try stage.issuing.issue("bob")
        assertAccepted(try verdict([stage.issuing.revocationList(revoked: [other])]))
    }

    func test_a_revocation_dated_in_the_future_counts_at_once() throws {
        let entry = RevocationListTemplate.Entry(
            serialNumber: identity.serialNumber,
            revocationDate: stage.clock.now.adding(seconds: 86_400)
        )
        assertRefused(try verdict([stage.issuing.revocationList(entries: [entry])]), .revoked, at: 0)
    }

    func test_without_a_list_the_status_is_unknown_and_the_message_names_what_is_missing() throws {
        XCTAssertEqual(try cause([]), .noSource(issuer: "CN=Stage Issuing"))
        let refusal = assertRefused(try verdict([]), .revocationUnknown, at: 0)
        XCTAssertTrue(refusal?.message.contains("revocationMode to noCheck") ?? false, refusal?.message ?? "")
        let others = try cause([stage.root.revocationList()])
        XCTAssertEqual(others, .aboutOthers(issuer: "CN=Stage Issuing", found: "a CRL of CN=Stage Root"))
        XCTAssertEqual(others?.kind, .noSource)
    }

    func test_a_list_is_current_through_its_nextUpdate_and_stale_one_millisecond_later() throws {
        let end = stage.clock.now.adding(seconds: 100)
        let list = try stage.issuing.revocationList { $0.nextUpdate = .automatic(end) }
        stage.clock.set(to: end)
        assertAccepted(try verdict([list]))
        stage.clock.set(to: Timestamp(millisecondsSince1970: end.millisecondsSince1970 + 1))
        XCTAssertEqual(try cause([list]), .stale(issuer: "CN=Stage Issuing", nextUpdate: end))
    }

    func test_a_list_without_nextUpdate_is_stale() throws {
        let list = try stage.issuing.revocationList { $0.nextUpdate = nil }
        let thisUpdate = stage.clock.now.adding(seconds: -3_600)
        let found = try cause([list])
        XCTAssertEqual(found, .unbounded(issuer: "CN=Stage Issuing", thisUpdate: thisUpdate, lifetime: nil))
        XCTAssertEqual(found?.kind, .stale)
        XCTAssertTrue(found?.description.contains("revocation.maximumAge") ?? false)
    }

    func test_a_list_begins_at_its_thisUpdate() throws {
        let start = stage.clock.now.adding(seconds: 100)
        let list = try stage.issuing.revocationList { $0.thisUpdate = .automatic(start) }
        XCTAssertEqual(try cause([list]), .notYetCurrent(issuer: "CN=Stage Issuing", thisUpdate: start))
        stage.clock.set(to: start)
        assertAccepted(try verdict([list]))
    }

    func test_a_list_signed_by_another_key_is_ignored() throws {
        let other = try TestKey.generate()
        XCTAssertEqual(
            try cause([stage.issuing.revocationList(revoked: [identity]) { $0.signingKey = other }]),
            .badSignature(issuer: "CN=Stage Issuing")
        )
        XCTAssertEqual(
            try cause([stage.issuing.revocationList { $0.signatureDefect = .flippedBit }]),
            .badSignature(issuer: "CN=Stage Issuing")
        )
    }

    func test_an_issuer_without_cRLSign_cannot_sign_lists() throws {
        let silent = try stage.root.intermediate("Silent") { $0.extensions.replace(.keyUsage([.keyCertSign])) }
        let leaf = try silent.issue("bob")
        let list = try silent.revocationList()
        assertRefused(try verdict([list], of: leaf), .revocationUnknown, at: 0)
        let chain = assertAccepted(try verdict([list], of: leaf) { $0.unknownRevocation = .allow })
        XCTAssertEqual(chain?.revocation.first, .unknown(.issuerMayNotSign(issuer: "CN=Silent")))
        let speaking = try stage.root.intermediate("Speaking")
        assertAccepted(try verdict([speaking.revocationList()], of: speaking.issue("bob")))
    }

    func test_a_list_that_does_not_cover_the_certificate_is_explained() throws {
        let indirect = NameTemplate(commonName: "Elsewhere")
        let issuer = "CN=Stage Issuing"
        let unknown = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        let kinds: [(RevocationStatus.Cause, (inout RevocationListTemplate) -> Void)] = [
            (
                .notCovered(issuer: issuer, kind: "a delta CRL without the CRL that it amends"),
                { $0.extensions.append(.deltaCRLIndicator(baseNumber: 1)) }
            ),
            (
                .notCovered(issuer: issuer, kind: "it is for another kind of certificates"),
                {
                    var point = IssuingDistributionPointTemplate()
                    point.onlyContainsAuthorityCertificates = true
                    $0.extensions.append(.issuingDistributionPoint(point))
                }
            ),
            (
                .criticalExtension(issuer: issuer, unknown),
                { $0.extensions.append(.custom("1.2.3.4", critical: true, value: DER.null)) }
            ),
            (
                .notCovered(issuer: issuer, kind: "its entries name issuers, but it does not say that it is indirect"),
                {
                    var entry = RevocationListTemplate.Entry(serialNumber: [1], revocationDate: Stage.moment)
                    entry.extensions = [.certificateIssuer(indirect)]
                    $0.entries = [entry]
                }
            ),
            (
                .criticalExtension(issuer: issuer, unknown),
                {
                    var entry = RevocationListTemplate.Entry(serialNumber: [1], revocationDate: Stage.moment)
                    entry.extensions = [.custom("1.2.3.4", critical: true, value: DER.null)]
                    $0.entries = [entry]
                }
            ),
        ]
        for (expected, change) in kinds {
            XCTAssertEqual(try cause([stage.issuing.revocationList(entries: [], change)]), expected)
        }
        let harmless = try stage.issuing.revocationList {
            var entry = RevocationListTemplate.Entry(serialNumber: [1], revocationDate: Stage.moment)
            entry.extensions = [.reasonCode(1), .invalidityDate(Stage.moment), .custom("1.2.3.4", value: DER.null)]
            $0.entries = [entry]
            $0.extensions.append(.custom("1.2.3.4", value: DER.null))
        }
        assertAccepted(try verdict([harmless]))
    }

    func test_any_valid_revocation_wins_whatever_the_order_of_lists() throws {
        let good = try stage.issuing.revocationList(number: 1)
        let revoking = try stage.issuing.revocationList(revoked: [identity], number: 2)
        let stale = try stage.issuing.revocationList {
            $0.nextUpdate = .automatic(Stage.moment.adding(seconds: -1))
        }
        for lists in [[good, revoking, stale], [revoking, good, stale], [stale, good, revoking]] {
            assertRefused(try verdict(lists), .revoked, at: 0)
        }
        assertAccepted(try verdict([stale, good]))
    }

    func test_a_revoked_intermediate_is_refused_at_its_index() throws {
        let lists = [
            try stage.issuing.revocationList(), try stage.root.revocationList(revoked: [stage.issuing.identity]),
        ]
        assertRefused(try verdict(lists) { $0.revocationFlag = .excludeRoot }, .revoked, at: 1)
        assertAccepted(try verdict(lists))
        let good = [try stage.issuing.revocationList(), try stage.root.revocationList()]
        assertAccepted(try verdict(good) { $0.revocationFlag = .excludeRoot })
    }

    func test_each_flag_checks_its_certificates_and_records_the_others() throws {
        let all = [try stage.issuing.revocationList(), try stage.root.revocationList()]
        let expected: [(RevocationFlag, [String])] = [
            (.endCertificateOnly, ["good", "flag", "flag"]), (.excludeRoot, ["good", "good", "flag"]),
            (.entireChain, ["good", "good", "good"]),
        ]
        for (flag, words) in expected {
            let chain = assertAccepted(try verdict(all) { $0.revocationFlag = flag })
            XCTAssertEqual(chain?.revocation.map(\.word), words, "\(flag)")
        }
    }

    func test_each_mode_flag_and_meaning_of_unknown_has_its_exact_answer() throws {
        let leafList = [try stage.issuing.revocationList()]
        for mode in RevocationMode.allCases {
            for flag in RevocationFlag.allCases {
                for unknown in UnknownRevocation.allCases {
                    for lists in [[], leafList] {
                        let verdict = try verdict(lists) {
                            $0.revocationMode = mode
                            $0.revocationFlag = flag
                            $0.unknownRevocation = unknown
                        }
                        let missing: Int? = lists.isEmpty ? 0 : flag == .endCertificateOnly ? nil : 1
                        if mode == .noCheck {
                            XCTAssertEqual(assertAccepted(verdict)?.revocation.map(\.word), ["mode", "mode", "mode"])
                        } else if let missing, unknown == .deny {
                            assertRefused(verdict, .revocationUnknown, at: missing)
                        } else {
                            assertAccepted(verdict)
                        }
                    }
                }
            }
        }
    }

    func test_an_allowed_unknown_status_is_recorded_but_a_revoked_one_never_passes() throws {
        let chain = assertAccepted(try verdict([]) { $0.unknownRevocation = .allow })
        XCTAssertEqual(chain?.revocation.first, .unknown(.noSource(issuer: "CN=Stage Issuing")))
        let revoking = try stage.issuing.revocationList(revoked: [identity])
        assertRefused(try verdict([revoking]) { $0.unknownRevocation = .allow }, .revoked, at: 0)
    }

    func test_under_entire_chain_a_root_without_a_list_is_recorded_not_refused() throws {
        let chain = assertAccepted(
            try verdict([stage.root.revocationList()], of: stage.root.issue("bob")) { $0.revocationFlag = .entireChain }
        )
        XCTAssertEqual(chain?.revocation.map(\.word), ["good", "good"])
        let options = try stage.options(trusting: [stage.issuing.certificate]) {
            $0.revocationMode = .offline
            $0.revocationFlag = .entireChain
        }
        let evidence = try stage.evidence([stage.issuing.revocationList()])
        let authenticator = try stage.authenticator(options: options, evidence: evidence)
        let anchored = assertAccepted(authenticator.validate(try XCTUnwrap(identity.presented())))
        XCTAssertEqual(anchored?.revocation.map(\.word), ["good", "anchorWithoutSource"])
    }

    func test_an_accepted_verdict_ends_before_a_list_from_the_future_applies() throws {
        let start = stage.clock.now.adding(seconds: 100)
        let good = try stage.issuing.revocationList(number: 1)
        let coming = { (revoked: [TestIdentity]) in
            try self.stage.issuing.revocationList(revoked: revoked, number: 2) { $0.thisUpdate = .automatic(start) }
        }
        let before = start.adding(seconds: -60).lastMomentBefore
        XCTAssertEqual(assertAccepted(try verdict([good, coming([])]))?.validUntil, before)
        assertRefused(try verdict([good, coming([identity])]), .revoked, at: 0)
        stage.clock.set(to: start)
        XCTAssertNotNil(assertAccepted(try verdict([good, coming([])])))
        assertRefused(try verdict([good, coming([identity])]), .revoked, at: 0)
    }
}

extension RevocationStatus {
    /// The kind of status, in one word.
    fileprivate var word: String {
        switch self {
        case .good: "good"
        case .revoked: "revoked"
        case .unknown: "unknown"
        case .notChecked(let reason): reason.rawValue
        }
    }
}
