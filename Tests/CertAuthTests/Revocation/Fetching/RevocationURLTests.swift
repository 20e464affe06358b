// SPDX-License-Identifier: Apache-2.0
// Which texts are read as a URL to fetch.

import CertAuth
import XCTest

final class RevocationURLTests: XCTestCase {
    func test_addresses_are_read_into_their_parts() throws {
        let url = try RevocationURL("HTTP://PKI.Example.com:8080/a/b.crl?c=d")
        XCTAssertEqual(url.scheme, .http)
        XCTAssertEqual(url.host, "pki.example.com")
        XCTAssertEqual(url.port, 8080)
        XCTAssertEqual(url.target, "/a/b.crl?c=d")
        XCTAssertEqual(url.description, "http://pki.example.com:8080/a/b.crl?c=d")
        let forms = [
            ("http://a", "http://a/"), ("http://a?x", "http://a/?x"), ("http://a:80/", "http://a/"),
            ("https://a:443/", "https://a/"), ("https://a:80/", "https://a:80/"), ("http://[::1]/", "http://[::1]/"),
            ("http://[::1]:81/x", "http://[::1]:81/x"), ("http://10.0.0.1", "http://10.0.0.1/"),
            ("http://a.example./x", "http://a.example./x"), ("http://_a-b.c/", "http://_a-b.c/"),
            ("http://1a/", "http://1a/"),
        ]
        for (text, expected) in forms { XCTAssertEqual(try RevocationURL(text).description, expected) }
    }

    func test_other_schemes_are_named() {
        for scheme in ["ldap", "ldaps", "file", "ftp", "gopher", "data", "unix"] {
            let text = "\(scheme)://127.0.0.1/x"
            XCTAssertThrowsError(try RevocationURL(text)) { error in
                XCTAssertEqual(error as? RevocationFetchError, .unsupportedScheme(text, scheme: scheme))
            }
        }
    }

    func test_anything_that_parsers_may_read_differently_is_refused() {
        let refused = [
            "", "a", "http", "http:", "http:/a", "http:a", "//a/", "http://", "http:///a", "http://user@a/",
            "http://user:secret@a/", "http://a@b@c/", "http://a/#f", "http://a b/", "http://a/\n", "http://a/\u{0}",
            "http://a\\b/", "http://a:/", "http://a:0/", "http://a:65536/", "http://a:+80/", "http://a:80:80/",
            "http://a:0x50/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
            "http://1.2.3.4.5/", "http://a..b/", "http://.a/", "http://-/ ", "http://[::1/", "http://::1/",
            "http://[::1]a/", "http://[127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://ä/", "http://a%2eb/",
            "http://\(String(repeating: "a", count: 64)).b/", "http://a/\(String(repeating: "b", count: 2_048))",
            "http://a/<x>", "http://a/{x}", "http://a/`x`", "http://a/\"x\"",
        ]
        for text in refused {
            XCTAssertThrowsError(try RevocationURL(text), text) { error in
                guard case .malformedURL = error as? RevocationFetchError else { return XCTFail("\(text): \(error)") }
            }
        }
    }

    func test_a_location_is_read_relative_to_where_it_came_from() throws {
        let base = try RevocationURL("http://a.example:81/x/y")
        let forms = [
            ("/z", "http://a.example:81/z"), ("//b/z", "http://b/z"), ("https://c/", "https://c/"),
        ]
        for (location, expected) in forms { XCTAssertEqual(try base.resolving(location).description, expected) }
        for location in ["z", "", "ldap://x/", "http://user@b/"] {
            XCTAssertThrowsError(try base.resolving(location), location)
        }
        XCTAssertEqual(try base.appending("q%2B").description, "http://a.example:81/x/y/q%2B")
        XCTAssertThrowsError(try RevocationURL("http://a/?q").appending("r"))
    }
}
