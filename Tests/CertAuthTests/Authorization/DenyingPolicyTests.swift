// SPDX-License-Identifier: Apache-2.0
// A denied client cannot evade the denial by another form of the same certificate, key or text.

import CertAuth
import CertAuthTesting
import XCTest

final class DenyingPolicyTests: XCTestCase {
    private struct TestError: Error {}

    private var scene: AuthorizationStage!
    private var stage: Stage { scene.stage }

    override func setUpWithError() throws { scene = try AuthorizationStage() }

    /// Returns a client whose path is exactly this one, leaf first, without the root.
    private func client(
        _ chain: [[UInt8]],
        trusting anchors: [Certificate]? = nil,
        source: PresentedChain.Source = .tls
    ) async throws -> AuthenticatedClient {
        let authenticator = try stage.authenticator(options: stage.options(trusting: anchors))
        let presented = PresentedChain(derEncoded: chain, source: source)
        let found = assertAccepted(await authenticator.authenticate(presented))
        return try XCTUnwrap(found)
    }

    private func assertDenied(
        _ policy: AuthorizationPolicy,
        _ client: AuthenticatedClient,
        file: StaticString = #filePath,
        line: UInt = #line
    ) async {
        let result = await policy.authorize(.success(client))
        assertRefused(result, .notAuthorized, at: 0, file: file, line: line)
    }

    /// The text of a digest as in a configuration file.
    private func read(_ digest: Thumbprint) throws -> Thumbprint {
        try XCTUnwrap(Thumbprint(hexadecimal: digest.hexadecimal))
    }

    func test_a_denied_issuer_is_denied_with_its_other_signature() async throws {
        let issuing = try stage.issuing.certificate
        let flipped = try SignatureTwin.certificate(of: issuing.derEncoded)
        let alice = try stage.issuing.issue("alice").certificateDER
        let other = try stage.root.intermediate("Other Issuing")
        let bob = try await client(other.issue("bob").chain)
        let evading = try await client([alice, flipped])
        XCTAssertEqual(evading.chain.issuer?.derEncoded, flipped)
        XCTAssertNotEqual(evading.chain.issuer?.sha256Thumbprint, issuing.sha256Thumbprint)
        let key = try XCTUnwrap(issuing.publicKeyHash())
        let policies: [AuthorizationPolicy] = [
            .not(.issuer(sha256: issuing.sha256Thumbprint)), .not(.authority(sha256: issuing.sha256Thumbprint)),
            .not(.issuer(publicKey: key)), .not(.authority(publicKey: try read(key))),
            .not(.anyOf([.issuer(sha256: issuing.sha256Thumbprint), .claim(.upn)])),
            .not(.allOf([.issuer(sha256: issuing.sha256Thumbprint), .authenticated])),
            .allOf([.authenticated, .not(.issuer(sha256: issuing.sha256Thumbprint))]),
            .not(.not(.not(.issuer(sha256: issuing.sha256Thumbprint)))),
        ]
        for policy in policies {
            await assertDenied(policy, evading)
            try await assertDecision(policy, bob, .allowed)
        }
        // Policies that allow still match exactly.
        await assertDenied(.issuer(sha256: issuing.sha256Thumbprint), evading)
        try await assertDecision(.issuer(publicKey: key), evading, .allowed)
        await assertDenied(.issuer(publicKey: key), bob)
    }

    func test_a_denied_authority_is_denied_when_renewed_or_cross_signed() async throws {
        let issuing = try stage.issuing.certificate
        let otherRoot = try TestAuthority("Other Root", clock: stage.clock.verificationClock)
        let renewed = try stage.root.crossSign(stage.issuing).certificateDER
        let crossed = try otherRoot.crossSign(stage.issuing).certificateDER
        let alice = try stage.issuing.issue("alice").certificateDER
        let roots = [try stage.root.certificate, try otherRoot.certificate]
        let other = try await client(otherRoot.intermediate("Other Issuing").issue("bob").chain, trusting: roots)
        for intermediate in [renewed, crossed] {
            let evading = try await client([alice, intermediate], trusting: roots)
            XCTAssertNotEqual(evading.chain.issuer?.signedPart, issuing.signedPart)
            for policy: AuthorizationPolicy in [
                .not(.issuer(sha256: issuing.sha256Thumbprint)), .not(.authority(sha256: issuing.sha256Thumbprint)),
            ] {
                await assertDenied(policy, evading)
                try await assertDecision(policy, other, .allowed)
            }
        }
    }

