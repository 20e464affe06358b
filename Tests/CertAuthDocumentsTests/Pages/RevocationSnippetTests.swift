// SPDX-License-Identifier: Apache-2.0
// The example on the revocation page, compiled and run.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import ServiceLifecycle
import XCTest

final class RevocationSnippetTests: XCTestCase {
    private func fetching(
        options: CertificateAuthenticationOptions,
        policy: RevocationFetchPolicy
    ) throws -> (CertificateAuthenticator, any Service) {
        // snippet of Revocation.md
        let gatherer = RevocationGatherer(fetcher: NIORevocationFetcher(policy: policy))
        let authenticator = try CertificateAuthenticator(options: options, revocationGatherer: gatherer)
        let service = RevocationRefreshService(gatherer: gatherer)  // for a ServiceGroup
        // end of snippet
        return (authenticator, service)
    }

    func test_evidence_is_fetched_from_where_the_certificate_says() async throws {
        let authority = try TestAuthority("Root")
        try await RevocationService.withService(of: authority) { service in
            let options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            var policy = RevocationFetchPolicy()
            policy.allowedHosts = ["127.0.0.1"]
            let (authenticator, _) = try fetching(options: options, policy: policy)
            let good = try authority.issue("alice", service.profile())
            let bad = try authority.issue("bob", service.profile())
            service.revoke(bad)
            for (identity, code) in [(good, nil), (bad, FailureCode.revoked)] {
                let chain = try XCTUnwrap(PresentedChain(derEncoded: identity.chain, source: .tls))
                let result = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
                XCTAssertEqual(result.refusalCode, code)
            }
        }
    }
}
