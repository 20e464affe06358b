// SPDX-License-Identifier: Apache-2.0
// The memory of OCSP responders saves work and does not affect verdicts.

import CertAuth
import CertAuthTesting
import XCTest

final class ResponderCacheTests: XCTestCase {
    /// The verdicts of an engine without memory, of one with this memory, and of the same engine again.
    private func verdicts(
        on scene: RevocationScene,
        _ responses: [UInt8]...,
        memory: IssuerCache,
        at moment: Timestamp = Stage.moment,
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> [ValidationVerdict] {
        var scene = scene
        scene.responses = responses
        let options = try scene.stage.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
            change(&$0)
        }
        let trust = try TrustStore(certificates: [scene.stage.root.certificate])
        let chain = try XCTUnwrap(scene.alice.presented())
        return try [nil, memory, memory].map { memory in
            // Parsed again each time, because a response remembers whose keys have verified it.
            ValidationEngine(options: options, trust: trust, memory: memory)
                .verdict(for: chain, evidence: try scene.evidence(), at: moment)
        }
    }

    private func assertAccepted(
        _ verdicts: [ValidationVerdict],
        line: UInt = #line
    ) {
        for verdict in verdicts { CertAuthTests.assertAccepted(verdict, line: line) }
    }

    private func assertUnknown(
        _ verdicts: [ValidationVerdict],
        _ text: String = "",
        line: UInt = #line
    ) {
        for verdict in verdicts {
            XCTAssertEqual(verdict, verdicts[0], text, line: line)
            assertRefused(verdict, .revocationUnknown, at: 0, line: line)
        }
    }

    func test_the_verdict_is_the_same_without_memory_with_an_empty_one_and_with_a_full_one() throws {
        let scene = try RevocationScene()
        let namesake = try TestAuthority("Stage Issuing", clock: scene.stage.clock.verificationClock)
        let stranger = try TestKey.generate()
        let responder = try scene.issuing.issue("Responder", .ocspResponder)
        let imposters: [(String, TestIdentity)] = [
            ("no purpose", try scene.issuing.issue("Responder", .client)),
            ("another key of the issuer's name", try namesake.issue("Responder", .ocspResponder)),
            ("the issuer's issuer's", try scene.stage.root.issue("Responder", .ocspResponder)),
            ("the same key, from elsewhere", try namesake.issue("Responder", .ocspResponder, key: responder.key)),
            ("the same key, for clients", try scene.issuing.issue("Responder", .client, key: responder.key)),
            (
                "damaged",
                try scene.issuing.issue("Responder", .ocspResponder, key: responder.key) {
                    $0.signatureDefect = .flippedBit
                }
            ),
            ("self-signed", namesake.identity), ("expired", try scene.issuing.issue("Responder", .expired)),
        ]
        let memory = IssuerCache()
        for _ in 0..<2 {
            let good = try scene.issuing.ocspResponse(for: scene.alice, responder: responder)
            let verdicts = try verdicts(on: scene, good, memory: memory)
            assertAccepted(verdicts)
            XCTAssertEqual(verdicts[1], verdicts[0])
            XCTAssertEqual(verdicts[2], verdicts[0])
            let revoked = try scene.issuing.ocspResponse(
                for: scene.alice,
                .revoked(at: Stage.moment, reason: 1),
                responder: responder
            )
            for verdict in try self.verdicts(on: scene, revoked, memory: memory) {
                assertRefused(verdict, .revoked, at: 0)
            }
            for (name, imposter) in imposters {
                let response = try scene.issuing.ocspResponse(for: scene.alice, responder: imposter)
                assertUnknown(try self.verdicts(on: scene, response, memory: memory), name)
            }
            let forged = try scene.issuing.ocspResponse(for: scene.alice, responder: responder) {
                $0.signingKey = stranger
            }
            assertUnknown(try self.verdicts(on: scene, forged, memory: memory), "another key")
            XCTAssertEqual(memory.responders.count, 1)
        }
    }

