// SPDX-License-Identifier: Apache-2.0
// The suites and tests named in the threat model and in the list of cases exist.

import CertAuthTestSupport
import Foundation
import XCTest

final class ThreatModelTests: XCTestCase {
    func test_every_suite_and_test_that_shows_a_defence_exists() throws {
        var known: Set<String> = []
        for source in try ProjectFiles.sources() {
            let text = try String(contentsOf: source, encoding: .utf8)
            for match in text.matches(of: /(?:class|func) ([A-Za-z0-9_]+)/) {
                let name = String(match.1)
                known.formUnion([name, name.replacing(/^test_?/, with: "")])
            }
            known.insert(source.deletingPathExtension().lastPathComponent)
        }
        for (page, fewest) in [("ThreatModel.md", 40), ("Cases.md", 80)] {
            var named = 0
            for line in try ProjectFiles.page(page).components(separatedBy: "\n") where line.hasPrefix("|") {
                let shownBy = line.split(separator: "|").last ?? ""
                for match in shownBy.matches(of: /`([^`]+)`/) where !match.1.hasPrefix("make ") {
                    named += 1
                    XCTAssertTrue(known.contains(String(match.1)), "\(page): no test is called \(match.1)")
                }
            }
            XCTAssertGreaterThan(named, fewest, page)
        }
    }
}
