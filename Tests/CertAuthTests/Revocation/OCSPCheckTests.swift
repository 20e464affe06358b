// SPDX-License-Identifier: Apache-2.0
// OCSP responses: each refusal with an accepted twin.

import CertAuth
import CertAuthTesting
import XCTest

final class OCSPCheckTests: XCTestCase {
    private typealias Change = (inout OCSPResponseTemplate) throws -> Void

    private func word(
        _ scene: RevocationScene,
        _ status: TestCertificateStatus = .good,
        digest: OCSPCertificateIdentifier.Digest = .sha1,
        responder: TestIdentity? = nil,
        options: RevocationOptions = RevocationOptions(),
        making change: Change = { _ in }
    ) throws -> String {
        var scene = scene
        scene.responses = [
            try scene.issuing.ocspResponse(for: scene.alice, status, digest: digest, responder: responder) {
                try change(&$0)
            }
        ]
        return try scene.word { $0.revocation = options }
    }

    func test_each_status_is_read_by_either_digest() throws {
        let scene = try RevocationScene()
        for digest in [OCSPCertificateIdentifier.Digest.sha1, .sha256] {
            XCTAssertEqual(try word(scene, digest: digest), "good")
            XCTAssertEqual(try word(scene, .revoked(at: Stage.moment, reason: 1), digest: digest), "revoked")
            XCTAssertEqual(try word(scene, .unknown, digest: digest), "unknown-to-responder")
        }
    }

    func test_the_evidence_names_responder_and_times() throws {
        var scene = try RevocationScene()
        let der = try scene.issuing.ocspResponse(for: scene.alice)
        scene.responses = [der]
        guard case .good(let evidence) = try scene.status() else { return XCTFail("not good") }
        let producedAt = scene.now.adding(seconds: -60)
        XCTAssertEqual(
            evidence.source,
            .ocsp(responder: try scene.issuing.certificate.subject, producedAt: producedAt)
        )
        XCTAssertEqual(evidence.thisUpdate, producedAt)
        XCTAssertEqual(evidence.fingerprint, try OCSPResponse(derEncoded: der).fingerprint)
        XCTAssertEqual(assertAccepted(try scene.verdict())?.validUntil, evidence.nextUpdate)
    }

    func test_the_identifier_must_match_exactly() throws {
        let scene = try RevocationScene()
        let other = try scene.stage.root.intermediate("Stage Issuing")
        let changes: [Change] = [
            { $0.responses[0].certificate.issuerNameHash[0] ^= 1 },
            { $0.responses[0].certificate.issuerKeyHash[0] ^= 1 },
            { $0.responses[0].certificate.serialNumber += [0] },
            { $0.responses[0].certificate.hashAlgorithm = DER.sequence([DER.objectIdentifier(dotted: "1.2.3")]) },
            {
                $0.responses[0].certificate = try OCSPCertificateIdentifier(
                    serialNumber: scene.alice.serialNumber,
                    issuer: other
                )
            },
            { $0.responses = [] },
        ]
        for (index, change) in changes.enumerated() {
            XCTAssertEqual(try word(scene, making: change), "no-source", "case \(index)")
        }
    }

    /// CVE-2026-24734 and CVE-2026-32144: the signature, and a responder named by key.
    func test_only_the_issuer_or_its_delegate_may_sign() throws {
        let scene = try RevocationScene()
        let stranger = try TestKey.generate()
        XCTAssertEqual(try word(scene) { $0.signatureDefect = .flippedBit }, "bad-signature")
        XCTAssertEqual(try word(scene) { $0.signatureDefect = .empty }, "bad-signature")
        XCTAssertEqual(try word(scene) { $0.signingKey = stranger }, "bad-signature")
        XCTAssertEqual(try word(scene) { $0.responder = .name("Somebody") }, "bad-signature")
        XCTAssertEqual(try word(scene) { $0.responder = .name(scene.issuing.subject) }, "good")

        let responder = try scene.issuing.issue("Responder", .ocspResponder)
        XCTAssertEqual(try word(scene, responder: responder), "good")
        XCTAssertEqual(try word(scene, responder: responder) { $0.certificates = [] }, "bad-signature")
        XCTAssertEqual(try word(scene, responder: responder) { $0.signingKey = stranger }, "bad-signature")
        let namesake = try TestAuthority("Stage Issuing", clock: scene.stage.clock.verificationClock)
        let imposters: [(String, TestIdentity)] = [
            ("no purpose", try scene.issuing.issue("Responder", .client)),
            ("another key of the issuer's name", try namesake.issue("Responder", .ocspResponder)),
            ("the issuer's issuer's", try scene.stage.root.issue("Responder", .ocspResponder)),
            ("self-signed", namesake.identity),
            (
                "expired",
                try scene.issuing.issue("Responder", .ocspResponder) {
                    $0.notAfter = .automatic(Stage.moment.adding(seconds: -1))
                }
            ),
            (
                "a critical extension",
                try scene.issuing.issue("Responder", .ocspResponder) {
                    $0.extensions.append(.custom("1.2.3.4", critical: true, value: DER.null))
                }
            ),
        ]
        for (name, imposter) in imposters {
            XCTAssertEqual(try word(scene, responder: imposter), "signer-not-trusted", name)
        }
    }

