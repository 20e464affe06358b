// SPDX-License-Identifier: Apache-2.0
// By number of delta CRLs of one issuer.

import BenchmarkInput
import CertAuth
import CertAuthTesting

/// Measures validations with a base CRL and many deltas.
struct DeltaGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let validation = GrowthFigure(
        name: "validation, not cached",
        unit: "CPU us",
        before: [100: 218],
        goal: .timesSmallest(1.2)
    )

    func run(into report: inout GrowthReport) throws {
        report.begin("Delta CRLs", size: "delta CRLs of one base CRL")
        let hierarchy = try GrowthHierarchy()
        let options = hierarchy.options(.custom(try TrustStore(certificates: [hierarchy.root.anchor])))
        for count in sizes.numbers(small: [0, 1, 10, 100], full: [1_000]) {
            report.progress("\(count)")
            let deltas = try (0..<count).map { index in
                let delta = try hierarchy.issuing.revocationList(number: 2 + index) {
                    $0.extensions.append(.custom("2.5.29.27", critical: true, value: [2, 1, 1]))
                }
                return try CertificateRevocationList(derEncoded: delta.derEncoded)
            }
            let authenticator = try CertificateAuthenticator.silent(options: options)
            authenticator.revocationEvidence = RevocationEvidence(revocationLists: hierarchy.lists + deltas)
            report.add(
                Self.validation,
                count,
                GrowthMeasurement.microseconds("validation") { _ in authenticator.accepts(hierarchy.client) }
            )
        }
    }
}
