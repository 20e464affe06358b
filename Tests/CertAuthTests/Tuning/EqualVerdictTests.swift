// SPDX-License-Identifier: Apache-2.0
// Plain and tuned verification give equal verdicts: the same code, certificate, message, policies, times and trace.

import CertAuth
import CertAuthTesting
import XCTest

final class EqualVerdictTests: XCTestCase {
    /// Fails unless all verdicts are equal; returns the code of the refusal, nil for an acceptance.
    @discardableResult
    private func assertEqualVerdicts(
        _ question: BothWays,
        _ name: String,
        line: UInt = #line
    ) throws -> FailureCode? {
        let verdicts = try question.verdicts()
        XCTAssertEqual(verdicts.count, 8, name, line: line)
        let first = try XCTUnwrap(verdicts.first)
        for verdict in verdicts.dropFirst() { XCTAssertEqual(verdict, first, name, line: line) }
        guard case .refused(let failure, _) = first else { return nil }
        return failure.code
    }

    private static let kinds: [TestKey.Kind] = [
        .p256, .p384, .p521, .secp256k1, .rsa(bits: 1024), .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448,
        .dsa(bits: 2048),
    ]

    func test_every_kind_of_key_signs_every_kind_of_key() throws {
        let keys = try Self.kinds.map(TestKey.generate)
        let clock = TestClock(Stage.moment).verificationClock
        var codes: [FailureCode?: Int] = [:]
        for (issuerKind, issuerKey) in zip(Self.kinds, keys) {
            let root = try TestAuthority("Root", key: issuerKey, clock: clock)
            // A DSA key takes seconds to make.
            let namesakeKind = issuerKind == .dsa(bits: 2048) ? .p256 : issuerKind
            let namesake = try TestAuthority("Root", key: .generate(namesakeKind), clock: clock)
            for (kind, key) in zip(Self.kinds, keys) {
                let leaf = try root.issue("alice", key: key)
                for (anchor, level) in [(root, 2), (root, 0), (namesake, 0)] {
                    let question = BothWays(presented: leaf.chain, anchors: [anchor.certificateDER]) {
                        $0.securityLevel = level
                    }
                    let code = try assertEqualVerdicts(question, "\(kind) by \(issuerKind), level \(level)")
                    codes[code, default: 0] += 1
                }
            }
        }
        XCTAssertGreaterThan(codes[nil] ?? 0, 60, "\(codes)")
        XCTAssertGreaterThan(codes[.badSignature] ?? 0, 50, "\(codes)")
        XCTAssertGreaterThan(codes[.weakKey] ?? 0, 10, "\(codes)")
    }

    func test_every_usual_and_unusual_signature_algorithm_gets_the_same_verdict_both_ways() throws {
        let schemes: [(TestKey.Kind, [SignatureScheme])] = [
            (.p256, [.ecdsaSHA1, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512]),
            (.rsa(bits: 2048), [.rsaMD5, .rsaSHA1, .rsaSHA256, .rsaSHA384, .rsaSHA512, .rsaPSSSHA256]),
        ]
        let clock = TestClock(Stage.moment).verificationClock
        for (kind, schemes) in schemes {
            let root = try TestAuthority("Root", key: .generate(kind), clock: clock)
            for scheme in schemes {
                for defect in [SignatureDefect.none, .flippedBit, .empty, .replaced([0x30, 0x00])] {
                    let leaf = try root.issue("alice") {
                        $0.signatureScheme = scheme
                        $0.signatureDefect = defect
                    }
                    for level in [0, 2] {
                        let question = BothWays(presented: leaf.chain, anchors: [root.certificateDER]) {
                            $0.securityLevel = level
                        }
                        let code = try assertEqualVerdicts(question, "\(scheme.identifier) \(defect), level \(level)")
                        if defect != .none { XCTAssertNotNil(code) }
                    }
                }
            }
        }
    }