    /// RFC 5280 section 4.2.1.12 names two key usages that are consistent with OCSPSigning.
    func test_a_responder_signs_with_digital_signature_or_content_commitment() throws {
        let scene = try RevocationScene()
        let usages: [(Set<KeyUsageBit>, String)] = [
            ([.digitalSignature], "good"), ([.contentCommitment], "good"),
            ([.digitalSignature, .contentCommitment], "good"),
            ([.keyAgreement], "signer-not-trusted"), ([.keyEncipherment, .cRLSign], "signer-not-trusted"),
        ]
        for (usage, expected) in usages {
            let responder = try scene.issuing.issue("Responder", .ocspResponder) {
                $0.extensions.replace(.keyUsage(usage))
            }
            XCTAssertEqual(try word(scene, responder: responder), expected, "\(usage)")
        }
    }

    func test_a_responders_own_revocation_counts_as_the_policy_says() throws {
        var scene = try RevocationScene()
        let point = ExtensionTemplate.crlDistributionPoints([[.uri("http://crl.example/")]])
        let silent = try scene.issuing.issue("Responder", .ocspResponder) { $0.extensions.remove(.ocspNoCheck) }
        let named = try scene.issuing.issue("Responder", .ocspResponder) {
            $0.extensions.remove(.ocspNoCheck)
            $0.extensions.append(point)
        }
        let policies: [(RevocationOptions.ResponderRevocation, silent: String, named: String)] = [
            (.whereNamed, "good", "signer-not-trusted"), (.always, "signer-not-trusted", "signer-not-trusted"),
            (.onlyIfRevoked, "good", "good"),
        ]
        for (policy, silentWord, namedWord) in policies {
            var options = RevocationOptions()
            options.responderRevocation = policy
            options.sourceOrder = .ocspFirst
            scene.lists = []
            XCTAssertEqual(try word(scene, responder: silent, options: options), silentWord, "\(policy)")
            XCTAssertEqual(try word(scene, responder: named, options: options), namedWord, "\(policy)")
            scene.lists = [try scene.issuing.revocationList()]
            XCTAssertEqual(try word(scene, responder: named, options: options), "good", "\(policy)")
            scene.lists = [try scene.issuing.revocationList(revoked: [named])]
            options.sourceOrder = .both
            XCTAssertEqual(try word(scene, responder: named, options: options), "signer-not-trusted", "\(policy)")
        }
    }

    func test_a_pinned_responder_is_authorized_for_each_issuer() throws {
        let scene = try RevocationScene()
        let pinned = try TestIdentity.selfSigned("Pinned", clock: scene.stage.clock.verificationClock)
        XCTAssertEqual(try word(scene, responder: pinned), "signer-not-trusted")
        var options = RevocationOptions()
        options.pinnedResponders = [try pinned.certificate]
        XCTAssertEqual(try word(scene, responder: pinned, options: options), "good")
    }

