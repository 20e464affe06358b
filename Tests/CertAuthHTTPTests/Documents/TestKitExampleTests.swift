// SPDX-License-Identifier: Apache-2.0
// The examples of Docs/TestKit.md, compiled and run.

import CertAuth
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class TestKitExampleTests: XCTestCase {
    func test_only_clients_of_our_authority_come_in() async throws {
        let authority = try TestAuthority("Our Root")
        try await TestListener.withListener(trusting: authority) { server in
            let good = try await server.client(authority.issue("alice")).get("/whoami")
            let bad = try await server.client(authority.issue("bob", .expired)).get("/whoami")
            XCTAssertEqual(good.status, 200)
            XCTAssertEqual(bad.problemCode, "expired")
        }
    }

    func test_a_certificate_expires_when_the_clock_is_told() async throws {
        let clock = TestClock()
        let root = try TestAuthority("Root", clock: clock.verificationClock)
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        let authenticator = try CertificateAuthenticator(options: options)
        let chain = PresentedChain(derEncoded: try root.issue("alice").chain, source: .tls)
        let result = await authenticator.authenticate(chain, facts: ConnectionFacts())
        XCTAssertNotNil(result.client)
        clock.advance(bySeconds: 2 * 365 * 86_400)
        let later = await authenticator.authenticate(chain, facts: ConnectionFacts())
        XCTAssertEqual(later.failure?.code, .expired)
    }
}
