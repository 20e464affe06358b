// SPDX-License-Identifier: Apache-2.0
// Statements that were received and do not count, and what the refusal says about them.

import CertAuth
import CertAuthTesting
import XCTest

final class StatementMessageTests: XCTestCase {
    private var scene: RevocationScene!

    override func setUpWithError() throws { scene = try RevocationScene() }

    /// Fails unless the status is unknown for a cause of this kind that contains all `texts`.
    private func assertSays(
        _ kind: RevocationCauseKind,
        _ texts: String...,
        line: UInt = #line,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws {
        let cause = try scene.cause {
            $0.revocationFlag = .endCertificateOnly
            try change(&$0)
        }
        XCTAssertEqual(cause?.kind, kind, line: line)
        let message = cause?.description ?? ""
        for text in texts { XCTAssertTrue(message.contains(text), message, line: line) }
    }

    private func respond(_ change: (inout OCSPResponseTemplate) throws -> Void) throws {
        scene.responses = [try scene.issuing.ocspResponse(for: scene.alice) { try change(&$0) }]
    }

    func test_a_response_about_another_certificate_is_named() throws {
        let bob = try scene.issuing.issue("bob") { $0.serialNumber = [0x11, 0x22] }
        scene.responses = [try scene.issuing.ocspResponse(for: bob)]
        let own = try scene.alice.certificate.serialNumber
        try assertSays(.noSource, "an OCSP response about serial 1122, not \(own)", "CN=Stage Issuing")
        try respond { $0.responses[0].certificate.issuerKeyHash[0] ^= 1 }
        try assertSays(.noSource, "about serial \(own) of another issuer than CN=Stage Issuing")
        scene.responses = []
        scene.lists = [try scene.stage.root.revocationList()]
        try assertSays(.noSource, "a CRL of CN=Stage Root; give a CRL of CN=Stage Issuing")
        scene.responses = try (0..<3).map { _ in try scene.issuing.ocspResponse(for: bob) }
        try assertSays(.noSource, "1 CRLs and 3 OCSP responses are about other certificates")
        scene.lists = []
        scene.responses = []
        try assertSays(.noSource, "neither a CRL of CN=Stage Issuing nor an OCSP response")
    }

    func test_a_response_in_another_name_is_named() throws {
        try respond { $0.responder = .name("Somebody") }
        try assertSays(.badSignature, "in the name of CN=Somebody", "neither the issuer, nor pinned")
        try respond { $0.responder = .keyHash([UInt8](repeating: 0xAB, count: 20)) }
        try assertSays(.badSignature, "the key with SHA-1 abababab")
        try respond { $0.signatureDefect = .flippedBit }
        try assertSays(.badSignature, "not signed by an authorized key")
    }

    func test_a_response_from_before_the_certificate_is_named() throws {
        let notBefore = try scene.alice.certificate.validity.notBefore
        try respond { $0.producedAt = .generalizedTime(notBefore.adding(seconds: -1)) }
        try assertSays(
            .notYetCurrent,
            "was made at \(notBefore.adding(seconds: -1)), before the certificate",
            "\(notBefore)"
        )
        try respond { $0.producedAt = .generalizedTime(Stage.moment.adding(seconds: 3_600)) }
        try assertSays(.notYetCurrent, "is from the future")
    }

    func test_a_weak_or_unknown_algorithm_is_named() throws {
        try respond { $0.signatureScheme = .ecdsaSHA1 }
        try assertSays(.weakSignature, "ECDSA with SHA1")
        try respond { $0.outerAlgorithm = DER.sequence([DER.objectIdentifier(dotted: "1.2.3.4")]) }
        try assertSays(.weakSignature, "the algorithm 1.2.3.4")
        scene.responses = []
        scene.lists = [try scene.issuing.revocationList { $0.signatureScheme = .ecdsaSHA1 }]
        try assertSays(.weakSignature, "CN=Stage Issuing", "ECDSA with SHA1")
    }

    func test_without_nextUpdate_the_option_and_its_limit_are_named() throws {
        let thisUpdate = Stage.moment.adding(seconds: -600)
        try respond {
            $0.responses[0].thisUpdate = .generalizedTime(thisUpdate)
            $0.responses[0].nextUpdate = nil
        }
        try assertSays(.stale, "no nextUpdate", "300 s", "\(thisUpdate)", "revocation.responseLifetime")
        try assertSays(.stale, "599 s") { $0.revocation.responseLifetime = .seconds(599) }
        XCTAssertEqual(try scene.word { $0.revocation.responseLifetime = .seconds(700) }, "good")
    }

    func test_bytes_that_are_something_else_are_named() throws {
        let list = try scene.issuing.revocationList().derEncoded
        let response = try scene.issuing.ocspResponse(for: scene.alice)
        func reason(_ bytes: [UInt8], _ kind: EncodedObjectKind) -> String {
            RevocationStatus.Cause.unreadable(bytes, source: "x", expected: kind, reason: "the reader's words")
                .description
        }
        XCTAssertEqual(
            reason(Array("\u{FEFF}\n-----BEGIN X509 CRL-----\n".utf8), .revocationList),
            "x is malformed: it is PEM, expected a CRL in DER: convert it with `openssl crl -outform DER -in FILE`"
        )
        XCTAssertTrue(
            reason(Array("-----BEGIN OCSP RESPONSE-----".utf8), .ocspResponse).contains("OCSP response in DER")
        )
        XCTAssertTrue(reason(Array("<html>".utf8), .revocationList).contains("HTML"))
        XCTAssertTrue(reason([], .ocspResponse).contains("it is empty"))
        XCTAssertTrue(reason(response, .revocationList).contains("it is an OCSP response, expected a CRL"))
        XCTAssertTrue(reason(list, .ocspResponse).contains("it is a CRL, expected an OCSP response"))
        XCTAssertEqual(reason(list, .revocationList), "x is malformed: the reader's words")
        XCTAssertEqual(reason([0x30, 0x80], .revocationList), "x is malformed: the reader's words")
    }
}
