// SPDX-License-Identifier: Apache-2.0
// Policies on certificates: the issuer is that of the validated path, whatever names other certificates have.

import CertAuth
import CertAuthTesting
import XCTest

final class CertificatePolicyTests: XCTestCase {
    private let notIssuer = AuthorizationDecision.denied(reason: "the issuing certificate is not among those accepted")
    private let otherName = AuthorizationDecision.denied(reason: "the issuing certificate has another name")
    private let notAbove = AuthorizationDecision.denied(reason: "no authority of the path is among those accepted")

    func test_a_thumbprint_policy_allows_one_certificate() async throws {
        let scene = try AuthorizationStage()
        let alice = try await scene.alice()
        let other = try await scene.alice()
        let print = alice.certificate.sha256Thumbprint
        let denial = AuthorizationDecision.denied(reason: "the certificate's digest is not among those accepted")
        try await assertDecision(.thumbprint(sha256: print), alice, .allowed)
        try await assertDecision(.thumbprint(sha256: [other.certificate.sha256Thumbprint, print]), alice, .allowed)
        try await assertDecision(.thumbprint(sha256: print), other, denial)
        try await assertDecision(.thumbprint(sha256: alice.chain.anchor.sha256Thumbprint), alice, denial)
        let weak = try XCTUnwrap(alice.certificate.thumbprint(.sha1))
        let name = "thumbprint \(weak)"
        let words = "threw: policy '\(name)' has a digest that is not SHA-256"
        await assertNotAuthorized(.thumbprint(sha256: weak), alice, "policy '\(name)': \(words)")
        await assertNotAuthorized(.not(.thumbprint(sha256: weak)), alice, "policy 'not \(name)': \(words)")
    }

    func test_an_issuer_policy_compares_the_direct_issuer_and_an_authority_policy_any_issuer() async throws {
        let scene = try AuthorizationStage()
        let alice = try await scene.alice()
        let issuing = try scene.stage.issuing.certificate.sha256Thumbprint
        let root = try scene.stage.root.certificate.sha256Thumbprint
        let leaf = alice.certificate.sha256Thumbprint
        try await assertDecision(.issuer(sha256: issuing), alice, .allowed)
        try await assertDecision(.issuer(sha256: root), alice, notIssuer)
        try await assertDecision(.issuer(sha256: leaf), alice, notIssuer)
        try await assertDecision(.authority(sha256: issuing), alice, .allowed)
        try await assertDecision(.authority(sha256: leaf, root), alice, .allowed)
        try await assertDecision(.authority(sha256: leaf), alice, notAbove)
    }

    func test_a_namesake_of_the_issuer_under_another_root_has_its_name_but_not_its_digest() async throws {
        let scene = try AuthorizationStage()
        let stage = scene.stage
        let otherRoot = try TestAuthority("Other Root", clock: stage.clock.verificationClock)
        let namesake = try otherRoot.intermediate("Stage Issuing")
        let roots = [try stage.root.certificate, try otherRoot.certificate]
        let real = try await scene.client(stage.issuing.issue("alice"), trusting: roots)
        let odd = try await scene.client(namesake.issue("alice"), trusting: roots)
        let name = try stage.issuing.certificate.subject
        let root = try stage.root.certificate.sha256Thumbprint
        try await assertDecision(.issuer(named: name), real, .allowed)
        try await assertDecision(.issuer(named: name), odd, .allowed)
        let bound = AuthorizationPolicy.allOf([.issuer(named: name), .authority(sha256: root)])
        try await assertDecision(bound, real, .allowed)
        try await assertDecision(bound, odd, notAbove)
        let digest = try stage.issuing.certificate.sha256Thumbprint
        try await assertDecision(.issuer(sha256: digest), real, .allowed)
        try await assertDecision(.issuer(sha256: digest), odd, notIssuer)
    }

    func test_an_issuer_is_known_by_its_whole_name() async throws {
        let scene = try AuthorizationStage()
        let root = scene.stage.root
        let alice = try await scene.client(root.intermediate("Acme, O=Bank").issue("alice"))
        func name(_ template: NameTemplate) throws -> DistinguishedName {
            try DistinguishedName(derEncoded: template.encoded)
        }
        try await assertDecision(.issuer(named: name("Acme, O=Bank")), alice, .allowed)
        try await assertDecision(.issuer(named: name("ACME,  o=bank")), alice, .allowed)
        let bank = NameTemplate([[.init(.organizationName, "Bank")], [.init(.commonName, "Acme")]])
        for other in [bank, "Acme", "Stage Root", "alice"] {
            try await assertDecision(.issuer(named: name(other)), alice, otherName)
        }
        await assertNotAuthorized(
            .not(.issuer(named: try name(.empty))),
            alice,
            "policy 'not issuer ': threw: policy 'issuer' is empty"
        )
    }