    func test_a_text_digest_used_for_denial_denies_all_clients() async throws {
        let issuing = try stage.issuing.certificate
        let text = try read(issuing.sha256Thumbprint)
        XCTAssertEqual(text, issuing.sha256Thumbprint)
        let bob = try await client(stage.root.intermediate("Other Issuing").issue("bob").chain)
        let alice = try await scene.alice()
        for policy: AuthorizationPolicy in [.not(.issuer(sha256: text)), .not(.authority(sha256: text))] {
            await assertDenied(policy, bob)
            await assertDenied(policy, alice)
        }
        do {
            let decision = try await AuthorizationPolicy.not(.issuer(sha256: text)).decide(bob)
            XCTFail("\(decision)")
        } catch {
            XCTAssertEqual(error as? AuthorizationPolicyError, .keyUnknown(policy: "issuer \(text)"))
        }
        try await assertDecision(.issuer(sha256: text), alice, .allowed)
    }

    func test_a_denied_certificate_is_denied_with_its_other_signature() async throws {
        let bob = try await client(stage.issuing.issue("bob").chain)
        let curves: [(TestKey.Kind, [UInt8])] = [
            (.p256, SignatureTwin.p256), (.p384, SignatureTwin.p384), (.p521, SignatureTwin.p521),
        ]
        for (kind, order) in curves {
            let clock = stage.clock.verificationClock
            let root = try TestAuthority("Curve Root", key: TestKey.generate(kind), clock: clock)
            let identity = try root.issue("alice")
            let alice = try await client(identity.chain, trusting: [root.certificate])
            let flipped = try SignatureTwin.certificate(of: identity.certificateDER, order: order)
            let evading = try await client([flipped], trusting: [root.certificate])
            XCTAssertNotEqual(evading.certificate, alice.certificate)
            let print = try read(alice.certificate.sha256Thumbprint)
            await assertDenied(.not(.thumbprint(sha256: print)), evading)
            await assertDenied(.not(.thumbprint(sha256: print)), alice)
            await assertDenied(.thumbprint(sha256: print), evading)
            try await assertDecision(.not(.thumbprint(sha256: print)), bob, .allowed)
        }
    }

    func test_an_unknown_issuer_does_not_count_as_another_issuer() async throws {
        let issuing = try stage.issuing.certificate
        let key = try XCTUnwrap(issuing.publicKeyHash())
        let identity = try stage.issuing.issue("alice")
        let anchored = try await client([identity.certificateDER], trusting: [identity.certificate])
        XCTAssertNil(anchored.chain.issuer)
        for policy: AuthorizationPolicy in [
            .not(.issuer(sha256: issuing.sha256Thumbprint)), .not(.authority(sha256: issuing.sha256Thumbprint)),
            .not(.issuer(publicKey: key)), .not(.authority(publicKey: key)), .not(.issuer(named: issuing.subject)),
        ] {
            await assertDenied(policy, anchored)
        }
        let own = try stage.selfSigned("own")
        let authenticator = try stage.authenticator(options: stage.selfSignedOptions(pinning: [own]))
        let found = assertAccepted(await authenticator.authenticate(own))
        let single = try XCTUnwrap(found)
        try await assertDecision(.not(.issuer(sha256: issuing.sha256Thumbprint)), single, .allowed)
        await assertDenied(.not(.issuer(sha256: single.certificate.sha256Thumbprint)), single)
        await assertDenied(.not(.issuer(named: single.certificate.subject)), single)
    }

    func test_a_denied_issuer_name_is_denied_in_each_spelling_beyond_ASCII() async throws {
        let banned = try DistinguishedName(rfc4514: "CN=m\u{FC}ller ca")
        for (name, isKeptOut) in [
            ("M\u{FC}ller CA", true), ("Mu\u{308}ller CA", true), ("M\u{DC}LLER CA", true),
            ("M\u{FC}l\u{AD}ler CA", true),
            ("\u{FF2D}\u{FC}ller\u{3000}CA", true), ("M\u{FC}ller\u{E000} CA", true), ("Muller CA", false),
        ] {
            let issuing = try stage.root.intermediate(name)
            let found = try await client(issuing.issue("alice").chain)
            let policy = AuthorizationPolicy.not(.issuer(named: banned))
            if isKeptOut {
                await assertDenied(policy, found)
            } else {
                try await assertDecision(policy, found, .allowed)
            }
        }
        // Policies that allow still match exactly.
        let shouting = try await client(stage.root.intermediate("M\u{DC}LLER CA").issue("alice").chain)
        await assertDenied(.issuer(named: banned), shouting)
    }

