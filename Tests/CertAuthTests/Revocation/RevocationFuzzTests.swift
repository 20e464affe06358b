// SPDX-License-Identifier: Apache-2.0
// Damaged lists and responses: always an answer, and the same one twice.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class RevocationFuzzTests: XCTestCase {
    private struct Vector: Decodable {
        let name: String
        let b64: String
    }

    /// The results of parsing and of a check, as text.
    private func answer(list der: [UInt8]) -> String {
        do {
            let list = try CertificateRevocationList(derEncoded: der)
            let entry = list.entry(for: SerialNumber(bytes: [1]))
            return "\(list.count) \(list.issuer) \(list.listedEntries.count) \(String(describing: entry))"
        } catch {
            return "\(error)"
        }
    }

    private func answer(response der: [UInt8]) -> String {
        do {
            let response = try OCSPResponse(derEncoded: der)
            return "\(response.entries) \(response.responderID)"
        } catch {
            return "\(error)"
        }
    }

    func test_mutated_lists_get_an_answer_and_never_a_listed_client_back() throws {
        var scene = try RevocationScene()
        var entries = [RevocationListTemplate.Entry(serialNumber: [1], revocationDate: Stage.moment, reason: 1)]
        entries[0].extensions.append(.certificateIssuer("Elsewhere"))
        let list = try scene.issuing.revocationList(entries: entries).derEncoded
        var mutator = Mutator(seed: 4)
        for _ in 0..<3_000 {
            let damaged = mutator.mutated(list)
            XCTAssertEqual(answer(list: damaged), answer(list: damaged))
        }
        let revoking = try scene.issuing.revocationList(revoked: [scene.alice]).derEncoded
        for _ in 0..<500 {
            let damaged = mutator.mutated(revoking)
            guard damaged != revoking, (try? CertificateRevocationList(derEncoded: damaged)) != nil else { continue }
            scene.lists = [TestRevocationList(derEncoded: damaged)]
            XCTAssertNotEqual(try scene.word(), "good")
        }
    }

    func test_mutated_responses_get_an_answer_and_never_turn_good() throws {
        var scene = try RevocationScene()
        let responder = try scene.issuing.issue("Responder", .ocspResponder)
        let response = try scene.issuing.ocspResponse(for: scene.alice, .unknown, responder: responder)
        var mutator = Mutator(seed: 5)
        for round in 0..<3_000 {
            let damaged = mutator.mutated(response)
            XCTAssertEqual(answer(response: damaged), answer(response: damaged))
            guard round < 500, (try? OCSPResponse(derEncoded: damaged)) != nil else { continue }
            scene.responses = [damaged]
            XCTAssertNotEqual(try scene.word(), "good")
        }
    }

    func test_foreign_malformed_lists_get_the_same_answer_twice() throws {
        let folder = ProcessInfo.processInfo.environment["CERTAUTH_VECTORS"] ?? "../shared/conformance"
        let path = "\(folder)/corpus/openssl-crl.jsonl"
        guard FileManager.default.fileExists(atPath: path) else {
            throw XCTSkip("no test vectors at \(folder): set CERTAUTH_VECTORS, see Docs/Conformance.md")
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        var count = 0
        for line in lines {
            let vector = try JSONDecoder().decode(Vector.self, from: Data(line.utf8))
            let der = Array(try XCTUnwrap(Data(base64Encoded: vector.b64)))
            let first = answer(list: der)
            XCTAssertEqual(first, answer(list: der), vector.name)
            _ = answer(response: der)
            if vector.name.hasSuffix(":trailing") {
                XCTAssertThrowsError(try CertificateRevocationList(derEncoded: der), vector.name)
            }
            count += 1
        }
        XCTAssertGreaterThan(count, 100)
    }
}
