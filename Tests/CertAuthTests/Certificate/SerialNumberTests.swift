// SPDX-License-Identifier: Apache-2.0
// Serial numbers, including ones that no CA should issue.

import CertAuth
import CertAuthTesting
import XCTest

final class SerialNumberTests: XCTestCase {
    func test_serial_numbers_are_written_as_integers() throws {
        let stage = try Stage()
        let known: [([UInt8], String)] = [
            ([0x00], "00"), ([0x01], "01"), ([0x0A, 0x1B], "0A1B"), ([0x7F], "7F"), ([0x00, 0x80], "80"),
            ([0x00, 0xFF, 0x00], "FF00"), ([0x80], "-80"), ([0xFF], "-01"), ([0xFF, 0x00], "-0100"),
            ([0x80, 0x00], "-8000"),
            ([0x7F] + [UInt8](repeating: 0xAB, count: 19), "7F" + String(repeating: "AB", count: 19)),
        ]
        for (bytes, text) in known {
            let serial = try stage.issuing.issue("alice") { $0.serialNumber = bytes }.certificate.serialNumber
            XCTAssertEqual(serial.hexadecimal, text)
            XCTAssertEqual(SerialNumber(hexadecimal: text), serial)
            XCTAssertEqual(serial.bytes, bytes)
            XCTAssertEqual(serial.isNegative, text.hasPrefix("-"))
            XCTAssertEqual(serial.isZero, text == "00")
        }
    }

    func test_a_padded_serial_number_is_refused() throws {
        let stage = try Stage()
        for bytes: [UInt8] in [[0x00, 0x01], [0xFF, 0x80]] {
            let identity = try stage.issuing.issue("alice") { $0.serialNumber = bytes }
            XCTAssertThrowsError(try identity.certificate) { error in
                guard case .malformed(let reason)? = (error as? CertificateError)?.cause else {
                    return XCTFail("\(error)")
                }
                XCTAssertEqual(reason.reason, .invalidValue("an INTEGER with a padding byte"))
            }
        }
    }
}
