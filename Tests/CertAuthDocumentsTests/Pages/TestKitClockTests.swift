// SPDX-License-Identifier: Apache-2.0
// The second example on the test kit page, compiled and run.

import CertAuth
import CertAuthTesting
import XCTest

final class TestKitClockTests: XCTestCase {
    func test_a_certificate_expires_when_the_clock_is_told() async throws {
        // snippet of TestKit.md
        let clock = TestClock()
        let root = try TestAuthority("Root", clock: clock.verificationClock)
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        let authenticator = try CertificateAuthenticator(options: options)
        let chain = PresentedChain(derEncoded: try root.issue("alice").chain, source: .tls)
        let result = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
        clock.advance(by: .seconds(2 * 365 * 86_400))
        // From here on the same chain is refused with the code `expired`.
        // end of snippet
        XCTAssertNotNil(result.client)
        let later = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
        XCTAssertEqual(later.failure?.code, .expired)
    }
}
