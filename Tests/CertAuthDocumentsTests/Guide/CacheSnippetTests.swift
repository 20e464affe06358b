// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of caches, run.

import CertAuth
import CertAuthTesting
import XCTest

final class CacheSnippetTests: XCTestCase {
    private func authenticate(
        _ identity: TestIdentity,
        by authenticator: CertificateAuthenticator
    ) async throws -> AuthenticationResult {
        let chain = try XCTUnwrap(PresentedChain(derEncoded: identity.chain, source: .tls))
        return await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
    }

    func test_the_cached_policy_accepts_its_clients_until_they_must_be_refused() async throws {
        let pki = try GuidePKI()
        let evidence = RevocationEvidence(
            revocationLists: try CertificateRevocationList.load(file: "\(pki.path)/crls.pem")
        )
        let options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: ["\(pki.path)/root.pem"])))
        let authenticator = try CacheSnippets.cached(
            options: options,
            evidence: evidence,
            leaving: try pki.bob.certificate
        )
        let result = try await authenticate(pki.alice, by: authenticator)
        XCTAssertEqual(result.principal?.name, "alice")
        let revoked = try await authenticate(pki.bob, by: authenticator)
        XCTAssertEqual(revoked.refusalCode, .revoked)
    }

    func test_a_cache_that_wraps_another_stores_and_removes_like_it() async throws {
        let pki = try GuidePKI()
        let inner = LRUCertificateValidationCache()
        let cache = MeasuredCache(inner: inner)
        let authenticator = try pki.authenticator(cache: cache)
        for _ in 0..<3 { _ = try await authenticate(pki.alice, by: authenticator) }
        XCTAssertEqual(inner.removeVerdicts(issuedBy: try pki.bob.certificate.issuer), 1)
        _ = try await authenticate(pki.alice, by: authenticator)
        XCTAssertEqual(cache.removeVerdicts(involving: try pki.alice.certificate), 1)
        XCTAssertEqual(inner.removeVerdicts(involving: try pki.alice.certificate), 0)
    }

    func test_a_custom_cache_follows_new_evidence() async throws {
        let pki = try GuidePKI()
        let cache = DictionaryCache()
        let authenticator = try pki.authenticator(cache: cache)
        let before = try await authenticate(pki.bob, by: authenticator)
        XCTAssertEqual(before.principal?.name, "bob")
        XCTAssertEqual(cache.count, 1)
        let lists = [try pki.root.revocationList(), try pki.issuing.revocationList(revoked: [pki.bob], number: 2)]
        authenticator.revocationEvidence = RevocationEvidence(
            revocationLists: try lists.map { try CertificateRevocationList(derEncoded: $0.derEncoded) }
        )
        let after = try await authenticate(pki.bob, by: authenticator)
        XCTAssertEqual(after.refusalCode, .revoked)
    }
}
