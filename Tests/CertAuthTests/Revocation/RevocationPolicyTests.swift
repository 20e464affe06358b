// SPDX-License-Identifier: Apache-2.0
// How a policy interprets a status: modes, causes, order, exemptions (case D6 of Docs/Cases.md).

import CertAuth
import CertAuthTesting
import XCTest

final class RevocationPolicyTests: XCTestCase {
    private typealias Change = (inout CertificateAuthenticationOptions) throws -> Void

    /// The evidence of case D6, each with the code of a policy that requires a known status.
    private func situations() throws -> [(name: String, scene: RevocationScene, code: FailureCode?)] {
        var revoked = try RevocationScene()
        revoked.lists = [try revoked.issuing.revocationList(revoked: [revoked.alice])]
        var unreachable = try RevocationScene {
            $0.extensions.append(.crlDistributionPoints([[.uri("http://crl.example/a")]]))
        }
        unreachable.failures = [
            RevocationSourceFailure(
                source: "http://crl.example/a",
                cause: .unreachable(source: "http://crl.example/a", reason: "connection refused")
            )
        ]
        var expired = try RevocationScene()
        expired.lists = [
            try expired.issuing.revocationList { $0.nextUpdate = .automatic(Stage.moment.adding(seconds: -1)) }
        ]
        var unknown = try RevocationScene()
        unknown.responses = [try unknown.issuing.ocspResponse(for: unknown.alice, .unknown)]
        var forged = try RevocationScene()
        forged.lists = [try forged.issuing.revocationList { $0.signatureDefect = .flippedBit }]
        var good = try RevocationScene()
        good.lists = [try good.issuing.revocationList()]
        return [
            ("good", good, nil), ("revoked", revoked, .revoked), ("unreachable", unreachable, .revocationUnknown),
            ("expired list", expired, .revocationUnknown), ("unknown to the responder", unknown, .revocationUnknown),
            ("no source at all", try RevocationScene(), .revocationUnknown),
            ("bad signature", forged, .revocationUnknown),
        ]
    }

    func test_each_mode_that_checks_refuses_revoked_clients_and_unknown_ones_unless_allowed() throws {
        for (name, scene, code) in try situations() {
            for mode in RevocationMode.allCases {
                for unknown in UnknownRevocation.allCases {
                    let verdict = try scene.verdict {
                        $0.revocationMode = mode
                        $0.unknownRevocation = unknown
                    }
                    let passes = mode == .noCheck || code == nil || (code == .revocationUnknown && unknown == .allow)
                    if passes {
                        XCTAssertNotNil(assertAccepted(verdict), "\(name) \(mode) \(unknown)")
                    } else if let code {
                        assertRefused(verdict, code, at: 0)
                    }
                }
            }
        }
    }

    func test_a_revoked_intermediate_refuses_at_its_index() throws {
        var scene = try RevocationScene()
        scene.lists = [
            try scene.issuing.revocationList(),
            try scene.stage.root.revocationList(revoked: [scene.issuing.identity]),
        ]
        assertRefused(try scene.verdict { $0.revocationFlag = .excludeRoot }, .revoked, at: 1)
        assertAccepted(try scene.verdict())
    }

    func test_each_cause_may_have_its_own_meaning() throws {
        var scene = try RevocationScene()
        scene.lists = [
            try scene.issuing.revocationList { $0.nextUpdate = .automatic(Stage.moment.adding(seconds: -1)) }
        ]
        assertRefused(
            try scene.verdict { $0.revocation.unknownAnswers = [.noSource: .allow] },
            .revocationUnknown,
            at: 0
        )
        assertAccepted(try scene.verdict { $0.revocation.unknownAnswers = [.stale: .allow] })
        assertRefused(
            try scene.verdict {
                $0.unknownRevocation = .allow
                $0.revocation.unknownAnswers = [.stale: .deny]
            },
            .revocationUnknown,
            at: 0
        )
    }

    func test_a_stale_good_answer_is_accepted_until_it_is_too_old() throws {
        var scene = try RevocationScene()
        // Issued an hour ago.
        scene.lists = [
            try scene.issuing.revocationList { $0.nextUpdate = .automatic(Stage.moment.adding(seconds: -1)) }
        ]
        let fresh = { (seconds: Int64) -> Change in
            { $0.revocation.unknownAnswers = [.stale: .allowWhileFresh(.seconds(seconds))] }
        }
        let chain = assertAccepted(try scene.verdict(fresh(3_600)))
        XCTAssertEqual(chain?.validUntil, Stage.moment)
        assertRefused(try scene.verdict(fresh(3_599)), .revocationUnknown, at: 0)
        scene.lists = []
        scene.responses = [
            try scene.issuing.ocspResponse(for: scene.alice) {
                $0.responses[0].nextUpdate = .generalizedTime(Stage.moment.adding(seconds: -1))
            }
        ]
        assertAccepted(try scene.verdict(fresh(60)))
        assertRefused(try scene.verdict(fresh(59)), .revocationUnknown, at: 0)
        scene.responses = []
        assertRefused(
            try scene.verdict { $0.revocation.unknownAnswers = [.noSource: .allowWhileFresh(.seconds(60))] },
            .revocationUnknown,
            at: 0
        )
    }