    func test_the_windows_of_time_include_their_ends() throws {
        let scene = try RevocationScene()
        let at = { (seconds: Int64) in TimeTemplate.generalizedTime(Stage.moment.adding(seconds: seconds)) }
        let cases: [(String, Change)] = [
            ("good", { $0.responses[0].thisUpdate = at(60) }),
            ("not-yet-current", { $0.responses[0].thisUpdate = at(61) }),
            ("good", { $0.responses[0].nextUpdate = at(0) }), ("stale", { $0.responses[0].nextUpdate = at(-1) }),
            ("good", { $0.producedAt = at(60) }), ("not-yet-current", { $0.producedAt = at(61) }),
            // Issued before the certificate existed.
            ("good", { $0.producedAt = at(-3_600) }), ("not-yet-current", { $0.producedAt = at(-3_601) }),
            (
                "good",
                {
                    $0.responses[0].thisUpdate = at(-300)
                    $0.responses[0].nextUpdate = nil
                }
            ),
            (
                "stale",
                {
                    $0.responses[0].thisUpdate = at(-301)
                    $0.responses[0].nextUpdate = nil
                }
            ),
        ]
        for (index, (expected, change)) in cases.enumerated() {
            XCTAssertEqual(try word(scene, making: change), expected, "case \(index)")
        }
        let old: Change = {
            $0.responses[0].thisUpdate = at(-1_000)
            $0.responses[0].nextUpdate = nil
        }
        var options = RevocationOptions()
        options.maximumAge = .seconds(1_000)
        XCTAssertEqual(try word(scene, options: options, making: old), "good")
        options.maximumAge = .seconds(999)
        XCTAssertEqual(try word(scene, options: options, making: old), "too-old")
    }

    func test_unknown_critical_extensions_refuse_and_known_ones_do_not() throws {
        let scene = try RevocationScene()
        let unknown = ExtensionTemplate.custom("1.2.3.4", critical: true, value: DER.null)
        let harmless = ExtensionTemplate.custom("1.2.3.4", value: DER.null)
        let timestamps = ExtensionTemplate.custom("1.3.6.1.4.1.11129.2.4.5", critical: true, value: DER.octetString([]))
        XCTAssertEqual(try word(scene) { $0.extensions = [unknown] }, "critical-extension")
        XCTAssertEqual(try word(scene) { $0.extensions = [harmless] }, "good")
        XCTAssertEqual(try word(scene) { $0.responses[0].extensions = [unknown] }, "critical-extension")
        XCTAssertEqual(try word(scene) { $0.responses[0].extensions = [harmless, timestamps] }, "good")
    }

    func test_contradictions_refuse_and_a_revoked_among_them_revokes() throws {
        let scene = try RevocationScene()
        let join = { (status: TestCertificateStatus) -> Change in
            { template in
                var second = template.responses[0]
                second.status = status
                template.responses.append(second)
            }
        }
        XCTAssertEqual(try word(scene, making: join(.good)), "good")
        XCTAssertEqual(try word(scene, making: join(.unknown)), "contradictory")
        XCTAssertEqual(try word(scene, making: join(.revoked(at: Stage.moment))), "revoked")
    }

    func test_a_stale_revocation_still_counts_unless_it_was_a_hold() throws {
        let scene = try RevocationScene()
        let stale: Change = {
            $0.responses[0].nextUpdate = .generalizedTime(Stage.moment.adding(seconds: -1))
        }
        XCTAssertEqual(try word(scene, .revoked(at: Stage.moment, reason: 1), making: stale), "revoked")
        XCTAssertEqual(try word(scene, .revoked(at: Stage.moment, reason: 6), making: stale), "stale")
        XCTAssertEqual(try word(scene, .revoked(at: Stage.moment, reason: 6)), "revoked")
    }

    func test_errors_of_the_responder_are_causes() throws {
        var scene = try RevocationScene()
        for status in OCSPResponseStatus.allCases where status != .successful {
            let der = try scene.issuing.ocspResponse(for: scene.alice) { $0.responseStatus = status.rawValue }
            XCTAssertThrowsError(try OCSPResponse(derEncoded: der)) { error in
                XCTAssertEqual(error as? OCSPResponseError, .notSuccessful(status))
            }
            let cause = OCSPResponseError.notSuccessful(status).cause(source: "http://ocsp.example/")
            scene.failures = [RevocationSourceFailure(source: "http://ocsp.example/", cause: cause)]
            XCTAssertEqual(try scene.cause(), .responderError(source: "http://ocsp.example/", status))
        }
    }

