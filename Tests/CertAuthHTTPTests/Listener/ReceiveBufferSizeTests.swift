// SPDX-License-Identifier: Apache-2.0

import NIOCore
import XCTest

@testable import CertAuthHTTP

final class ReceiveBufferSizeTests: XCTestCase {
    func test_the_certificates_of_a_handshake_do_not_enlarge_the_buffer() {
        XCTAssertEqual(ReceiveBufferSize().nextBufferSize(), 1_024)
        var size = ReceiveBufferSize()
        for _ in 0..<100 {
            // Three full reads and a rest: no long transfer.
            for count in [1_024, 1_024, 1_024, 900] { XCTAssertFalse(size.record(actualReadBytes: count)) }
            XCTAssertEqual(size.nextBufferSize(), 1_024)
        }
    }

    func test_the_buffer_grows_with_what_arrives_in_a_row_to_a_limit() {
        var size = ReceiveBufferSize()
        XCTAssertEqual((0..<4).map { _ in size.record(actualReadBytes: 1_024) }, [false, false, false, true])
        XCTAssertEqual(size.nextBufferSize(), 2_048)
        var found: Set<Int> = [1_024]
        for _ in 0..<1_000 {
            _ = size.record(actualReadBytes: size.nextBufferSize() ?? 0)
            found.insert(size.nextBufferSize() ?? 0)
        }
        XCTAssertEqual(found.sorted(), [1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536])
    }
}