    func test_any_revoked_status_wins_and_the_order_selects_the_reported_evidence() throws {
        var scene = try RevocationScene()
        let goodList = try scene.issuing.revocationList()
        let goodResponse = try scene.issuing.ocspResponse(for: scene.alice)
        let orders = RevocationSourceOrder.allCases
        scene.lists = [goodList]
        scene.responses = [try scene.issuing.ocspResponse(for: scene.alice, .revoked(at: Stage.moment))]
        for order in orders { XCTAssertEqual(try scene.word { $0.revocation.sourceOrder = order }, "revoked") }
        scene.lists = [try scene.issuing.revocationList(revoked: [scene.alice])]
        scene.responses = [goodResponse]
        for order in orders { XCTAssertEqual(try scene.word { $0.revocation.sourceOrder = order }, "revoked") }

        scene.lists = [goodList]
        var kinds: [String] = []
        for order in orders {
            guard case .good(let evidence) = try scene.status({ $0.revocation.sourceOrder = order }) else {
                return XCTFail("\(order)")
            }
            kinds.append(
                ([evidence] + evidence.others).map { if case .crl = $0.source { "crl" } else { "ocsp" } }.joined()
            )
        }
        XCTAssertEqual(kinds, ["crl", "ocsp", "crlocsp"])
        scene.responses = []
        XCTAssertEqual(try scene.word { $0.revocation.sourceOrder = .ocspFirst }, "good")
        XCTAssertEqual(try scene.word { $0.revocation.sourceOrder = .both }, "no-source")
    }

    func test_noRevAvail_is_honoured_only_if_the_policy_allows_it_and_nothing_contradicts_it() throws {
        let flag = ExtensionTemplate.custom("2.5.29.56", value: DER.null)
        let accept: Change = { $0.revocation.acceptsNoRevocationAvailable = true }
        let plain = try RevocationScene { $0.extensions.append(flag) }
        XCTAssertEqual(try plain.word(), "no-source")
        XCTAssertEqual(try plain.word(accept), "noRevocationAvailable")
        XCTAssertEqual(
            assertAccepted(try plain.verdict(accept))?.revocation.first,
            .notChecked(.noRevocationAvailable)
        )
        XCTAssertEqual(try RevocationScene().word(accept), "no-source")
        let contradicted = try RevocationScene {
            $0.extensions += [flag, .crlDistributionPoints([[.uri("http://crl.example/a")]])]
        }
        XCTAssertEqual(try contradicted.word(accept), "no-source")
    }

    func test_short_lived_certificates_are_exempt_only_if_the_policy_allows_it() throws {
        let scene = try RevocationScene {
            $0.notBefore = .automatic(Stage.moment.adding(seconds: -60))
            $0.notAfter = .automatic(Stage.moment.adding(seconds: 540))
        }
        XCTAssertEqual(try scene.word(), "no-source")
        XCTAssertEqual(try scene.word { $0.revocation.shortLivedValidity = .seconds(600) }, "shortLived")
        XCTAssertEqual(try scene.word { $0.revocation.shortLivedValidity = .seconds(599) }, "no-source")
    }

    func test_every_revocation_option_changes_the_fingerprint() throws {
        let stage = try Stage()
        let certificate = try stage.issuing.certificate
        let changes: [(inout RevocationOptions) -> Void] = [
            { $0.sourceOrder = .both }, { $0.maximumAge = .seconds(1) }, { $0.clockSkew = .seconds(0) },
            { $0.responseLifetime = .seconds(1) },
            { $0.unknownAnswers = [.stale: .allow] }, { $0.unknownAnswers = [.stale: .allowWhileFresh(.seconds(1))] },
            { $0.unknownAnswers = [.stale: .deny] }, { $0.acceptsNoRevocationAvailable = true },
            { $0.shortLivedValidity = .seconds(1) }, { $0.pinnedResponders = [certificate] },
            { $0.responderRevocation = .always }, { $0.responderCertificates = 1 },
        ]
        let options = try stage.options()
        var seen = [try PolicyFingerprint(options: options, anchors: nil)]
        for change in changes {
            var changed = options
            change(&changed.revocation)
            let fingerprint = try PolicyFingerprint(options: changed, anchors: nil)
            XCTAssertFalse(seen.contains(fingerprint))
            seen.append(fingerprint)
        }
        XCTAssertEqual(Mirror(reflecting: RevocationOptions()).children.count, 10)
    }

    func test_numbers_out_of_range_do_not_start() throws {
        let stage = try Stage()
        let changes: [(String, (inout RevocationOptions) -> Void)] = [
            ("maximumAge", { $0.maximumAge = .seconds(0) }), ("maximumAge", { $0.maximumAge = .milliseconds(999) }),
            ("shortLivedValidity", { $0.shortLivedValidity = .seconds(-1) }),
            ("responderCertificates", { $0.responderCertificates = 0 }), ("clockSkew", { $0.clockSkew = .seconds(-1) }),
            ("clockSkew", { $0.clockSkew = .nanoseconds(-1) }),
            ("clockSkew", { $0.clockSkew = .seconds(Int64.max) }),
            ("responseLifetime", { $0.responseLifetime = .seconds(86_401) }),
            ("unknownAnswers", { $0.unknownAnswers = [.stale: .allowWhileFresh(.seconds(0))] }),
            ("unknownAnswers", { $0.unknownAnswers = [.stale: .allowWhileFresh(.milliseconds(999))] }),
        ]
        for (name, change) in changes {
            XCTAssertThrowsError(try stage.options { change(&$0.revocation) }.check()) { error in
                guard case .invalidRevocationOption(name, _)? = error as? ConfigurationError else {
                    return XCTFail("\(name): \(error)")
                }
            }
        }
        XCTAssertNoThrow(try stage.options().check())
        let accepted: [(inout RevocationOptions) -> Void] = [
            { $0.maximumAge = .seconds(1) }, { $0.clockSkew = .zero }, { $0.clockSkew = .seconds(86_400) },
            { $0.maximumAge = .seconds(Int64.max) },
        ]
        for change in accepted { XCTAssertNoThrow(try stage.options { change(&$0.revocation) }.check()) }
    }
}
