// SPDX-License-Identifier: Apache-2.0
// The builder of log metadata, and its keys.

import CertAuthTestSupport
import CertAuthTesting
import Logging
import XCTest

@testable import CertAuth

final class LogMetadataTests: XCTestCase {
    func test_values_are_texts_and_nil_is_omitted() {
        let metadata = LogMetadata(.code, FailureCode.expired).with(.index, 1).with(.peer, nil as String?)
            .with(.serverName, "a.example" as String?)
        XCTAssertEqual(
            metadata.values,
            ["certauth.code": "expired", "certauth.index": "1", "certauth.server_name": "a.example"]
        )
        XCTAssertEqual(LogMetadata(.alert, nil as String?).values, [:])
    }

    func test_a_key_is_replaced_and_nil_keeps_it() {
        let metadata = LogMetadata(.code, "first").with(.code, "second").with(.code, nil as String?)
        XCTAssertEqual(metadata.values, ["certauth.code": "second"])
    }

    func test_no_suppressed_lines_are_not_mentioned() {
        let metadata = LogMetadata(.scheme, "x")
        for count in [nil, 0] { XCTAssertEqual(metadata.suppressing(count).values, ["certauth.scheme": "x"]) }
        XCTAssertEqual(metadata.suppressing(3).values, ["certauth.scheme": "x", "certauth.suppressed": "3"])
    }

    func test_a_server_name_is_escaped() {
        let metadata = LogMetadata(.code, "x").from(peer: "192.0.2.1:5000", serverName: "a\u{1B}[2J")
        XCTAssertEqual(
            metadata.values,
            ["certauth.code": "x", "certauth.peer": "192.0.2.1:5000", "certauth.server_name": "a\\u{1b}[2J"]
        )
    }

    func test_a_certificate_is_described_the_same_way_before_and_after_its_path_is_kept() throws {
        let certificate = try TestAuthority("Log Root").issue("alice").certificate
        let described = LogMetadata(.scheme, "x").describing(certificate).values
        XCTAssertEqual(
            described,
            LogMetadata(.scheme, "x").describing(TracedCertificate(certificate, isLeaf: true)).values
        )
        XCTAssertEqual(
            described,
            [
                "certauth.scheme": "x", "certauth.subject": "\(certificate)",
                "certauth.issuer": "\(certificate.issuer.rfc4514)",
                "certauth.serial": "\(certificate.serialNumber)", "certauth.sha256": "\(certificate.sha256Thumbprint)",
            ]
        )
        XCTAssertEqual(LogMetadata(.scheme, "x").describing(nil).values, ["certauth.scheme": "x"])
    }

    func test_the_page_names_every_key() throws {
        let page = try ProjectFiles.page("Observability.md")
        for key in LogKey.allCases { XCTAssertTrue(page.contains("`\(key.rawValue)`"), key.rawValue) }
        XCTAssertEqual(Set(LogKey.allCases.map(\.rawValue)).count, LogKey.allCases.count)
    }
}