    func test_a_denied_workload_is_denied_in_each_spelling_and_with_other_URIs() async throws {
        let pattern = try SPIFFEPattern("spiffe://example.org/ns/Prod/*")
        let root = try stage.root.certificate.sha256Thumbprint
        func workload(_ uris: [String]) async throws -> AuthenticatedClient {
            try await scene.client(
                stage.issuing.issue("w") {
                    $0.extensions.replace(.subjectAlternativeNames(uris.map { .uri($0) }))
                }
            )
        }
        let uri = "spiffe://example.org/ns/Prod/api"
        let out = [
            [uri], [uri, "https://example.org/"], ["spiffe://example.org/ns/prod/api"],
            ["SPIFFE://Example.org/ns/PROD/x"],
        ]
        for uris in out {
            let client = try await workload(uris)
            await assertDenied(.not(.spiffeID(matching: pattern)), client)
            await assertDenied(.not(.spiffeID(matching: pattern, authorities: [root])), client)
        }
        let other = try await workload(["spiffe://example.org/ns/dev/api"])
        try await assertDecision(.not(.spiffeID(matching: pattern)), other, .allowed)
        let lower = try await workload(["spiffe://example.org/ns/prod/api"])
        await assertDenied(.spiffeID(matching: pattern), lower)
        try await assertDecision(.spiffeID(matching: pattern), workload([uri]), .allowed)
    }

    func test_a_denied_claim_is_compared_in_any_case_and_spelling() async throws {
        let guest = AuthorizationPolicy.not(.claim(.role, anyOf: ["caf\u{E9}"], issuedBy: "store"))
        for value in ["caf\u{E9}", "cafe\u{301}", "CAF\u{C9}", " caf\u{E9} "] {
            await assertDenied(guest, try await scene.alice(Claim(.role, value, issuer: "store")))
            await assertDenied(guest, try await scene.alice(Claim(.role, value, issuer: "Store")))
        }
        try await assertDecision(guest, scene.alice(Claim(.role, "cafe", issuer: "store")), .allowed)
        try await assertDecision(guest, scene.alice(Claim(.role, "caf\u{E9}", issuer: "elsewhere")), .allowed)
        let typed = try await scene.alice(Claim(ClaimType(rawValue: ClaimType.upn.rawValue.uppercased()), "x"))
        await assertDenied(.not(.claim(.upn)), typed)
        await assertDenied(.claim(.upn), typed)
    }

    func test_an_error_anywhere_inside_not_denies() async throws {
        let alice = try await scene.alice()
        let broken = AuthorizationPolicy.custom("broken") { _ in throw TestError() }
        let no = AuthorizationPolicy.custom("no") { _ in .denied(reason: "because") }
        let yes = AuthorizationPolicy.custom("yes") { _ in .allowed }
        let weak = try XCTUnwrap(alice.certificate.thumbprint(.sha1))
        let misconfigured: [AuthorizationPolicy] = [
            broken, .anyOf([]), .claim(.role, anyOf: []), .thumbprint(sha256: weak), .issuer(sha256: []),
            .issuer(publicKey: weak), .authority(publicKey: weak),
        ]
        for bad in misconfigured {
            let denied: [AuthorizationPolicy] = [
                .not(bad), .not(.allOf([no, bad])), .not(.allOf([bad, no])), .not(.anyOf([no, bad])),
                .not(.anyOf([.allOf([no, bad]), no])), .not(.allOf([no, .anyOf([no, bad])])),
                .not(.not(bad)), .not(.allOf([no, .not(bad)])), .allOf([yes, .not(.allOf([no, bad]))]),
            ]
            for policy in denied { await assertDenied(policy, alice) }
        }
        try await assertDecision(.not(.allOf([no, yes])), alice, .allowed)
        try await assertDecision(.not(.allOf([yes, no])), alice, .allowed)
        try await assertDecision(.not(.anyOf([no, no])), alice, .allowed)
        try await assertDecision(.anyOf([broken, yes]), alice, .allowed)
        try await assertDecision(.not(.not(.anyOf([broken, yes]))), alice, .allowed)
        try await assertDecision(.not(.allOf([yes, yes])), alice, .denied(reason: "'all of (yes, yes)' allows it"))
    }
}