    func test_a_self_signed_client_has_no_issuer() async throws {
        let stage = try Stage()
        let own = try stage.selfSigned("own")
        let authenticator = try stage.authenticator(options: stage.selfSignedOptions(pinning: [own]))
        let accepted = await authenticator.authenticate(own)
        let client = try XCTUnwrap(assertAccepted(accepted))
        let print = client.certificate.sha256Thumbprint
        try await assertDecision(.issuer(sha256: print), client, notIssuer)
        try await assertDecision(.authority(sha256: print), client, notAbove)
        try await assertDecision(.issuer(named: client.certificate.subject), client, otherName)
        try await assertDecision(.thumbprint(sha256: print), client, .allowed)
    }

    func test_a_chain_accepted_on_a_proxys_verdict_has_no_issuer() async throws {
        let stage = try ForwardingStage()
        let fields = try HeaderText.fields(.verified(.haproxy()), stage.alice.chain)
        let blind = try CertificateForwarding(insecurelyTrustingVerdictOf: .haproxy(), from: ForwardingStage.trusted())
        guard case .forwarded(.verified(let chain)?, true) = blind.decide(ForwardingStage.fromProxy(fields)) else {
            return XCTFail("no verified chain")
        }
        let result = await stage.authenticator.insecurelyAuthenticate(
            trusting: chain,
            facts: ConnectionFacts(isSecure: true)
        )
        let client = try XCTUnwrap(assertAccepted(result))
        XCTAssertEqual(client.chain.certificates.count, 2)
        XCTAssertFalse(client.chain.isValidated)
        let issuing = try stage.issuing.certificate
        try await assertDecision(.issuer(sha256: issuing.sha256Thumbprint), client, notIssuer)
        try await assertDecision(.authority(sha256: issuing.sha256Thumbprint), client, notAbove)
        try await assertDecision(.issuer(named: issuing.subject), client, otherName)
        let validated = await stage.authenticator.authenticate(stage.alice)
        try await assertDecision(
            .issuer(sha256: issuing.sha256Thumbprint),
            XCTUnwrap(assertAccepted(validated)),
            .allowed
        )
    }

    func test_a_workload_policy_may_name_the_authorities_of_the_trust_domain() async throws {
        let scene = try AuthorizationStage()
        let stage = scene.stage
        let other = try TestAuthority("Other Root", clock: stage.clock.verificationClock)
        let roots = [try stage.root.certificate, try other.certificate]
        func workload(_ uri: String, of authority: TestAuthority) async throws -> AuthenticatedClient {
            let identity = try authority.issue("w") { $0.extensions.replace(.subjectAlternativeNames([.uri(uri)])) }
            return try await scene.client(identity, trusting: roots)
        }
        let pattern = try SPIFFEPattern("spiffe://example.org/ns/*/api")
        let api = try await workload("spiffe://example.org/ns/prod/api", of: stage.issuing)
        let admin = try await workload("spiffe://example.org/ns/prod/admin", of: stage.issuing)
        let forged = try await workload("spiffe://example.org/ns/prod/api", of: other)
        let plain = try await scene.client(stage.issuing.issue("alice"), trusting: roots)
        try await assertDecision(.spiffeID(matching: pattern), api, .allowed)
        try await assertDecision(
            .spiffeID(matching: pattern),
            admin,
            .denied(reason: "the certificate names another workload")
        )
        try await assertDecision(
            .spiffeID(matching: pattern),
            plain,
            .denied(reason: "the certificate names no workload")
        )
        try await assertDecision(.spiffeID(matching: pattern), forged, .allowed)
        let bound = AuthorizationPolicy.spiffeID(
            matching: pattern,
            authorities: [try stage.root.certificate.sha256Thumbprint]
        )
        try await assertDecision(bound, api, .allowed)
        try await assertDecision(bound, forged, notAbove)
    }
}