    /// OpenSSL sees copies of self-issued certificates, so that its own step can't verify the signatures.
    func test_self_issued_certificates_at_the_ends_of_their_validity() throws {
        let stage = try Stage()
        let new = try stage.root.intermediate("Stage Root")
        let leaf = try new.issue("Stage Root") {
            $0.notAfter = .automatic(Stage.moment.adding(seconds: 60))
            $0.notBefore = .automatic(Stage.moment.adding(seconds: -60))
        }
        for (seconds, expected) in [
            (-61, FailureCode.notYetValid), (-60, nil), (0, nil), (60, nil), (61, .expired),
        ] as [(Int64, FailureCode?)] {
            for waives in [false, true] {
                var question = BothWays(presented: leaf.chain, anchors: [stage.root.certificateDER]) {
                    $0.validateValidityPeriod = !waives
                }
                question.moment = Stage.moment.adding(seconds: seconds)
                let code = try assertEqualVerdicts(question, "\(seconds)")
                XCTAssertEqual(code, waives ? nil : expected, "\(seconds)")
            }
        }
        let namesake = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        let forged = BothWays(presented: leaf.chain, anchors: [namesake.certificateDER])
        XCTAssertEqual(try assertEqualVerdicts(forged, "forged"), .badSignature)
    }

    /// Enough paths that signatures are looked at first, among them certificates whose key is not decoded.
    func test_meshes_of_forgers_and_of_keys_that_are_not_decoded() throws {
        let stage = try Stage()
        let clock = stage.clock.verificationClock
        let impostor = try TestAuthority("Stage Root", clock: clock)
        let mallory = try impostor.issue("mallory") { $0.extensions.remove(.authorityKeyIdentifier) }
        let explicit = try KeyTemplate.explicitCurve(of: TestKey.generate(.p256))
        let forgers = try (0..<6).map { number in
            let signer = number % 2 == 0 ? impostor : stage.root
            return try signer.crossSign(TestAuthority("Stage Root", clock: clock)) {
                $0.extensions.remove(.authorityKeyIdentifier)
                if number > 2 { $0.subjectPublicKeyInfo = explicit }
            }.certificateDER
        }
        for count in 0...forgers.count {
            let chain = [mallory.certificateDER] + forgers.prefix(count)
            let question = BothWays(presented: chain, anchors: [stage.root.certificateDER])
            XCTAssertNotNil(try assertEqualVerdicts(question, "\(count) forgers"))
        }
    }

    func test_revocation_lists_of_every_usual_signature() throws {
        let clock = TestClock(Stage.moment).verificationClock
        for kind in [TestKey.Kind.p256, .p384, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448] {
            let root = try TestAuthority("Root", key: .generate(kind), clock: clock)
            let namesake = try TestAuthority("Root", key: .generate(kind), clock: clock)
            let (alice, bob) = (try root.issue("alice"), try root.issue("bob"))
            let genuine = try root.revocationList(revoked: [bob]).derEncoded
            let forged = try namesake.revocationList().derEncoded
            for (list, leaf, expected) in [
                (genuine, alice, nil), (genuine, bob, .revoked), (forged, alice, .revocationUnknown),
            ] as [([UInt8], TestIdentity, FailureCode?)] {
                var question = BothWays(presented: leaf.chain, anchors: [root.certificateDER]) {
                    $0.revocationMode = .offline
                }
                question.revocationLists = [list]
                XCTAssertEqual(try assertEqualVerdicts(question, "\(kind)"), expected, "\(kind)")
            }
        }
    }

    func test_random_hierarchies_get_the_same_verdict_both_ways() throws {
        var hierarchies = try RandomHierarchies(seed: 15)
        var codes: [FailureCode?: Int] = [:]
        for number in 0..<250 {
            let (question, name) = try hierarchies.next()
            codes[try assertEqualVerdicts(question, "\(number): \(name)"), default: 0] += 1
        }
        XCTAssertGreaterThan(codes[nil] ?? 0, 25, "\(codes)")
        XCTAssertGreaterThan(codes.count, 12, "\(codes)")
    }
}
