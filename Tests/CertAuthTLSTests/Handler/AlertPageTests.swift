// SPDX-License-Identifier: Apache-2.0
// Docs/Troubleshooting.md leads from each alert to the codes that cause it.

import CertAuth
import CertAuthTLS
import CertAuthTestSupport
import XCTest

final class AlertPageTests: XCTestCase {
    func test_each_code_with_an_alert_is_in_the_row_of_its_alert_only() throws {
        let page = try ProjectFiles.page("Troubleshooting.md")
        let behind = try XCTUnwrap(page.components(separatedBy: "### TLS alerts").last)
        let section = try XCTUnwrap(behind.components(separatedBy: "###").first)
        // The columns are: what the client says, its number, codes, cause.
        let rows = section.components(separatedBy: "\n").filter { $0.hasPrefix("|") && $0.contains("`0A0") }
            .map { $0.components(separatedBy: " | ") }
        XCTAssertGreaterThan(rows.count, 5)
        var count = 0
        for code in FailureCode.all where code.alertText.contains("_") {
            guard !["close_notify", "internal_error"].contains(code.alertText) else { continue }
            let found = rows.filter { $0[2].contains("`\(code)`") }
            XCTAssertEqual(found.count, 1, "\(code)")
            let alert = code.alertText.prefix { $0 != "," }.replacing("_", with: " ")
            XCTAssertTrue(found.first?[0].contains(alert) == true, "\(code): \(alert)")
            count += 1
        }
        XCTAssertGreaterThan(count, 15)
    }
}
