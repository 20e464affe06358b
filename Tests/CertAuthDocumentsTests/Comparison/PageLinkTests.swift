// SPDX-License-Identifier: Apache-2.0
// The index leads to every page, and links to headings lead to headings.

import CertAuthTestSupport
import Foundation
import XCTest

final class PageLinkTests: XCTestCase {
    /// The anchors of a page's headings, as the common forge makes them.
    private func anchors(of text: String) -> Set<String> {
        var anchors: Set<String> = []
        var isInBlock = false
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") { isInBlock.toggle() }
            guard !isInBlock, line.hasPrefix("#") else { continue }
            let title = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
            anchors.insert(
                title.replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            )
        }
        return anchors
    }

    private func links(in page: URL) throws -> [(file: String, anchor: String?)] {
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.matches(of: /\]\(([^)#:]*)(?:#([^)]*))?\)/).map { (String($0.1), $0.2.map(String.init)) }
    }

    func test_links_to_headings_lead_to_headings() throws {
        var count = 0
        for page in try ProjectFiles.pages() where !page.path.contains(".docc/") {
            for case (let file, let anchor?) in try links(in: page) {
                let target = file.isEmpty ? page : page.deletingLastPathComponent().appending(path: file)
                let text = try String(contentsOf: target, encoding: .utf8)
                XCTAssertTrue(anchors(of: text).contains(anchor), "\(page.lastPathComponent) links \(file)#\(anchor)")
                count += 1
            }
        }
        XCTAssertGreaterThan(count, 40)
    }

    func test_the_index_leads_to_every_page_once() throws {
        let index = ProjectFiles.index
        let linked = try links(in: index).map {
            index.deletingLastPathComponent().appending(path: $0.file).standardizedFileURL.path
        }
        let docs = index.deletingLastPathComponent().path
        for page in try ProjectFiles.pages() where page.path.hasPrefix(docs) && page.path != index.path {
            XCTAssertEqual(linked.filter { $0 == page.standardizedFileURL.path }.count, 1, page.lastPathComponent)
        }
    }

    func test_anchors_of_headings_are_found() {
        let page = "# One two\n```sh\n# no heading\n```\n## `code`: a, b\n### 3.2 HTTP/2\n"
        XCTAssertEqual(anchors(of: page), ["one-two", "code-a-b", "32-http2"])
    }
}
