// SPDX-License-Identifier: Apache-2.0
// Wycheproof's signature vectors, verified by the code that verifies certificates, CRLs and OCSP responses.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

@testable import CertAuth

final class WycheproofTests: XCTestCase {
    /// The results for one kind of key.
    private struct Figures {
        var valid = 0
        var invalid = 0
        var refusedThoughAcceptable = 0
    }

    func test_every_signature_is_verified_or_refused_as_the_vectors_say() throws {
        let root = try Stage().root
        for (name, suite) in try ConformanceVectors().signatures() where !name.hasPrefix("mldsa") {
            var figures = Figures()
            for group in suite.testGroups {
                let key = try XCTUnwrap(group.key, name)
                let signer = try root.issue("signer") { $0.subjectPublicKeyInfo = key }.certificate
                XCTAssertNil(signer.keyDefect, name)
                XCTAssertTrue(signer.handle.hasUsablePublicKey, name)
                let identifier = try XCTUnwrap(group.algorithmIdentifier(keyBytes: key.count), "\(name) \(group.type)")
                for vector in group.tests { try check(vector, identifier, by: signer, name, &figures) }
            }
            XCTAssertGreaterThan(figures.valid, 0, name)
            XCTAssertGreaterThan(figures.invalid, 0, name)
            print(
                "\(name): \(figures.valid) valid, \(figures.invalid) invalid, "
                    + "\(figures.refusedThoughAcceptable) acceptable and refused"
            )
        }
    }

    private func check(
        _ vector: WycheproofSuite.Vector,
        _ identifier: [UInt8],
        by signer: Certificate,
        _ name: String,
        _ figures: inout Figures
    ) throws {
        let expected = vector.result == "valid"
        let text = "\(name) \(vector.tcId) \(vector.flags) \(vector.comment)"
        switch vector.result {
        case "valid": figures.valid += 1
        case "invalid": figures.invalid += 1
        default:
            // These are listed in Docs/Conformance.md with their reasons.
            XCTAssertEqual(vector.flags, ["MissingNull"], text)
            figures.refusedThoughAcceptable += 1
        }
        let message = vector.message
        let signature = vector.signature
        let bytes = message + signature
        let position = 0..<message.count
        let value = message.count..<bytes.count
        // Certificates: the prepared key. Nil defers to OpenSSL, which happens only for invalid signatures.
        if let known = CertificateSignature.Algorithm(derEncoded: identifier) {
            let prepared = CertificateSignature(known, signedPart: position, value: value)
            let answer = signer.handle.verifies(prepared, in: bytes)
            if expected { XCTAssertEqual(answer, true, text) } else { XCTAssertNotEqual(answer, true, text) }
        }
        // CRLs and OCSP responses: the complete verification.
        var reader = DERReader(identifier)
        let algorithm = try AlgorithmIdentifier(from: &reader)
        let content = SignedContent(bytes: bytes, signed: position, algorithm: algorithm, signature: value)
        XCTAssertEqual(content.isSigned(by: signer), expected, text)
        // Verification without prepared keys and restricted contexts.
        let plain = try X509Certificate(der: signer.derEncoded)
        let verification = try XCTUnwrap(SignatureAlgorithm(algorithm)).verification
        XCTAssertEqual(verification.verifies(signature, over: message[...], by: plain), expected, text)
    }

    func test_ML_DSA_keys_are_refused_by_name() throws {
        let stage = try Stage()
        let authenticator = try stage.authenticator()
        var count = 0
        for (name, suite) in try ConformanceVectors().signatures() where name.hasPrefix("mldsa") {
            for key in Set(suite.testGroups.compactMap(\.key)) {
                let leaf = try stage.issuing.issue("alice") { $0.subjectPublicKeyInfo = key }
                let failure = assertRefused(
                    authenticator.validate(try XCTUnwrap(leaf.presented())),
                    .weakKey,
                    at: 0
                )
                XCTAssertTrue(failure?.message.contains("key algorithm 2.16.840.1.101.3.4.3.") ?? false, name)
                count += 1
            }
        }
        XCTAssertGreaterThan(count, 0)
    }
}
