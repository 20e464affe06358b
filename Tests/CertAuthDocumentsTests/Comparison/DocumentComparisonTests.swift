// SPDX-License-Identifier: Apache-2.0
// All Swift on the pages is compiled, and each region compiled for a page appears on that page.

import CertAuthTestSupport
import XCTest

final class DocumentComparisonTests: XCTestCase {
    private func blocks() throws -> [DocumentBlock] {
        try ProjectFiles.pages().flatMap { page in
            DocumentBlock.blocks(
                of: try String(contentsOf: page, encoding: .utf8),
                page: page.lastPathComponent
            )
        }
    }

    private func regions() throws -> [CompiledRegion] {
        try ProjectFiles.sources().filter { !$0.path.contains("/CertAuthDocumentsTests/Comparison/") }.flatMap {
            try CompiledRegion.regions(
                of: try String(contentsOf: $0, encoding: .utf8),
                source: ProjectFiles.name(of: $0)
            )
        }
    }

    func test_each_Swift_block_of_a_page_is_a_region_of_a_compiled_source() throws {
        let regions = try regions()
        let blocks = try blocks().filter { $0.language == "swift" }
        XCTAssertGreaterThan(blocks.count, 10, "the pages were not found")
        for block in blocks where !block.isFileOfPackage {
            XCTAssertTrue(
                regions.contains { $0.pages.contains(block.page) && $0.text == block.text },
                "\(block.page):\(block.line): no source has exactly this between // snippet of \(block.page) and its end"
            )
        }
    }

    func test_each_region_appears_in_its_pages() throws {
        let blocks = try blocks().filter { $0.language == "swift" }
        for region in try regions() {
            for page in region.pages {
                XCTAssertTrue(
                    blocks.contains { $0.page == page && $0.text == region.text },
                    "\(region.source):\(region.line): \(page) does not show this"
                )
            }
        }
    }

    func test_what_README_and_Guide_show_is_compiled_without_any_trait_and_without_package_access() throws {
        let regions = try regions().filter { !Set($0.pages).isDisjoint(with: ["README.md", "Guide.md"]) }
        XCTAssertFalse(regions.isEmpty)
        for region in regions {
            XCTAssertTrue(region.source.hasPrefix("Tests/CertAuthDocumentsTests/"), region.source)
        }
    }

    func test_no_page_has_Swift_outside_of_a_fence() throws {
        for page in try ProjectFiles.pages() {
            let text = try String(contentsOf: page, encoding: .utf8)
            let lines = DocumentBlock.swiftOutsideOfFences(text)
            XCTAssertEqual(lines, [], "\(page.lastPathComponent): Swift belongs between ```swift and ```")
        }
    }

    func test_pages_have_names_of_their_own() throws {
        let names = try ProjectFiles.pages().filter { $0.path != ProjectFiles.index.path }.map(\.lastPathComponent)
        XCTAssertEqual(names.count, Set(names).count)
    }

    func test_links_between_pages_lead_to_files() throws {
        for page in try ProjectFiles.pages() where !page.path.contains(".docc/") {
            let text = try String(contentsOf: page, encoding: .utf8)
            for link in text.matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
                let target = page.deletingLastPathComponent().appending(path: String(link.1))
                XCTAssertTrue(
                    FileManager.default.fileExists(atPath: target.path),
                    "\(page.lastPathComponent) links \(link.1)"
                )
            }
        }
    }
}
