// SPDX-License-Identifier: Apache-2.0
// A short valid path is found in few steps, however large the mesh around it is.

import CertAuth
import CertAuthTesting
import XCTest

final class SearchGrowthTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// The steps to the first path of a client of CA 0, in a mesh whose CA 7 the root has certified.
    private func steps(inMeshOf count: Int, _ order: ([Certificate]) -> [Certificate]) throws -> Int {
        let mesh = try FullMesh(of: count, clock: stage.clock.verificationClock) { "Mesh \($0)" }
        let entry = try stage.root.crossSign(mesh.authorities[7]).certificate
        var builder = PathBuilder(
            leaf: try mesh.authorities[0].issue("alice").certificate,
            intermediates: order(mesh.all + [entry]),
            trust: try TrustStore(certificates: [stage.root.certificate]),
            now: stage.clock.now,
            limits: ValidationLimits()
        )
        XCTAssertEqual(try XCTUnwrap(builder.next()).certificates.count, 4)
        return builder.steps
    }

    func test_a_path_of_four_needs_steps_in_proportion_to_the_issuers_of_one_certificate() throws {
        for order in [{ $0 }, { $0.reversed() }] as [([Certificate]) -> [Certificate]] {
            // Each certificate of the mesh has one issuer in each other CA. 32 steps precede the directed search.
            for count in [8, 20, 40] {
                let found = try steps(inMeshOf: count, order)
                XCTAssertLessThanOrEqual(found, 32 + 2 * count, "\(count)")
            }
        }
    }
}
