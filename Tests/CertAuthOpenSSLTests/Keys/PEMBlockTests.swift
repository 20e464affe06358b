// SPDX-License-Identifier: Apache-2.0
// PEM blocks.

import CertAuthOpenSSL
import XCTest

final class PEMBlockTests: XCTestCase {
    func test_blocks_are_returned_in_order_and_text_between_them_is_skipped() throws {
        let blocks = [
            PEMBlock(label: "CERTIFICATE", contents: [1, 2, 3]),
            PEMBlock(label: "X509 CRL", contents: Array(repeating: 0xAB, count: 1000)),
        ]
        let text = try "a note\n" + blocks[0].text() + "\nanother\n" + blocks[1].text() + "the end"
        XCTAssertEqual(try PEMBlock.blocks(in: text), blocks)
    }

    func test_a_text_without_a_block_has_none() throws {
        XCTAssertEqual(try PEMBlock.blocks(in: ""), [])
        XCTAssertEqual(try PEMBlock.blocks(in: "nothing here"), [])
    }

    func test_a_block_without_its_end_is_refused() throws {
        let text = try PEMBlock(label: "CERTIFICATE", contents: [1, 2, 3]).text()
        let cut = String(text.prefix(35))
        XCTAssertThrowsError(try PEMBlock.blocks(in: cut)) { error in
            XCTAssertEqual((error as? OpenSSLError)?.entries.map(\.text), ["bad end line"])
        }
    }
}
