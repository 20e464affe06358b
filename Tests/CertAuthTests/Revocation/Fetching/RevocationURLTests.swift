// SPDX-License-Identifier: Apache-2.0
// What is read as an address to fetch.

import CertAuth
import XCTest

final class RevocationURLTests: XCTestCase {
    func testAddressesAreReadIntoTheirParts() throws {
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

    func testOtherSchemesAreNamed() {
        for scheme in ["ldap", "ldaps", "file", "ftp", "gopher", "data", "unix"] {
            let text = "\(scheme)://127.0.0.1/x"
            XCTAssertThrowsError(try RevocationURL(text)) { error in
                XCTAssertEqual(error as? RevocationFetchError, .unsupportedScheme(text, scheme: scheme))
            }
        }
    }

    func testAnythingThatParsersMayReadDifferentlyIsRefused() {
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

    func testALocationIsReadRelativeToWhereItCameFrom() throws {
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

final class RevocationFetchPolicyTests: XCTestCase {
    func testAHostIsAllowedByNameOrByNameAndPort() throws {
        var policy = RevocationFetchPolicy()
        let url = try RevocationURL("http://Private.example:8080/")
        for entry in ["private.example", "PRIVATE.EXAMPLE", "private.example:8080"] {
            policy.allowedHosts = [entry]
            XCTAssertNoThrow(try policy.check(url), entry)
        }
        for entry in ["example", "private.example:80", "private", "*.example", "xprivate.example", ""] {
            policy.allowedHosts = [entry]
            XCTAssertThrowsError(try policy.check(url), entry) { error in
                let expected = RevocationFetchError.blockedPort(host: "private.example", port: 8080)
                XCTAssertEqual(error as? RevocationFetchError, expected)
            }
        }
        policy.allowedHosts = ["[::1]:8080"]
        XCTAssertNoThrow(try policy.check(try RevocationURL("http://[::1]:8080/")))
        XCTAssertThrowsError(try policy.check(try RevocationURL("http://[::1]/")))
    }

    func testOneBlockedAddressBlocksTheHost() throws {
        let url = try RevocationURL("http://pki.example/")
        let good = try XCTUnwrap(NetworkAddress("8.8.8.8"))
        let bad = try XCTUnwrap(NetworkAddress("10.0.0.1"))
        var policy = RevocationFetchPolicy()
        XCTAssertNoThrow(try policy.check([good], of: url))
        XCTAssertThrowsError(try policy.check([good, bad], of: url)) { error in
            let expected = RevocationFetchError.blockedAddress(host: "pki.example", address: bad, kind: .privateNetwork)
            XCTAssertEqual(error as? RevocationFetchError, expected)
            XCTAssertTrue("\(error)".contains("--allow-fetch-host pki.example"), "\(error)")
        }
        policy.allowedHosts = ["pki.example"]
        XCTAssertNoThrow(try policy.check([good, bad], of: url))
    }

    func testOnlyAllowedHostsAreReachedWhereThePolicySaysSo() throws {
        var policy = RevocationFetchPolicy()
        policy.reachesOnlyAllowedHosts = true
        policy.allowedHosts = ["a.example"]
        XCTAssertNoThrow(try policy.check(try RevocationURL("http://a.example/")))
        XCTAssertThrowsError(try policy.check(try RevocationURL("http://b.example/"))) { error in
            XCTAssertEqual(error as? RevocationFetchError, .hostNotAllowed(host: "b.example"))
        }
    }
}

final class CacheDirectivesTests: XCTestCase {
    func testFreshnessIsWhatTheServerSaysLessItsAge() {
        let cases: [([String], String?, Int64?)] = [
            ([], nil, nil), (["public"], nil, nil), (["max-age=60"], nil, 60), (["public, Max-Age=\"60\""], nil, 60),
            (["max-age=60"], "20", 40), (["max-age=60"], "100", 0), (["max-age=60", "no-store"], nil, 0),
            (["no-cache"], nil, 0), (["max-age=x"], nil, 0), (["max-age"], nil, 0), (["max-age=-1"], nil, 0),
            (["max-age=60, max-age=30"], nil, 30), (["max-age=99999999999999999999"], nil, 1 << 31),
            (["max-age=60"], "x", 60),
        ]
        for (fields, age, expected) in cases {
            XCTAssertEqual(CacheDirectives.freshness(cacheControl: fields, age: age), expected, "\(fields)")
        }
    }
}