    func test_a_remembered_responder_still_expires() throws {
        let scene = try RevocationScene()
        let memory = IssuerCache()
        let end = Stage.moment.adding(seconds: 60)
        let responder = try scene.issuing.issue("Responder", .ocspResponder) { $0.notAfter = .automatic(end) }
        let response = try scene.issuing.ocspResponse(for: scene.alice, responder: responder)
        assertAccepted(try verdicts(on: scene, response, memory: memory, at: end))
        XCTAssertEqual(memory.responders.count, 1)
        assertUnknown(try verdicts(on: scene, response, memory: memory, at: end.adding(seconds: 1)))
    }

    func test_a_remembered_responder_can_still_be_revoked() throws {
        var scene = try RevocationScene()
        let memory = IssuerCache()
        let responder = try scene.issuing.issue("Responder", .ocspResponder) { $0.extensions.remove(.ocspNoCheck) }
        let response = try scene.issuing.ocspResponse(for: scene.alice, responder: responder)
        assertAccepted(try verdicts(on: scene, response, memory: memory))
        scene.lists = [try scene.issuing.revocationList(revoked: [responder])]
        assertUnknown(try verdicts(on: scene, response, memory: memory) { $0.revocation.sourceOrder = .both })
        XCTAssertEqual(memory.responders.count, 1)
    }

    func test_a_remembered_responder_is_authorized_only_for_its_own_issuer() throws {
        let scene = try RevocationScene()
        let memory = IssuerCache()
        let responder = try scene.issuing.issue("Responder", .ocspResponder)
        assertAccepted(
            try verdicts(on: scene, scene.issuing.ocspResponse(for: scene.alice, responder: responder), memory: memory)
        )
        // The same root and name, with another key.
        let other = try scene.stage.root.intermediate("Stage Issuing")
        var elsewhere = scene
        elsewhere.alice = try other.issue("alice")
        let response = try other.ocspResponse(for: elsewhere.alice, responder: responder)
        assertUnknown(try verdicts(on: elsewhere, response, memory: memory))
        let own = try other.issue("Responder", .ocspResponder)
        assertAccepted(
            try verdicts(on: elsewhere, other.ocspResponse(for: elsewhere.alice, responder: own), memory: memory)
        )
        XCTAssertEqual(memory.responders.count, 2)
    }

    func test_a_certificate_remembered_as_a_responder_is_parsed_again_as_a_clients() throws {
        let scene = try RevocationScene()
        let memory = IssuerCache()
        let both = try scene.issuing.issue("Responder", .client) {
            $0.extensions.replace(.extendedKeyUsage([.clientAuth, .ocspSigning]))
            $0.extensions.append(.ocspNoCheck())
            $0.extensions.replace(.subjectAlternativeNames([.dns("responder.example")]))
        }
        assertAccepted(
            try verdicts(on: scene, scene.issuing.ocspResponse(for: scene.alice, responder: both), memory: memory)
        )
        XCTAssertEqual(memory.responders.count, 1)
        var client = scene
        client.alice = both
        for verdict in try verdicts(on: client, scene.issuing.ocspResponse(for: both), memory: memory) {
            let names = CertAuthTests.assertAccepted(verdict)?.leaf.subjectAlternativeNames
            XCTAssertEqual(names, [.dns("responder.example")])
        }
    }

    func test_untrusted_peers_do_not_fill_the_memory_and_its_capacity_is_never_exceeded() throws {
        let scene = try RevocationScene()
        let memory = IssuerCache(responders: ResponderCache(capacity: 2))
        let namesake = try TestAuthority("Stage Issuing", clock: scene.stage.clock.verificationClock)
        for _ in 0..<5 {
            let stranger = try namesake.issue("Responder", .ocspResponder)
            let response = try scene.issuing.ocspResponse(for: scene.alice, responder: stranger)
            assertUnknown(try verdicts(on: scene, response, memory: memory))
        }
        XCTAssertEqual(memory.responders.count, 0)
        for _ in 0..<3 {
            let responder = try scene.issuing.issue("Responder", .ocspResponder)
            let response = try scene.issuing.ocspResponse(for: scene.alice, responder: responder)
            assertAccepted(try verdicts(on: scene, response, memory: memory))
        }
        XCTAssertEqual(memory.responders.count, 2)
    }
}
