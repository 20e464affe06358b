// SPDX-License-Identifier: Apache-2.0
// The examples on the landing pages of the two test kits, run.

import CertAuth
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class KitSnippetTests: XCTestCase {
    func test_each_certificate_of_the_kit_has_exactly_one_defect() async throws {
        // snippet of CertAuthTesting.md
        let root = try TestAuthority("Root")
        let issuing = try root.intermediate("Issuing", pathLength: 0)
        let alice = try issuing.issue("alice")
        let expired = try issuing.issue("bob", .expired)
        let forged = try issuing.issue("carol") { $0.signatureDefect = .flippedBit }
        let list = try issuing.revocationList(revoked: [alice])
        // end of snippet
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.revocationFlag = .endCertificateOnly
        let authenticator = try CertificateAuthenticator(
            options: options,
            revocationEvidence: RevocationEvidence(
                revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
            )
        )
        let expected: [(TestIdentity, FailureCode?)] = [
            (alice, .revoked), (expired, .expired), (forged, .badSignature), (try issuing.issue("dave"), nil),
        ]
        for (identity, code) in expected {
            let chain = try XCTUnwrap(PresentedChain(derEncoded: identity.chain, source: .tls))
            let result = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
            XCTAssertEqual(result.refusalCode, code)
        }
    }

    func test_the_listener_of_the_kit_serves_its_clients() async throws {
        // snippet of CertAuthTestingHTTP.md
        let authority = try TestAuthority("Clients")
        try await TestListener.withListener(trusting: authority) { server in
            let alice = try await server.client(authority.issue("alice")).get("/")
            XCTAssertEqual(alice.text, "CN=alice")
            let anonymous = try await server.client().get("/")
            XCTAssertEqual(anonymous.problemCode, "no-certificate")
        }
        // end of snippet
    }
}
