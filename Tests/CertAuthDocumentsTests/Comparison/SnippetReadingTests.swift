// SPDX-License-Identifier: Apache-2.0
// The readers used to compare pages with sources.

import XCTest

final class SnippetReadingTests: XCTestCase {
    func test_blocks_have_their_heading_language_and_line() {
        let page = "# One\n\n```swift\nlet a = 1\n\nlet b = 2\n```\n\n## Two\n```\nplain\n```\n"
        let blocks = DocumentBlock.blocks(of: page, page: "P.md")
        XCTAssertEqual(blocks.map(\.language), ["swift", ""])
        XCTAssertEqual(blocks.map(\.heading), ["One", "Two"])
        XCTAssertEqual(blocks.map(\.line), [3, 10])
        XCTAssertEqual(blocks.map(\.text), ["let a = 1\n\nlet b = 2", "plain"])
    }

    func test_a_heading_in_a_block_is_ignored() {
        let page = "# One\n```sh\n# not a heading\n```\n```sh\nls\n```\n"
        XCTAssertEqual(DocumentBlock.blocks(of: page, page: "P.md").map(\.heading), ["One", "One"])
    }

    func test_regions_lose_their_common_indentation_and_keep_the_rest() throws {
        let source = "x\n    // snippet of A.md, B.md\n    if a {\n        b()\n\n    }\n    // end of snippet\ny\n"
        let regions = try CompiledRegion.regions(of: source, source: "S.swift")
        XCTAssertEqual(regions.map(\.pages), [["A.md", "B.md"]])
        XCTAssertEqual(regions.map(\.text), ["if a {\n    b()\n\n}"])
        XCTAssertEqual(regions.map(\.line), [2])
    }

    func test_marks_must_open_and_close_in_turn() {
        let cases = [
            ("// end of snippet\n", 1), ("\n// snippet of A.md\nx\n", 2),
            ("// snippet of A.md\n// snippet of B.md\n// end of snippet\n", 2),
        ]
        for (source, line) in cases {
            XCTAssertThrowsError(try CompiledRegion.regions(of: source, source: "S.swift")) { error in
                XCTAssertEqual(error as? CompiledRegion.MisplacedMark, .init(line: line))
            }
        }
    }

    func test_Swift_outside_of_fences_is_noticed() {
        let page = "text\n\n    let a = 1\n    certauth demo\n\n```swift\n    let b = 2\n```\n"
        XCTAssertEqual(DocumentBlock.swiftOutsideOfFences(page), [3])
    }
}
