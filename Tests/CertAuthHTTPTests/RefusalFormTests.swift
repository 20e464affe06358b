// SPDX-License-Identifier: Apache-2.0
// The form of a refusal: a problem document, or a page for a client that prefers HTML.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class RefusalFormTests: XCTestCase {
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    private static func request(accept: String?, _ path: String = "/") -> TestRequest {
        TestRequest(path, headerFields: accept.map { [.accept: $0] } ?? [:])
    }

    func test_clients_that_prefer_HTML_receive_a_page_and_all_others_a_problem_document() async throws {
        let expected: [(accept: String?, isPage: Bool)] = [
            (nil, false), ("*/*", false), ("", false), (Self.browser, true), ("text/html", true), ("TEXT/HTML", true),
            ("text/html;q=0", false), ("text/html;q=0.001", true), ("text/html;q=1.000", true),
            ("text/html;level=1;q=0.5", true), ("text/html ; Q=0.4 , */*", true), ("text/*", false),
            ("application/json, text/html", false), ("application/json;q=0.5, text/html", true),
            ("application/problem+json;q=0.9, text/html;q=0.8", false), ("text/html;q=1.1", false),
            ("text/html;q=0.1234", false), ("text/html;q=", false), ("text/html;q=.5", false),
            ("text/html;q=-1", false),
            ("text/htmlx", false), (",,;q=1,", false),
            (String(repeating: "a/b,", count: 31) + "text/html", true),
            (String(repeating: "a/b,", count: 32) + "text/html", false),
            ("a/b" + String(repeating: ";", count: 1_011) + ",text/html", true),
            ("a/b" + String(repeating: ";", count: 1_012) + ",text/html", false),
        ]
        try await TestListener.withListener(trusting: try TestAuthority("Root")) { listener in
            for (accept, isPage) in expected {
                let response = try await listener.client().send(Self.request(accept: accept))
                let type = isPage ? "text/html; charset=utf-8" : "application/problem+json"
                XCTAssertEqual(response.status, 403)
                XCTAssertEqual(response.headerFields[.contentType], type, accept ?? "none")
                XCTAssertEqual(response.headerFields[.vary], "Accept", accept ?? "none")
                XCTAssertEqual(response.headerFields[.cacheControl], "no-store")
            }
        }
    }

    func test_clients_of_HTTP2_that_prefer_HTML_receive_a_page() async throws {
        try await TestListener.withListener(
            trusting: try TestAuthority("Root"),
            customize: { $0.http2 = .all }
        ) { listener in
            try await listener.withHTTP2(listener.client()) { peer in
                for (stream, accept, type) in [
                    (UInt32(1), Self.browser, "text/html; charset=utf-8"), (3, "*/*", "application/problem+json"),
                ] {
                    try await peer.send(.headers(stream, HTTP2TestPeer.fields("/", [("accept", accept)])))
                    let answer = try await peer.answer(on: stream)
                    XCTAssertEqual(answer.status, 403)
                    XCTAssertEqual(answer.fields["content-type"], type)
                    XCTAssertEqual(answer.fields["vary"], "Accept")
                }
            }
        }
    }

    func test_the_page_has_the_code_the_reference_and_advice_and_loads_nothing() async throws {
        try await TestListener.withListener(trusting: try TestAuthority("Root")) { listener in
            let response = try await listener.client().send(Self.request(accept: Self.browser))
            let text = response.text
            XCTAssertTrue(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
            for part in [
                "<title>403 Forbidden</title>", "<h1>A client certificate is required.</h1>",
                "<code>no-certificate</code>", "<code>urn:uuid:", "Install the certificate that you were given",
            ] {
                XCTAssertTrue(text.contains(part), "\(part) in \(text)")
            }
            for part in ["<script", "src=", "href=", "url(", "http:", "https:"] {
                XCTAssertFalse(text.contains(part), part)
            }
            let policy = try XCTUnwrap(response.headerFields[.contentSecurityPolicy])
            XCTAssertTrue(policy.hasPrefix("default-src 'none'; style-src 'sha256-"), policy)
            XCTAssertEqual(response.headerFields[.xContentTypeOptions], "nosniff")
        }
    }

    /// After a 403 browsers present the same certificate again, also when a new one is installed.
    func test_pages_that_another_certificate_answers_say_how_to_use_it() async throws {
        let authority = try TestAuthority("Root")
        let stranger = try TestAuthority("Other Root").issue("alice")
        try await TestListener.withListener(trusting: authority) { listener in
            for (identity, code) in [(try authority.issue("alice", .expired), "expired"), (stranger, "untrusted")] {
                let text = try await listener.client(identity).send(Self.request(accept: Self.browser)).text
                XCTAssertTrue(text.contains("<code>\(code)</code>"), text)
                XCTAssertTrue(text.contains("To use another certificate, close all windows of the browser"), text)
            }
        }
    }

    func test_text_of_a_certificate_is_escaped_in_the_page() async throws {
        let authority = try TestAuthority("Root")
        let name = "<script>alert('1')</script>&\"\u{202E}"
        try await TestListener.withListener(
            trusting: authority,
            customize: { $0.exposesFailureDetails = true }
        ) { listener in
            let client = listener.client(try authority.issue(name, .expired))
            let text = try await client.send(Self.request(accept: Self.browser)).text
            XCTAssertTrue(text.contains("<code>expired</code>"))
            let subject = "CN=\\&lt;script\\&gt;alert(&#39;1&#39;)\\&lt;/script\\&gt;&amp;\\&quot;"
            XCTAssertTrue(text.contains(subject), text)
            XCTAssertFalse(text.contains("<script"))
            XCTAssertFalse(text.unicodeScalars.contains("\u{202E}"))
        }
    }

    func test_the_application_can_show_its_own_page_to_clients_that_prefer_HTML() async throws {
        try await TestListener.withListener(
            trusting: try TestAuthority("Root"),
            customize: {
                $0.refusalPage = { refused in
                    guard refused.path == "/own" else { return nil }
                    return .text("\(refused.status.code) \(refused.code) \(refused.identifier?.prefix(9) ?? "")")
                }
            }
        ) { listener in
            let own = try await listener.client().send(Self.request(accept: Self.browser, "/own"))
            XCTAssertEqual(own.text, "403 no-certificate urn:uuid:")
            XCTAssertEqual(own.status, 403)
            XCTAssertEqual(own.headerFields[.contentType], "text/plain; charset=utf-8")
            XCTAssertEqual(own.headerFields[.cacheControl], "no-store")
            XCTAssertEqual(own.headerFields[.vary], "Accept")
            let standard = try await listener.client().send(Self.request(accept: Self.browser))
            XCTAssertTrue(standard.text.hasPrefix("<!DOCTYPE html>"))
            let document = try await listener.client().send(Self.request(accept: nil, "/own"))
            XCTAssertEqual(document.problemCode, "no-certificate")
        }
    }

    func test_responses_of_the_application_keep_their_form() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(
            trusting: authority,
            handler: { _ in
                ListenerResponse(
                    status: .forbidden,
                    headerFields: [.contentType: "application/problem+json"],
                    body: Array("{}".utf8)
                )
            }
        ) { listener in
            let response = try await listener.client(try authority.issue("alice"))
                .send(Self.request(accept: Self.browser))
            XCTAssertEqual(response.text, "{}")
            XCTAssertNil(response.headerFields[.vary])
        }
    }
}
