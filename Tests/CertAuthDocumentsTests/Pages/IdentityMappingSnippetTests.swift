// SPDX-License-Identifier: Apache-2.0
// The examples of the page on identity mapping, compiled and run.

import CertAuth
import CertAuthTesting
import XCTest

final class IdentityMappingSnippetTests: XCTestCase {
    private func events(
        _ userDatabase: any CertificateUserStore,
        corporateRoot: Certificate
    ) throws -> CertificateAuthenticationEvents {
        // snippet of IdentityMapping.md
        let mapping = try IdentityMapping(
            rules: [.userPrincipalName, .securityIdentifier],
            store: userDatabase,
            authorities: [corporateRoot.sha256Thumbprint]
        )
        let events = CertificateAuthenticationEvents(onCertificateValidated: mapping.onCertificateValidated)
        // end of snippet
        return events
    }

    private func check(_ payload: [UInt8], _ client: AuthenticatedClient) throws {
        // snippet of IdentityMapping.md
        let confirmation = try TokenConfirmation(claims: payload)
        try confirmation.check(client)
        // end of snippet
    }

    func test_a_user_principal_name_leads_to_its_user_whose_tokens_may_be_bound() async throws {
        let root = try TestAuthority("Corporate Root")
        let alice = try root.issue("alice") { template in
            template.extensions.replace(.subjectAlternativeNames([.userPrincipalName("alice@corp")]))
        }
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.revocationMode = .noCheck
        let store = try InMemoryUserStore([
            .init(CertificateUser(identifier: "7"), identifiers: [.userPrincipalName("alice@corp")])
        ])
        let events = try events(store, corporateRoot: root.certificate)
        let authenticator = try CertificateAuthenticator(options: options, events: events)
        let chain = PresentedChain(derEncoded: alice.chain, source: .tls)
        let known = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
        let client = try XCTUnwrap(known.client)
        XCTAssertEqual(client.principal.first(.nameIdentifier), "7")
        let stranger = PresentedChain(derEncoded: try root.issue("bob").chain, source: .tls)
        let unknown = await authenticator.authenticate(stranger, facts: ConnectionFacts(isSecure: true))
        XCTAssertEqual(unknown.refusalCode, .identityNotMapped)
        XCTAssertThrowsError(try check(Array("{}".utf8), client)) { error in
            XCTAssertEqual((error as? AuthenticationFailure)?.code, .tokenNotBound)
        }
    }
}
