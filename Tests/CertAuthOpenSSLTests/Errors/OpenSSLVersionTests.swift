// SPDX-License-Identifier: Apache-2.0
// OpenSSL versions that are too old are refused.

import CertAuthOpenSSL
import XCTest

final class OpenSSLVersionTests: XCTestCase {
    func test_version_1_1_1_is_refused_and_named() {
        let old = OpenSSLVersion(major: 1, minor: 1, patch: 1)
        XCTAssertThrowsError(try OpenSSLVersion.require(old)) { error in
            XCTAssertEqual((error as? UnsupportedOpenSSL)?.found, old)
            XCTAssertEqual(
                "\(error)",
                "OpenSSL 1.1.1 is loaded, but CertAuth needs 3.0.0 or newer: "
                    + "install a current libssl and check the library search path"
            )
        }
    }

    func test_version_3_0_0_and_the_loaded_one_are_accepted() throws {
        try OpenSSLVersion.require(OpenSSLVersion(major: 3, minor: 0, patch: 0))
        try OpenSSLVersion.require()
    }

    func test_versions_are_ordered_by_major_then_minor_then_patch() {
        let ordered = [(1, 9, 9), (3, 0, 0), (3, 0, 1), (3, 1, 0), (4, 0, 0)].map {
            OpenSSLVersion(major: $0.0, minor: $0.1, patch: $0.2)
        }
        XCTAssertEqual(ordered.reversed().sorted(), ordered)
    }
}
