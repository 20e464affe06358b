// SPDX-License-Identifier: Apache-2.0
// Malformed and damaged inputs in each place of a certificate: always an answer, and the same one twice.

import CertAuth
import CertAuthTesting
import XCTest

final class HostileInputTests: XCTestCase {
    private var stage: Stage!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        alice = try stage.issuing.issue("alice") {
            $0.extensions.append(.subjectAlternativeNames([.dns("a.example"), .email("alice@a.example")]))
        }
    }

    // MARK: External inputs

    func test_every_corpus_input_gets_the_same_answer_twice_as_leaf_intermediate_and_anchor() throws {
        var readable = 0
        for input in try ConformanceVectors().corpus() {
            let bytes = input.bytes
            let leaf = try sameTwice { try verdict(on: [bytes]) }
            assertNotAccepted(leaf)
            if input.hasTrailingBytes { assertRefused(leaf, .malformed, at: 0) }
            assertNotAccepted(try sameTwice { try verdict(on: [alice.certificateDER, bytes]) })
            guard let certificate = try? Certificate(derEncoded: bytes) else { continue }
            readable += 1
            _ = try sameTwice { try verdict(on: [alice.certificateDER], additional: [certificate]) }
            _ = try sameTwice { try verdict(on: alice.chain, trusting: certificate) }
            _ = try sameTwice { try verdict(on: [bytes], trusting: certificate) }
        }
        XCTAssertGreaterThan(readable, 0)
    }

    func test_no_corpus_certificate_may_have_bytes_after_it() throws {
        for input in try ConformanceVectors().corpus() where input.kind == "x509" {
            XCTAssertThrowsError(try Certificate(derEncoded: input.bytes + [0]), input.name)
        }
    }

    func test_corpus_inputs_as_names_get_the_same_answer_twice() throws {
        let key = try TestKey.generate()
        let inputs = try ConformanceVectors().corpus().filter { $0.kind == "any" || $0.kind == "generalname" }
        for input in inputs.map(\.bytes) where input.count < 4_096 {
            let issuing = try stage.root.intermediate("Names", key: key) {
                $0.extensions.append(.nameConstraints(excluded: [.raw(input)]))
            }
            let named = try issuing.issue("alice", key: key) {
                $0.extensions.append(.subjectAlternativeNames([.raw(input)]))
            }
            _ = try sameTwice { try verdict(on: named.chain) }
        }
    }

    // MARK: Damage

    func test_a_damaged_leaf_is_never_accepted() throws {
        var mutator = Mutator(seed: 1)
        for _ in 0..<2_000 {
            let damaged = mutator.mutated(alice.certificateDER)
            guard damaged != alice.certificateDER else { continue }
            assertNotAccepted(try sameTwice { try verdict(on: [damaged] + alice.issuers) })
        }
        assertAccepted(try verdict(on: alice.chain))
    }

    func test_a_damaged_intermediate_admits_no_client() throws {
        var mutator = Mutator(seed: 2)
        for _ in 0..<2_000 {
            let damaged = mutator.mutated(stage.issuing.certificateDER)
            guard damaged != stage.issuing.certificateDER else { continue }
            assertNotAccepted(try sameTwice { try verdict(on: [alice.certificateDER, damaged]) })
        }
        assertAccepted(try verdict(on: [alice.certificateDER, stage.issuing.certificateDER]))
    }

    func test_a_damaged_anchor_gets_the_same_answer_twice() throws {
        var mutator = Mutator(seed: 3)
        for _ in 0..<2_000 {
            let damaged = mutator.mutated(stage.root.certificateDER)
            guard let anchor = try? Certificate(derEncoded: damaged) else { continue }
            _ = try sameTwice { try verdict(on: alice.chain, trusting: anchor) }
        }
    }

    func test_damaged_names_under_constraints_get_the_same_answer_twice() throws {
        var mutator = Mutator(seed: 4)
        let key = try TestKey.generate()
        let names: [GeneralNameTemplate] = [
            .dns("*.a.example"), .email("alice@a.example"), .uri("https://user@a.example:443/x"), .ip("2001:db8::1"),
            .smtpUTF8Mailbox("müller@a.example"), .directory("alice"), .userPrincipalName("alice@a.example"),
        ]
        let bases: [GeneralNameTemplate] = [
            .dns("a.example"), .email(".example"), .uri("a.example"), .ipRange("2001:db8::", mask: "ffff:ffff::"),
            .directory("alice"),
        ]
        for round in 0..<1_000 {
            let name = GeneralNameTemplate.raw(mutator.mutated(names[round % names.count].encoded))
            let base = GeneralNameTemplate.raw(mutator.mutated(bases[round % bases.count].encoded))
            let issuing = try stage.root.intermediate("Names", key: key) {
                $0.extensions.append(.nameConstraints(permitted: [base], excluded: [.dns("z.example")]))
            }
            let named = try issuing.issue("alice", key: key) { $0.extensions.append(.subjectAlternativeNames([name])) }
            _ = try sameTwice { try verdict(on: named.chain) }
        }
    }

    // MARK: Questions

    private func verdict(
        on chain: [[UInt8]],
        additional: [Certificate] = [],
        trusting anchor: Certificate? = nil
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: anchor.map { [$0] }) { $0.additionalChainCertificates = additional }
        return try stage.authenticator(options: options).validate(
            try XCTUnwrap(PresentedChain(derEncoded: chain, source: .tls))
        )
    }

    private func sameTwice(_ question: () throws -> ValidationVerdict, line: UInt = #line) throws -> ValidationVerdict {
        let answer = try question()
        XCTAssertEqual(try question(), answer, line: line)
        return answer
    }

    private func assertNotAccepted(_ verdict: ValidationVerdict, line: UInt = #line) {
        guard case .accepted = verdict else { return }
        XCTFail("\(verdict)", line: line)
    }
}
