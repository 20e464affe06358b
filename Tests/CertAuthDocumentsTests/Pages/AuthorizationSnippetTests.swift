// SPDX-License-Identifier: Apache-2.0
// The example on the authorization page, compiled and run.

import CertAuth
import CertAuthTesting
import XCTest

final class AuthorizationSnippetTests: XCTestCase {
    private func authorize(
        _ connection: ConnectionAuthentication,
        meshRoot: Thumbprint
    ) async throws -> AuthenticationResult {
        // snippet of Authorization.md
        let staff = AuthorizationPolicy.claim(.role, anyOf: ["staff", "admin"], issuedBy: "user store")
        let backend = AuthorizationPolicy.spiffeID(
            matching: try SPIFFEPattern("spiffe://example.org/ns/*/sa/api"),
            authorities: [meshRoot]
        )
        let policy = AuthorizationPolicy.anyOf([staff, backend]).named("staff or backend")
        let result = await policy.authorize(await connection.authenticate())
        // end of snippet
        return result
    }

    func test_staff_and_backend_go_on_and_others_do_not() async throws {
        let root = try TestAuthority("Mesh Root")
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.revocationMode = .noCheck
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            var principal = context.principal
            if principal.name == "alice" {
                let role = Claim(.role, "admin", issuer: "user store")
                principal.identities.append(ClaimsIdentity(authenticationType: "user store", claims: [role]))
            }
            return .success(principal)
        })
        let authenticator = try CertificateAuthenticator(options: options, events: events)
        let api = try root.issue("api") {
            $0.extensions.replace(.subjectAlternativeNames([.uri("spiffe://example.org/ns/shop/sa/api")]))
        }
        let expected: [(TestIdentity, FailureCode?)] = [
            (try root.issue("alice"), nil), (api, nil), (try root.issue("carol"), .notAuthorized),
        ]
        for (identity, code) in expected {
            let chain = try XCTUnwrap(PresentedChain(derEncoded: identity.chain, source: .tls))
            let connection = ConnectionAuthentication(
                authenticator: authenticator,
                chain: chain,
                facts: ConnectionFacts(isSecure: true)
            )
            let meshRoot = try root.certificate.sha256Thumbprint
            let result = try await authorize(connection, meshRoot: meshRoot)
            XCTAssertEqual(result.refusalCode, code)
        }
    }
}