    func test_structures_the_rfc_forbids_are_malformed() throws {
        let scene = try RevocationScene()
        let changes: [Change] = [
            { $0.version = 1 }, { $0.trailingBytes = [0] }, { $0.responseType = "1.2.3" },
            { $0.responseStatus = 4 }, { $0.producedAt = .utcTime(Stage.moment) },
            { $0.extensions = [.custom("1.2.3", value: []), .custom("1.2.3", value: [])] },
            { $0.responses[0].status = .revoked(at: Stage.moment, reason: 7) },
            { $0.rewriteSignedPart = { $0 + [0] } },
        ]
        for (index, change) in changes.enumerated() {
            let der = try scene.issuing.ocspResponse(for: scene.alice) { try change(&$0) }
            XCTAssertThrowsError(try OCSPResponse(derEncoded: der), "case \(index)") { error in
                guard case OCSPResponseError.malformed = error else { return XCTFail("case \(index): \(error)") }
            }
        }
        XCTAssertEqual(try word(scene) { $0.version = 0 }, "good")
        let large = [UInt8](repeating: 0x30, count: OCSPResponse.sizeLimit + 1)
        assertThrows(OCSPResponseError.tooLarge) { _ = try OCSPResponse(derEncoded: large) }
    }

    /// RFC 8954 wraps a nonce in an OCTET STRING; responders of RFC 2560 do not.
    func test_a_nonce_that_was_not_asked_for_is_not_read() throws {
        let scene = try RevocationScene()
        let nonce = { (value: [UInt8], isCritical: Bool) in
            ExtensionTemplate.custom("1.3.6.1.5.5.7.48.1.2", critical: isCritical, value: value)
        }
        for raw in [Array("GGGGGGGG".utf8), [], [DERTag.octetString, 9, 1]] {
            let der = try scene.issuing.ocspResponse(for: scene.alice, .revoked(at: Stage.moment, reason: 1)) {
                $0.extensions = [nonce(raw, false)]
            }
            XCTAssertNil(try OCSPResponse(derEncoded: der).nonce)
            XCTAssertEqual(try word(scene) { $0.extensions = [nonce(raw, false)] }, "good")
            XCTAssertEqual(
                try word(scene, .revoked(at: Stage.moment, reason: 1)) { $0.extensions = [nonce(raw, false)] },
                "revoked"
            )
            let critical = try scene.issuing.ocspResponse(for: scene.alice) { $0.extensions = [nonce(raw, true)] }
            XCTAssertThrowsError(try OCSPResponse(derEncoded: critical))
        }
        XCTAssertEqual(try word(scene) { $0.extensions = [nonce(DER.octetString([1, 2]), true)] }, "good")
    }

    func test_a_nonce_that_was_sent_must_come_back() throws {
        var scene = try RevocationScene()
        let identifier = try XCTUnwrap(
            OCSPCertificateID(of: scene.alice.certificate, issuedBy: scene.issuing.certificate, digest: .sha1)
        )
        let request = try XCTUnwrap(OCSPRequest(identifier, nonce: Array(1...32)))
        let received = try ReceivedOCSPRequest(derEncoded: request.derEncoded)
        XCTAssertEqual(received.certificates.map(\.serialNumber), [scene.alice.serialNumber])
        let der = try scene.issuing.ocspResponse(to: received) { _ in .good }
        let answering = try OCSPResponse(derEncoded: der, answering: request)
        XCTAssertEqual(answering.nonce, Array(1...32))
        let context = ValidationContext(options: try scene.stage.options(), now: scene.now)
        let status = { (response: OCSPResponse) throws -> RevocationStatus in
            RevocationCheck.status(
                of: try scene.alice.certificate,
                issuedBy: try scene.issuing.certificate,
                evidence: RevocationEvidence(revocationLists: [], ocspResponses: [response]),
                in: context
            )
        }
        guard case .good = try status(answering) else { return XCTFail("\(try status(answering))") }
        let other = try XCTUnwrap(OCSPRequest(identifier, nonce: Array(2...33)))
        for wrong in [
            try OCSPResponse(derEncoded: der, answering: other),
            try OCSPResponse(derEncoded: scene.issuing.ocspResponse(for: scene.alice), answering: request),
        ] {
            guard case .unknown(.nonceMismatch) = try status(wrong) else { return XCTFail("\(try status(wrong))") }
        }
        scene.responses = [der]
        XCTAssertEqual(try scene.word(), "good", "a nonce that was not requested does no harm")
        XCTAssertNil(OCSPRequest(identifier, nonce: []))
        XCTAssertNil(OCSPRequest(identifier, nonce: [UInt8](repeating: 0, count: 129)))
        XCTAssertFalse(request.pathComponent.contains { "+/=".contains($0) })
    }
}
