// SPDX-License-Identifier: Apache-2.0
// From which addresses evidence may be fetched.

import CertAuth
import XCTest

final class RevocationFetchPolicyTests: XCTestCase {
    func test_a_host_is_allowed_by_name_or_by_name_and_port() throws {
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

    func test_one_blocked_address_blocks_the_host() throws {
        let url = try RevocationURL("http://pki.example/")
        let good = try XCTUnwrap(IPAddress("8.8.8.8"))
        let bad = try XCTUnwrap(IPAddress("10.0.0.1"))
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

    func test_only_allowed_hosts_are_reached_where_the_policy_says_so() throws {
        var policy = RevocationFetchPolicy()
        policy.reachesOnlyAllowedHosts = true
        policy.allowedHosts = ["a.example"]
        XCTAssertNoThrow(try policy.check(try RevocationURL("http://a.example/")))
        XCTAssertThrowsError(try policy.check(try RevocationURL("http://b.example/"))) { error in
            XCTAssertEqual(error as? RevocationFetchError, .hostNotAllowed(host: "b.example"))
        }
    }
}
