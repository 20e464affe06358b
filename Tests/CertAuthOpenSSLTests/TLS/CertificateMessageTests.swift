// SPDX-License-Identifier: Apache-2.0
// Complete, truncated and malformed Certificate messages.

import CertAuthOpenSSL
import XCTest

final class CertificateMessageTests: XCTestCase {
    private func vector(_ size: Int, _ bytes: [UInt8]) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
    }

    private func message(_ certificates: [[UInt8]], isTLS13: Bool, type: UInt8 = 11) -> [UInt8] {
        let entries = certificates.flatMap { vector(3, $0) + (isTLS13 ? vector(2, [1, 2, 3]) : []) }
        return [type] + vector(3, (isTLS13 ? vector(1, [9, 9]) : []) + vector(3, entries))
    }

    private func certificates(_ message: [UInt8], isTLS13: Bool) -> [[UInt8]]? {
        CertificateMessage(message, isTLS13: isTLS13)?.certificates
    }

    func test_certificates_are_the_bytes_on_the_wire_in_their_order() {
        for isTLS13 in [false, true] {
            for chain in [[], [[5]], [[1, 2], [3], [UInt8](repeating: 4, count: 70_000)]] as [[[UInt8]]] {
                XCTAssertEqual(certificates(message(chain, isTLS13: isTLS13), isTLS13: isTLS13), chain)
            }
        }
    }

    func test_a_message_that_is_truncated_or_has_bytes_after_it_is_refused() {
        for isTLS13 in [false, true] {
            let whole = message([[1, 2], [3]], isTLS13: isTLS13)
            for count in 0..<whole.count {
                XCTAssertNil(certificates(Array(whole.prefix(count)), isTLS13: isTLS13), "\(count) bytes")
            }
            XCTAssertNil(certificates(whole + [0], isTLS13: isTLS13))
            XCTAssertNil(certificates(message([[1], []], isTLS13: isTLS13), isTLS13: isTLS13), "an empty certificate")
            XCTAssertNil(certificates(message([[1]], isTLS13: isTLS13, type: 15), isTLS13: isTLS13), "another message")
            XCTAssertNil(certificates(whole, isTLS13: !isTLS13), "of the other version")
        }
    }

    func test_no_malformed_message_yields_more_than_it_contains() {
        for isTLS13 in [false, true] {
            let whole = message([[UInt8](repeating: 7, count: 20), [8, 8]], isTLS13: isTLS13)
            for position in whole.indices {
                for value in [0, 1, 2, 0x7F, 0x80, 0xFF] as [UInt8] {
                    var broken = whole
                    broken[position] = value
                    let found = certificates(broken, isTLS13: isTLS13) ?? []
                    XCTAssertLessThan(found.reduce(0) { $0 + $1.count }, whole.count)
                }
            }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let noise = [11] + (0..<Int.random(in: 0..<64)).map { _ in UInt8.random(in: 0...4, using: &generator) }
            let found = certificates(noise, isTLS13: Bool.random()) ?? []
            XCTAssertLessThan(found.reduce(0) { $0 + $1.count }, noise.count)
        }
    }
}
