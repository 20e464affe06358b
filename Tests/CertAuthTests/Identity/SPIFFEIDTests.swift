// SPDX-License-Identifier: Apache-2.0
// SPIFFE IDs of workloads, and patterns for them.

import CertAuth
import CertAuthTesting
import XCTest

final class SPIFFEIDTests: XCTestCase {
    func test_a_spiffe_id_has_one_spelling() {
        let good = [
            "spiffe://example.org", "spiffe://example.org/a", "spiffe://ex_ample-1.org/ns/prod/sa/Api.v1-2_x",
            "spiffe://10.0.0.1/a", "spiffe://a/...",
        ]
        for text in good { XCTAssertEqual(SPIFFEID(text)?.description, text) }
        let bad = [
            "", "spiffe://", "spiffe:///a", "spiffe:/example.org/a", "SPIFFE://example.org/a", "spiffe://Example.org/a",
            "spiffe://example.org/", "spiffe://example.org/a/", "spiffe://example.org//a", "spiffe://example.org/./a",
            "spiffe://example.org/../a", "spiffe://example.org:443/a", "spiffe://user@example.org/a",
            "spiffe://example.org/a?b", "spiffe://example.org/a#b", "spiffe://example.org/%61",
            "spiffe://example.org/a b",
            "spiffe://exämple.org/a", "spiffe://example.org/ä", " spiffe://example.org/a",
            "spiffe://example.org/a\u{0}",
            "https://example.org/a", "spiffe://\(String(repeating: "a", count: 256))/a",
            "spiffe://example.org/\(String(repeating: "a", count: 2028))",
        ]
        for text in bad { XCTAssertNil(SPIFFEID(text), text) }
        XCTAssertNotNil(SPIFFEID("spiffe://\(String(repeating: "a", count: 255))/a"))
        XCTAssertNotNil(SPIFFEID("spiffe://example.org/\(String(repeating: "a", count: 2027))"))
    }

    func test_a_pattern_matches_whole_segments_and_nothing_else() throws {
        let cases: [(pattern: String, matches: [String], differs: [String])] = [
            (
                "spiffe://example.org/ns/prod/sa/api", ["ns/prod/sa/api"],
                ["ns/prod/sa/api2", "ns/prod/sa", "ns/prod/sa/api/x", "NS/prod/sa/api"]
            ),
            ("spiffe://example.org/ns/*/sa/api", ["ns/prod/sa/api", "ns/b/sa/api"], ["ns/a/b/sa/api", "ns/sa/api"]),
            (
                "spiffe://example.org/ns/prod/**", ["ns/prod/a", "ns/prod/a/b/c"],
                ["ns/prod", "ns/product/a", "x/ns/prod/a"]
            ),
            ("spiffe://example.org/**", ["a", "a/b"], []),
        ]
        for (text, matches, differs) in cases {
            let pattern = try SPIFFEPattern(text)
            XCTAssertEqual(pattern.description, text)
            for path in matches {
                XCTAssertTrue(
                    pattern.matches(try XCTUnwrap(SPIFFEID("spiffe://example.org/\(path)"))),
                    "\(text) \(path)"
                )
                XCTAssertFalse(
                    pattern.matches(try XCTUnwrap(SPIFFEID("spiffe://example.com/\(path)"))),
                    "\(text) \(path)"
                )
                XCTAssertFalse(pattern.matches(try XCTUnwrap(SPIFFEID("spiffe://b.example.org/\(path)"))), text)
            }
            for path in differs {
                XCTAssertFalse(
                    pattern.matches(try XCTUnwrap(SPIFFEID("spiffe://example.org/\(path)"))),
                    "\(text) \(path)"
                )
            }
        }
        XCTAssertFalse(
            try SPIFFEPattern("spiffe://example.org/**").matches(try XCTUnwrap(SPIFFEID("spiffe://example.org")))
        )
    }

    func test_a_contradictory_pattern_is_refused_with_its_reason() {
        let cases = [
            ("https://example.org/a", "does not begin with spiffe://"), ("spiffe://*/a", "the trust domain is invalid"),
            ("spiffe://", "the trust domain is invalid"), ("spiffe://example.org", "there is no path"),
            ("spiffe://example.org/", "'' is neither a segment nor '*'"),
            ("spiffe://example.org/a*/b", "'a*' is neither a segment nor '*'"),
            ("spiffe://example.org/**/b", "'**' is neither a segment nor '*'"),
            ("spiffe://example.org/..", "'..' is neither a segment nor '*'"),
            ("spiffe://example.org/[a-z]", "'[a-z]' is neither a segment nor '*'"),
        ]
        for (text, reason) in cases {
            assertThrows(MalformedTextError(.spiffePattern, text: text, reason: reason)) { _ = try SPIFFEPattern(text) }
        }
    }

    func test_a_certificate_names_a_workload_with_exactly_one_uri_and_as_no_authority() throws {
        let stage = try Stage()
        let api = "spiffe://example.org/api"
        let cases: [(names: [GeneralNameTemplate], isAuthority: Bool, expected: String?)] = [
            ([.uri(api)], false, api), ([.dns("api.example.org"), .uri(api)], false, api),
            ([.uri(api), .uri("spiffe://example.org/admin")], false, nil),
            ([.uri(api), .uri("https://example.org/")], false, nil), ([.uri("spiffe://example.org")], false, nil),
            ([.uri("spiffe://example.org/Api/")], false, nil), ([.dns("api.example.org")], false, nil),
            ([.uri(api)], true, nil),
        ]
        for (names, isAuthority, expected) in cases {
            let identity = try stage.issuing.issue("api") { template in
                template.extensions.replace(.subjectAlternativeNames(names))
                if isAuthority { template.extensions.replace(.basicConstraints(isAuthority: true)) }
            }
            XCTAssertEqual(try identity.certificate.spiffeID?.description, expected, "\(names)")
        }
    }
}
