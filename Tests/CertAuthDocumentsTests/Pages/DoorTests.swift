// SPDX-License-Identifier: Apache-2.0
// The first example on the test kit page, compiled and run.

// snippet of TestKit.md
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class DoorTests: XCTestCase {
    func test_only_clients_of_our_authority_are_accepted() async throws {
        let authority = try TestAuthority("Our Root")
        let stranger = try TestAuthority("Another Root").issue("mallory")
        try await TestListener.withListener(trusting: authority) { server in
            let good = try await server.client(authority.issue("alice")).get("/whoami")
            let foreign = try await server.client(stranger).get("/whoami")
            let bad = try await server.client(authority.issue("bob", .expired)).get("/whoami")
            XCTAssertEqual(good.status, 200)
            XCTAssertEqual(foreign.problemCode, "untrusted")
            XCTAssertEqual(bad.problemCode, "expired")
        }
    }
}
// end of snippet
