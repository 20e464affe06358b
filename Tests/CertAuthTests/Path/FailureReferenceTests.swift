// SPDX-License-Identifier: Apache-2.0
// Each refusal has a code, a reason for operators and one for clients: case D14 of Docs/Cases.md.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class FailureReferenceTests: XCTestCase {
    func test_each_code_has_one_row_in_its_order_and_all_codes_are_stable() {
        XCTAssertEqual(FailureReference.all.map(\.code), FailureCode.all)
        XCTAssertEqual(Set(FailureCode.all).count, FailureCode.all.count)
        XCTAssertEqual(
            FailureCode.all.map(\.rawValue),
            [
                "no-certificate", "not-https", "certificate-type-not-allowed", "malformed", "untrusted",
                "partial-chain", "bad-signature", "expired", "not-yet-valid", "wrong-usage", "not-a-ca",
                "path-too-long", "name-not-permitted", "critical-extension", "policy", "weak-key", "weak-signature",
                "revoked", "revocation-unknown", "limit-exceeded", "rejected-by-handler", "identity-not-mapped",
                "identity-ambiguous", "not-authorized", "token-not-bound", "token-binding-mismatch",
                "forwarding-untrusted", "not-verified-by-proxy", "forwarded-scheme", "key-not-proven", "internal",
            ]
        )
        for row in FailureReference.all {
            XCTAssertEqual(row.httpStatus, row.code.rawValue.hasPrefix("token-") ? 401 : 403)
            for text in [row.publicSentence, row.cause, row.remedy] {
                XCTAssertTrue(text.hasSuffix("."), text)
                XCTAssertFalse(text.contains("|"), "a bar would break the table: \(text)")
            }
        }
    }

    func test_a_custom_code_has_a_public_sentence_too() {
        let own = FailureCode(rawValue: "no-badge")
        XCTAssertEqual(own.reference.code, own)
        XCTAssertEqual(own.publicSentence, "The client certificate was refused.")
    }

    func test_a_refusal_is_visible_to_application_and_log_with_the_same_code() async throws {
        let stage = try Stage()
        let log = LogRecorder()
        let authenticator = try CertificateAuthenticator(options: stage.options(), logger: log.logger)
        let identity = try stage.issuing.issue("alice\u{202E}", .expired)
        let facts = ConnectionFacts(isSecure: true, serverName: "a\n.example.com", peerAddress: "192.0.2.1:5000")
        let result = await authenticator.authenticate(identity.presented(), facts: facts)
        let failure = try XCTUnwrap(assertRefused(result, .expired, at: 0))
        XCTAssertEqual(failure.description, "expired at certificate 0: \(failure.message)")
        XCTAssertEqual(failure.trace.attempts.map { $0.findings.map(\.code) }, [[.expired]])
        let line = try XCTUnwrap(log.lines.last)
        XCTAssertEqual(line.level, "notice")
        XCTAssertEqual(line.metadata["certauth.code"], "expired")
        XCTAssertEqual(line.metadata["certauth.reason"], failure.message)
        XCTAssertEqual(line.metadata["certauth.index"], "0")
        XCTAssertEqual(line.metadata["certauth.server_name"], "a\\u{a}.example.com")
        XCTAssertEqual(line.metadata["certauth.peer"], "192.0.2.1:5000")
        XCTAssertEqual(line.metadata["certauth.sha256"], try identity.certificate.sha256Thumbprint.hexadecimal)
        XCTAssertFalse(failure.message.unicodeScalars.contains("\u{202E}"))
    }

    func test_a_refusal_by_the_applications_own_rule_names_the_certificate_in_the_log() async throws {
        let stage = try Stage()
        let log = LogRecorder()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { _ in .fail(reason: "not on the list") })
        let authenticator = try CertificateAuthenticator(options: stage.options(), events: events, logger: log.logger)
        let identity = try stage.issuing.issue("alice")
        let failure = assertRefused(await authenticator.authenticate(identity), .rejectedByHandler, at: 0)
        XCTAssertEqual(failure?.trace.attempts.map(\.certificates.count), [3])
        XCTAssertEqual(log.lines.last?.metadata["certauth.subject"], "CN=alice")
    }
}
