// SPDX-License-Identifier: Apache-2.0
// The test kit's cache checks, as its page shows them.

import CertAuth
import CertAuthTesting
import XCTest

final class CacheSuiteSnippetTests: XCTestCase {
    func test_the_cache_in_memory_keeps_the_contract() async throws {
        // snippet of TestKit.md
        let suite = ValidationCacheSuite(capacity: 32, entryExpiration: .seconds(60)) {
            LRUCertificateValidationCache(capacity: 32, entryExpiration: .seconds(60))
        }
        let violations = try await suite.violations()
        XCTAssertEqual(violations, [])
        // end of snippet
    }
}
