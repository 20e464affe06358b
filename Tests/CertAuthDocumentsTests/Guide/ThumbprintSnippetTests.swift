// SPDX-License-Identifier: Apache-2.0
// The Guide's example of thumbprints, run.

import CertAuth
import CertAuthTesting
import XCTest

final class ThumbprintSnippetTests: XCTestCase {
    func test_a_listed_certificate_is_accepted_and_a_valid_unlisted_one_is_refused() async throws {
        let pki = try GuidePKI()
        let text = try pki.alice.certificate.sha256Thumbprint.description
        let listed = try XCTUnwrap(Thumbprint(hexadecimal: text))
        let authenticator = try pki.authenticator(events: onlyKnown([listed]))
        for (identity, code) in [(pki.alice, nil), (pki.bob, FailureCode.rejectedByHandler)] {
            let chain = try XCTUnwrap(PresentedChain(derEncoded: identity.chain, source: .tls))
            let result = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
            XCTAssertEqual(result.refusalCode, code)
        }
    }
}
