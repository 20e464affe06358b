// SPDX-License-Identifier: Apache-2.0
// The responses of the Guide's first server.

import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class GetStartedTests: XCTestCase {
    func test_the_first_server_accepts_its_clients_and_explains_refusals() async throws {
        let pki = try GuidePKI(revokingBob: true)
        try await serving(try makeListener(pki: pki.path, port: 0), trusting: pki) { client in
            let alice = try await client(pki.alice).get("/")
            XCTAssertEqual(alice.text, "hello alice")
            let bob = try await client(pki.bob).get("/")
            XCTAssertEqual(bob.status, 403)
            XCTAssertEqual(bob.problemCode, "revoked")
            let anonymous = try await client(nil).get("/")
            XCTAssertEqual(anonymous.problemCode, "no-certificate")
        }
    }
}

/// Starts a listener, passes clients for it to `body`, and shuts it down.
func serving(
    _ listener: HTTPSListener,
    trusting pki: GuidePKI,
    _ body: (_ client: (TestIdentity?) -> TLSTestClient) async throws -> Void
) async throws {
    let address = try await listener.start()
    let anchor = pki.root.certificateDER
    let outcome: Result<Void, any Error>
    do {
        try await body { TLSTestClient(address: address, serverAnchorDER: anchor, identity: $0) }
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    await listener.shutdown()
    try outcome.get()
}
