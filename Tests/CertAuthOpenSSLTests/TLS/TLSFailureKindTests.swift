// SPDX-License-Identifier: Apache-2.0
// Each libssl reason has an explanation besides OpenSSL's own text.

import CertAuthOpenSSL
import XCTest

final class TLSFailureKindTests: XCTestCase {
    /// All reasons for which this OpenSSL has a text.
    private var reasons: [Int32] {
        // OpenSSL loads its error texts with the first context.
        _ = try? TLSContext(client: TLSClientSettings(trustedRoots: []))
        return (1..<4_096).filter { TLSFailure.words(forReason: $0) != nil }
    }

    private func failure(_ reason: Int32) -> TLSFailure {
        let entry = OpenSSLError.Entry(code: 0, library: 20, reason: reason, text: "words of OpenSSL", detail: "")
        let cause = OpenSSLError(operation: "SSL_do_handshake", entries: [entry])
        return TLSFailure(cause: cause, sentAlert: nil, receivedAlert: nil)
    }

    func test_every_reason_of_libssl_is_explained() {
        XCTAssertGreaterThanOrEqual(reasons.count, 250)
        for reason in reasons {
            let words = TLSFailure.words(forReason: reason) ?? ""
            // Later versions of OpenSSL add reasons, which get a general explanation.
            if OpenSSLVersion.loaded.major == 3, OpenSSLVersion.loaded.minor == 0 {
                XCTAssertNotNil(TLSFailureKind.kind(ofReason: reason), "\(reason), \(words)")
            }
            let sentence = failure(reason).sentence
            XCTAssertTrue(sentence.hasSuffix("(SSL_do_handshake failed: words of OpenSSL)"), sentence)
            XCTAssertFalse(sentence.hasPrefix("SSL_do_handshake"), sentence)
        }
    }

    func test_each_message_contains_what_was_found_and_expected_and_what_to_do() {
        for kind in TLSFailureKind.allCases {
            let explanation = kind.explanation
            for text in [explanation.found, explanation.expected, explanation.remedy] {
                XCTAssertGreaterThan(text.count, 10, "\(kind)")
            }
        }
        for naked in ["callback failed", "wrong curve", "internal error", "no shared cipher"] {
            for kind in TLSFailureKind.allCases { XCTAssertFalse(kind.explanation.found.contains(naked)) }
        }
    }

    /// The reasons that end a server's handshake most often.
    func test_usual_reasons_have_a_kind_of_their_own() {
        let expected: [(words: String, TLSFailureKind)] = [
            ("no shared cipher", .cipher), ("unsupported protocol", .version), ("http request", .plainHTTP),
            ("wrong version number", .notTLS), ("wrong curve", .curve), ("callback failed", .callback),
            ("no application protocol", .applicationProtocol), ("bad signature", .signature),
            ("unexpected eof while reading", .eof), ("tlsv1 alert unknown ca", .alert),
            ("no suitable signature algorithm", .signatureKind), ("no suitable key share", .group),
            ("decryption failed or bad record mac", .record), ("excessive message size", .size),
        ]
        for (words, kind) in expected {
            let reason = reasons.first { TLSFailure.words(forReason: $0) == words }
            XCTAssertEqual(reason.flatMap(TLSFailureKind.kind(ofReason:)), kind, words)
        }
    }

    func test_errors_of_other_libraries_are_explained_too() {
        let entry = OpenSSLError.Entry(code: 0, library: 13, reason: 100, text: "asn1", detail: "")
        let cause = OpenSSLError(operation: "SSL_do_handshake", entries: [entry])
        let found = TLSFailure(cause: cause, sentAlert: nil, receivedAlert: nil)
        XCTAssertEqual(found.kind, .other)
        XCTAssertEqual(TLSFailure(cause: cause, sentAlert: nil, receivedAlert: .unknownCA).kind, .alert)
    }
}
