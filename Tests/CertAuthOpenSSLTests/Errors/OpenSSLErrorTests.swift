// SPDX-License-Identifier: Apache-2.0
// The OpenSSL error queue as a value.

import CertAuthOpenSSL
import XCTest

final class OpenSSLErrorTests: XCTestCase {
    func test_a_failed_call_has_its_name_and_the_error_queue() throws {
        XCTAssertThrowsError(try X509Certificate(der: [0x04, 0x00])) { error in
            guard let error = error as? OpenSSLError else { return XCTFail("another error: \(error)") }
            XCTAssertEqual(error.operation, "d2i_X509")
            XCTAssertEqual(error.entries.first?.text, "wrong tag")
            XCTAssertEqual(error.entries.last?.text, "nested asn1 error")
        }
    }

    func test_the_error_queue_is_empty_after_it_was_read() throws {
        XCTAssertThrowsError(try X509Certificate(der: [0x04, 0x00]))
        XCTAssertEqual(OpenSSLError.drained(after: "nothing"), OpenSSLError(operation: "nothing", entries: []))
    }

    func test_a_call_that_fails_after_another_does_not_inherit_its_entries() throws {
        XCTAssertThrowsError(try PrivateKey(der: [0x30, 0x00]))
        XCTAssertThrowsError(try checkedStatus("says nothing") { Int32(0) }) { error in
            XCTAssertEqual(error as? OpenSSLError, OpenSSLError(operation: "says nothing", entries: []))
        }
    }

    func test_a_call_that_succeeds_returns_its_result() throws {
        XCTAssertEqual(try checkedStatus("one") { Int32(1) }, 1)
        XCTAssertEqual(try checked("object") { Optional("made") }, "made")
    }

    func test_the_description_names_the_call_and_the_reasons_oldest_first() throws {
        XCTAssertThrowsError(try X509Certificate(der: [0x04, 0x00])) { error in
            XCTAssertEqual("\(error)", "d2i_X509 failed: wrong tag; nested asn1 error (Type=X509)")
        }
        XCTAssertEqual("\(OpenSSLError(operation: "d2i_X509", entries: []))", "d2i_X509 failed")
    }
}
