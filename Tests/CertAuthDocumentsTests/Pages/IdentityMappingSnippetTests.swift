// SPDX-License-Identifier: Apache-2.0
// The examples on the identity mapping page, compiled and run.

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
            rules: [.securityIdentifier, .userPrincipalName],
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

    /// A certificate for `alice@corp` with the extension in which a Windows CA stores the account's SID.
    private func issue(_ account: String?, by root: TestAuthority) throws -> TestIdentity {
        try root.issue("alice") { template in
            template.extensions.replace(.subjectAlternativeNames([.userPrincipalName("alice@corp")]))
            guard let account else { return }
            let accountName = try XCTUnwrap(OID(dotted: "1.3.6.1.4.1.311.25.2.1"))
            let security = try XCTUnwrap(OID(dotted: "1.3.6.1.4.1.311.25.2"))
            let value = DER.constructed(0, [DER.octetString(Array(account.utf8))])
            let name = DER.constructed(0, [DER.objectIdentifier(accountName), value])
            template.extensions.append(ExtensionTemplate(security, value: DER.sequence([name])))
        }
    }

    func test_account_and_name_find_their_user_whose_tokens_may_be_bound() async throws {
        let root = try TestAuthority("Corporate Root")
        let account = "S-1-5-21-1-2-3-1104"
        let alice = try issue(account, by: root)
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.revocationMode = .noCheck
        let store = try InMemoryUserStore([
            .init(
                CertificateUser(identifier: "7"),
                identifiers: [
                    .userPrincipalName("alice@corp"),
                    .securityIdentifier(try XCTUnwrap(WindowsSecurityIdentifier(account))),
                ]
            )
        ])
        let events = try events(store, corporateRoot: root.certificate)
        let authenticator = try CertificateAuthenticator(options: options, events: events)
        let chain = PresentedChain(derEncoded: alice.chain, source: .tls)
        let known = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
        let client = try XCTUnwrap(known.client)
        XCTAssertEqual(client.principal.first(.nameIdentifier), "7")
        let others = [try root.issue("bob"), try issue("S-1-5-21-1-2-3-6666", by: root), try issue(nil, by: root)]
        for other in others {
            let stranger = PresentedChain(derEncoded: other.chain, source: .tls)
            let unknown = await authenticator.authenticate(stranger, facts: ConnectionFacts(isSecure: true))
            XCTAssertEqual(unknown.refusalCode, .identityNotMapped)
        }
        XCTAssertThrowsError(try check(Array("{}".utf8), client)) { error in
            XCTAssertEqual((error as? AuthenticationFailure)?.code, .tokenNotBound)
        }
    }
}
