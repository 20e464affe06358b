// SPDX-License-Identifier: Apache-2.0
// Which sets of evidence have the same generation.

import XCTest

@testable import CertAuth

final class EvidenceGenerationTests: XCTestCase {
    private let digests: [[UInt8]] = (0..<3).map { [UInt8](repeating: $0, count: 32) }

    func test_the_same_statements_in_another_order_have_the_same_generation() {
        XCTAssertEqual(EvidenceGeneration(of: digests), EvidenceGeneration(of: digests.reversed()))
        XCTAssertNotEqual(EvidenceGeneration(of: digests), EvidenceGeneration(of: Array(digests.dropLast())))
    }

    func test_no_statements_have_the_generation_of_none() {
        XCTAssertEqual(EvidenceGeneration(of: []), .none)
        XCTAssertEqual(RevocationEvidence.none.generation, .none)
        XCTAssertNotEqual(EvidenceGeneration(of: [digests[0]]), .none)
    }

    func test_joined_evidence_has_another_generation_than_each_part() {
        let (left, right) = (EvidenceGeneration(of: [digests[0]]), EvidenceGeneration(of: [digests[1]]))
        XCTAssertEqual(left.joined(with: .none, []), left)
        let joined = [
            left.joined(with: right, []), right.joined(with: left, []), left.joined(with: .none, [digests[1]]),
            left.joined(with: right, [digests[2]]),
        ]
        XCTAssertEqual(Set(joined + [left, right, .none]).count, 7)
    }

    func test_a_generation_takes_32_bytes_however_many_statements_there_are() {
        XCTAssertEqual(MemoryLayout<EvidenceGeneration>.size, 32)
    }
}
