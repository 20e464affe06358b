// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of options, run.

import CertAuth
import CertAuthTesting
import XCTest

final class OptionSnippetTests: XCTestCase {
    private func result(
        _ authenticator: CertificateAuthenticator,
        _ certificates: [[UInt8]]
    ) async throws -> AuthenticationResult {
        let chain = try XCTUnwrap(PresentedChain(derEncoded: certificates, source: .tls))
        return await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
    }

    func test_a_configured_intermediate_completes_the_chain_of_a_client_that_sends_its_leaf_alone() async throws {
        let pki = try GuidePKI()
        let lists = RevocationEvidence(
            revocationLists: try CertificateRevocationList.load(file: "\(pki.path)/crls.pem")
        )
        let configured = try CertificateAuthenticator(
            options: try OptionSnippets.chained(pki: pki.path),
            revocationEvidence: lists
        )
        let accepted = try await result(configured, [pki.alice.certificateDER])
        XCTAssertEqual(accepted.principal?.name, "alice")
        let plain = try await result(try pki.authenticator(), [pki.alice.certificateDER])
        XCTAssertEqual(plain.refusalCode, .untrusted)
    }

    func test_options_that_require_a_usage_refuse_a_certificate_that_names_none() async throws {
        let pki = try GuidePKI()
        let carol = try pki.issuing.issue("carol", .withoutExtendedKeyUsage)
        let lists = RevocationEvidence(
            revocationLists: try CertificateRevocationList.load(file: "\(pki.path)/crls.pem")
        )
        let strict = try CertificateAuthenticator(
            options: try OptionSnippets.chained(pki: pki.path),
            revocationEvidence: lists
        )
        let refused = try await result(strict, carol.chain)
        XCTAssertEqual(refused.refusalCode, .wrongUsage)
        let accepted = try await result(try pki.authenticator(), carol.chain)
        XCTAssertEqual(accepted.principal?.name, "carol")
    }

    func test_a_pinned_self_signed_certificate_is_accepted_and_another_is_refused() async throws {
        let pinned = try TestIdentity.selfSigned("meter-17")
        let other = try TestIdentity.selfSigned("meter-17")
        let authenticator = try OptionSnippets.selfSigned(digest: pinned.certificate.sha256Thumbprint.description)
        let accepted = try await result(authenticator, pinned.chain)
        XCTAssertEqual(accepted.principal?.name, "meter-17")
        let refused = try await result(authenticator, other.chain)
        XCTAssertEqual(refused.refusalCode, .untrusted)
    }

    func test_without_a_configured_or_named_list_the_status_is_unknown() async throws {
        let pki = try GuidePKI()
        let options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: ["\(pki.path)/root.pem"])))
        let refused = try await result(try OptionSnippets.online(options: options), pki.alice.chain)
        XCTAssertEqual(refused.refusalCode, .revocationUnknown)
    }
}
