// SPDX-License-Identifier: Apache-2.0
// The families of headers that Docs/Forwarding.md names are removed.

import CertAuth
import CertAuthTestSupport
import XCTest

final class ForwardingPageTests: XCTestCase {
    func test_every_family_of_headers_on_the_page_is_removed_under_every_dialect() throws {
        let page = try ProjectFiles.page("Forwarding.md")
        let rule = try XCTUnwrap(page.firstMatch(of: /begins with (?s:(.+?)); nor (?s:(.+?))\.\n/))
        let families = rule.1.matches(of: /`([^`]+)`/).map { String($0.1) }
        XCTAssertEqual(families.count, 11)
        let names = rule.2.matches(of: /`([^`]+)`/).map { String($0.1) }
        XCTAssertEqual(names, ["X-SSL", "X-SSL-Cert", "SSL-Cert"])
        let proxies = try TrustedProxies([.network(try NetworkRange("127.0.0.1"))])
        for dialect in ForwardingDialect.builtIn {
            let forwarding = try CertificateForwarding(dialect, from: proxies)
            for name in families.map({ $0 + "zzz" }) + names {
                XCTAssertTrue(forwarding.removes(name), "\(dialect.name): \(name)")
            }
            XCTAssertFalse(forwarding.removes("X-Request-Id"))
        }
    }
}
