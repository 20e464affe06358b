// SPDX-License-Identifier: Apache-2.0
// The reference page of refusals is generated from the code's tables.

import CertAuth
import CertAuthTLS
import Foundation
import XCTest

final class RefusalsPageTests: XCTestCase {
    func test_the_reference_page_matches_the_code() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Docs/Refusals.md")
        let generated = FailureReference.document { $0.alertText }
        if ProcessInfo.processInfo.environment["CERTAUTH_WRITE_DOCS"] == "1" {
            try Data(generated.utf8).write(to: path)
        }
        XCTAssertEqual(
            try String(contentsOf: path, encoding: .utf8),
            generated,
            "run the tests once with CERTAUTH_WRITE_DOCS=1"
        )
    }
}
