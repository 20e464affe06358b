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

    /// The extension's value: one otherName of the type 1.3.6.1.4.1.311.25.2.1 with the SID as an OCTET STRING.
    private func securityIdentifier(of account: String) -> [UInt8] {
        func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] { [tag, UInt8(contents.count)] + contents }
        let type = element(0x06, [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x19, 0x02, 0x01])
        let name = element(0xA0, type + element(0xA0, element(0x04, Array(account.utf8))))
        return element(0x30, name)
    }

    /// A certificate for `alice@corp` with the extension in which a Windows CA stores the account's SID.
    private func issue(_ account: String?, by root: TestAuthority) throws -> TestIdentity {
        try root.issue("alice") { template in
            template.extensions.replace(.subjectAlternativeNames([.userPrincipalName("alice@corp")]))
            guard let account else { return }
            template.extensions.append(.custom("1.3.6.1.4.1.311.25.2", value: securityIdentifier(of: account)))
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
