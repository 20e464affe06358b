// SPDX-License-Identifier: Apache-2.0
// The issuer memory saves work and does not affect verdicts.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class IssuerCacheTests: XCTestCase {
    /// The verdicts of an engine without memory, of one with an empty memory, and of the same engine again.
    private func verdicts(
        on chain: PresentedChain?,
        _ options: CertificateAuthenticationOptions,
        memory: IssuerCache = IssuerCache(),
        at moment: Timestamp = Stage.moment
    ) throws -> [ValidationVerdict] {
        guard case .custom(let trust) = options.trust else { throw XCTSkip("only custom trust is compared") }
        let chain = try XCTUnwrap(chain)
        let forgetful = ValidationEngine(options: options, trust: trust, memory: nil)
        let remembering = ValidationEngine(options: options, trust: trust, memory: memory)
        return [forgetful, remembering, remembering].map { $0.verdict(for: chain, evidence: .none, at: moment) }
    }

    func test_the_verdict_is_the_same_without_memory_with_an_empty_one_and_with_a_full_one() throws {
        let stage = try Stage()
        let options = try stage.options()
        let forger = try TestKey.generate()
        let identities: [TestIdentity] = [
            try stage.issuing.issue("good"), try stage.issuing.issue("late", .expired),
            try stage.issuing.issue("early", .notYetValid), try stage.issuing.issue("server", .wrongUsage),
            try stage.issuing.issue("flipped") { $0.signatureDefect = .flippedBit },
            try stage.issuing.issue("forged") { $0.signingKey = forger },
            try stage.issuing.issue("rsa", key: .generate(.rsa(bits: 2048))),
            try stage.issuing.issue("ed25519", key: .generate(.ed25519)),
            try stage.issuing.issue("small", key: .generate(.rsa(bits: 1024))),
            try stage.issuing.intermediate("too deep").issue("too deep"), try stage.root.issue("no intermediate"),
            try stage.selfSigned("self"),
            try TestAuthority("Other Root", clock: stage.clock.verificationClock).issue("x"),
        ]
        let memory = IssuerCache()
        for identity in identities {
            let verdicts = try verdicts(on: identity.presented(), options, memory: memory)
            XCTAssertEqual(verdicts[1], verdicts[0])
            XCTAssertEqual(verdicts[2], verdicts[0])
        }
        XCTAssertEqual(memory.count, 1)
    }

    func test_an_issuer_of_every_kind_of_key_signs_leaves_of_every_kind() throws {
        let kinds: [TestKey.Kind] = [
            .p256, .p384, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448, .secp256k1, .dsa(bits: 2048),
        ]
        let clock = TestClock(Stage.moment)
        let leafKeys = try [TestKey.Kind.p256, .rsa(bits: 2048), .ed25519].map(TestKey.generate)
        for kind in kinds {
            let root = try TestAuthority("Root", key: .generate(kind), clock: clock.verificationClock)
            let issuing = try root.intermediate("Issuing", key: .generate(kind))
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [root.certificate]))
            )
            options.revocationMode = .noCheck
            options.securityLevel = 0
            for key in leafKeys {
                let identity = try issuing.issue("client", key: key)
                let verdicts = try verdicts(on: identity.presented(), options)
                XCTAssertEqual(verdicts[1], verdicts[0])
                XCTAssertEqual(verdicts[2], verdicts[0])
                assertAccepted(verdicts[2])
            }
        }
    }

    func test_an_intermediate_with_another_signature_is_not_taken_from_memory() throws {
        let stage = try Stage()
        let options = try stage.options()
        let memory = IssuerCache()
        let good = try stage.issuing.issue("alice")
        assertAccepted(try verdicts(on: good.presented(), options, memory: memory)[2])
        let damaged = try stage.root.crossSign(stage.issuing) { $0.signatureDefect = .flippedBit }.issue("alice")
        for verdict in try verdicts(on: damaged.presented(), options, memory: memory) {
            assertRefused(verdict, .badSignature, at: 1)
        }
        assertAccepted(try verdicts(on: good.presented(), options, memory: memory)[2])
    }

    func test_a_remembered_intermediate_still_expires() throws {
        let stage = try Stage()
        let options = try stage.options()
        let memory = IssuerCache()
        let end = Stage.moment.adding(seconds: 60)
        let issuing = try stage.root.crossSign(stage.issuing) { $0.notAfter = .automatic(end) }
        let chain = try issuing.issue("alice").presented()
        assertAccepted(try verdicts(on: chain, options, memory: memory, at: end)[2])
        for verdict in try verdicts(on: chain, options, memory: memory, at: end.adding(seconds: 1)) {
            assertRefused(verdict, .expired, at: 1)
        }
    }

    func test_a_remembered_issuer_is_not_an_anchor() throws {
        let stage = try Stage()
        let memory = IssuerCache()
        let alice = try stage.issuing.issue("alice")
        assertAccepted(try verdicts(on: alice.presented(), stage.options(), memory: memory)[2])
        // The name of the trusted root, with another key.
        let namesake = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        let options = try stage.options(trusting: [namesake.certificate])
        for verdict in try verdicts(on: alice.presented(), options, memory: memory) {
            assertRefused(verdict, .badSignature, at: 1)
        }
    }

    func test_a_leaf_alone_does_not_find_a_remembered_intermediate() throws {
        let stage = try Stage()
        let memory = IssuerCache()
        let alice = try stage.issuing.issue("alice")
        assertAccepted(try verdicts(on: alice.presented(), stage.options(), memory: memory)[2])
        for verdict in try verdicts(on: alice.presentedAlone, stage.options(), memory: memory) {
            assertRefused(verdict, .untrusted, at: 0)
        }
    }

    func test_only_accepted_paths_are_remembered_up_to_the_capacity() throws {
        let stage = try Stage()
        let memory = IssuerCache(capacity: 2)
        let stranger = try TestAuthority("Other Root", clock: stage.clock.verificationClock)
        let refused = try stranger.intermediate("Other Issuing").issue("mallory")
        _ = try verdicts(on: refused.presented(), stage.options(), memory: memory)
        XCTAssertEqual(memory.count, 0)
        for _ in 0..<3 {
            let alice = try stage.root.crossSign(stage.issuing).issue("alice")
            assertAccepted(try verdicts(on: alice.presented(), stage.options(), memory: memory)[2])
        }
        XCTAssertEqual(memory.count, 2)
    }

    func test_trust_that_is_reloaded_begins_with_an_empty_memory() throws {
        let stage = try Stage()
        let stores = try [stage.root.certificate, TestAuthority("New Root").certificate].map {
            try TrustStore(certificates: [$0])
        }
        let turn = Counter()
        let source = try TrustSource { () throws(TrustStoreError) in stores[turn.increment() % stores.count] }
        var options = try stage.options()
        options.trust = .reloadable(source)
        let authenticator = try stage.authenticator(options: options)
        let chain = try XCTUnwrap(stage.issuing.issue("alice").presented())
        assertAccepted(authenticator.validate(chain))
        assertAccepted(authenticator.validate(chain))
        source.reload()
        assertRefused(authenticator.validate(chain), .partialChain, at: 1)
        source.reload()
        assertAccepted(authenticator.validate(chain))
    }
}
