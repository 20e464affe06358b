// SPDX-License-Identifier: Apache-2.0

import Foundation
import XCTest

/// A page of `Docs` that is generated from tables of the code.
package enum GeneratedPage {
    /// Asserts that the page has exactly this text. With `CERTAUTH_WRITE_DOCS=1`, writes it first.
    package static func assert(_ name: String, is text: String) throws {
        let path = ProjectFiles.root.appending(path: "Docs/\(name)")
        if ProcessInfo.processInfo.environment["CERTAUTH_WRITE_DOCS"] == "1" { try Data(text.utf8).write(to: path) }
        XCTAssertEqual(
            try String(contentsOf: path, encoding: .utf8),
            text,
            "run the tests once with CERTAUTH_WRITE_DOCS=1"
        )
    }
}
