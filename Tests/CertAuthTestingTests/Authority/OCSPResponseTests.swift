// SPDX-License-Identifier: Apache-2.0
// `openssl ocsp` reads the OCSP responses of the kit.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class OCSPResponseTests: XCTestCase {
    private struct Scene {
        let root: TestAuthority
        let issuing: TestAuthority
        let alice: TestIdentity

        init() throws {
            root = try TestAuthority("Root")
            issuing = try root.intermediate("Issuing")
            alice = try issuing.issue("alice")
        }
    }

    private func ask(_ scene: Scene, _ response: [UInt8]) throws -> OpenSSLCommand.Answer {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let leaf = try scene.alice.write(to: folder, as: "leaf")
        let issuer = try scene.issuing.identity.write(to: folder, as: "issuer")
        let path = try folder.write(response, as: "response.der")
        return try openssl.run(
            "ocsp",
            "-respin",
            path,
            "-issuer",
            issuer.certificate,
            "-cert",
            leaf.certificate,
            "-CAfile",
            leaf.anchor,
            "-verify_other",
            issuer.certificate
        )
    }

    private func assertVerified(_ answer: OpenSSLCommand.Answer, _ status: String, line: UInt = #line) {
        XCTAssertTrue(answer.errors.contains("Response verify OK"), answer.errors, line: line)
        XCTAssertTrue(answer.words.contains(": \(status) This Update:"), answer.output, line: line)
    }

    func test_good_revoked_and_unknown_are_read() throws {
        let scene = try Scene()
        assertVerified(try ask(scene, scene.issuing.ocspResponse(for: scene.alice)), "good")
        assertVerified(try ask(scene, scene.issuing.ocspResponse(for: scene.alice, .unknown)), "unknown")
        let time = Timestamp(secondsSince1970: 1_700_000_000)
        let revoked = try ask(scene, scene.issuing.ocspResponse(for: scene.alice, .revoked(at: time, reason: 1)))
        XCTAssertTrue(revoked.errors.contains("Response verify OK"), revoked.errors)
        XCTAssertTrue(revoked.words.contains(": revoked This Update:"), revoked.output)
        XCTAssertTrue(revoked.words.contains("Reason: keyCompromise Revocation Time: Nov 14 22:13:20 2023 GMT"))
    }

    func test_a_delegated_responder_is_accepted_and_one_without_the_purpose_refused() throws {
        let scene = try Scene()
        let responder = try scene.issuing.issue("Responder", .ocspResponder)
        let accepted = try ask(scene, scene.issuing.ocspResponse(for: scene.alice, responder: responder))
        assertVerified(accepted, "good")
        let impostor = try scene.issuing.issue("Responder", .client)
        let refused = try ask(scene, scene.issuing.ocspResponse(for: scene.alice, responder: impostor))
        XCTAssertTrue(refused.errors.contains("Response Verify Failure"), refused.errors)
        XCTAssertTrue(refused.errors.contains("missing ocspsigning usage"), refused.errors)
    }

    func test_a_damaged_or_forged_signature_is_refused() throws {
        let scene = try Scene()
        let spoilt = try scene.issuing.ocspResponse(for: scene.alice) { $0.signatureDefect = .flippedBit }
        XCTAssertTrue(try ask(scene, spoilt).errors.contains("Response Verify Failure"))
        let forged = try scene.issuing.ocspResponse(for: scene.alice) { $0.signingKey = try TestKey.generate() }
        XCTAssertTrue(try ask(scene, forged).errors.contains("Response Verify Failure"))
    }

    func test_an_answer_for_another_certificate_is_ignored() throws {
        let scene = try Scene()
        let bob = try scene.issuing.issue("bob")
        let answer = try ask(scene, scene.issuing.ocspResponse(for: bob))
        XCTAssertTrue(answer.words.contains("ERROR: No Status found."), answer.output)
    }

    func test_a_responder_that_declines_sends_only_its_status() throws {
        let scene = try Scene()
        let response = try scene.issuing.ocspResponse(for: scene.alice) { $0.responseStatus = 3 }
        XCTAssertEqual(response, [0x30, 0x03, 0x0A, 0x01, 0x03])
        XCTAssertTrue(try ask(scene, response).words.contains("Responder Error: trylater (3)"))
    }

    func test_the_identifier_takes_sha256_on_request() throws {
        let scene = try Scene()
        let identifier = try OCSPCertificateIdentifier(serialNumber: [1], issuer: scene.issuing, digest: .sha256)
        XCTAssertEqual(identifier.issuerNameHash.count, 32)
        XCTAssertEqual(identifier.issuerKeyHash.count, 32)
    }

    func test_a_request_of_openssl_is_answered_with_its_nonce() throws {
        let scene = try Scene()
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let leaf = try scene.alice.write(to: folder, as: "leaf")
        let issuer = try scene.issuing.identity.write(to: folder, as: "issuer")
        for digest in ["-sha1", "-sha256"] {
            let question = folder.path(of: "request.der")
            let asked = try openssl.run(
                "ocsp",
                "-reqout",
                question,
                digest,
                "-issuer",
                issuer.certificate,
                "-cert",
                leaf.certificate
            )
            XCTAssertEqual(asked.exitCode, 0, asked.errors)
            let request = try ReceivedOCSPRequest(derEncoded: Array(Data(contentsOf: URL(fileURLWithPath: question))))
            XCTAssertEqual(request.certificates.map(\.serialNumber), [scene.alice.serialNumber])
            let answer = try folder.write(scene.issuing.ocspResponse(to: request) { _ in .good }, as: "response.der")
            let read = try openssl.run(
                // Without -no_nonce, openssl adds a new nonce to the request that it reads.
                "ocsp",
                "-reqin",
                question,
                "-no_nonce",
                "-respin",
                answer,
                "-issuer",
                issuer.certificate,
                "-CAfile",
                leaf.anchor,
                "-verify_other",
                issuer.certificate,
                digest,
                "-cert",
                leaf.certificate
            )
            assertVerified(read, "good")
            XCTAssertNotNil(request.nonce)
            XCTAssertFalse(read.errors.contains("no nonce"), read.errors)
            let stranger = try scene.root.ocspResponse(to: request) { _ in .good }
            let strangerPath = try folder.write(stranger, as: "stranger.der")
            let unknown = try openssl.run("ocsp", "-respin", strangerPath, "-resp_text", "-noverify")
            XCTAssertTrue(unknown.words.contains("Cert Status: unknown"), unknown.output)
        }
    }

    func test_a_request_cut_short_is_refused() {
        XCTAssertThrowsError(try ReceivedOCSPRequest(derEncoded: [0x30, 0x03, 0x30])) { error in
            XCTAssertEqual((error as? DERError)?.reason, .truncated)
        }
    }
}
