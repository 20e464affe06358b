// SPDX-License-Identifier: Apache-2.0
// Each finding that the sources make is in the table of Docs/Options.md, with its severity.

import CertAuthTestSupport
import Foundation
import XCTest

final class FindingTableTests: XCTestCase {
    func test_each_finding_of_the_sources_has_a_row_with_its_severity() throws {
        let table = PageTable(page: try ProjectFiles.page("Options.md")).values
        var found: Set<String> = []
        for source in try ProjectFiles.sources() where ProjectFiles.name(of: source).hasPrefix("Sources/") {
            let text = try String(contentsOf: source, encoding: .utf8)
            for match in text.matches(of: /ConfigurationFinding\(\s*"([a-z-]+)",\s*\.([a-z]+)/) {
                found.insert(String(match.1))
                XCTAssertEqual(table[String(match.1)], [String(match.2)], "\(match.1) in \(source.lastPathComponent)")
            }
        }
        XCTAssertGreaterThan(found.count, 14)
    }
}
