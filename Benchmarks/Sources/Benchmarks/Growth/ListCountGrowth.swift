// SPDX-License-Identifier: Apache-2.0
// By number of CRLs of different issuers.

import BenchmarkInput
import CertAuth
import CertAuthTesting

/// Measures validations beside many CRLs.
struct ListCountGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let set = GrowthFigure(name: "setting the evidence", unit: "CPU ms")
    private static let validation = GrowthFigure(
        name: "validation, not cached",
        unit: "CPU us",
        before: [1_000: 180],
        goal: .timesSmallest(1.2)
    )
    private static let hit = GrowthFigure(
        name: "cached verdict",
        unit: "CPU us",
        before: [1: 1.8, 1_000: 13.6],
        goal: .timesSmallest(1.2)
    )
    private static let memory = GrowthFigure(name: "memory of a CRL without entries", unit: "KiB")

    func run(into report: inout GrowthReport) throws {
        report.begin("CRLs of different issuers", size: "CRLs, one of each issuer")
        let hierarchy = try GrowthHierarchy()
        let options = hierarchy.options(.custom(try TrustStore(certificates: [hierarchy.root.anchor])))
        // The client's issuer is the first one; the root's list is not counted.
        let key = try TestKey.generate()
        for count in sizes.numbers(small: [1, 100, 1_000], full: [10_000]) {
            report.progress("\(count)")
            let encoded = try (1..<max(1, count)).map { index in
                try hierarchy.root.intermediate("Growth Issuing \(index)", key: key).revocationList().derEncoded
            }
            let (bytes, lists) = try GrowthMeasurement.keptBytes {
                try encoded.map { try CertificateRevocationList(derEncoded: Array($0)) } + hierarchy.lists
            }
            let plain = try CertificateAuthenticator.silent(options: options)
            let cached = try CertificateAuthenticator.silent(options: options, cache: LRUCertificateValidationCache())
            let evidence = RevocationEvidence(revocationLists: lists)
            report.add(Self.set, count, GrowthMeasurement.milliseconds { plain.revocationEvidence = evidence }.0)
            cached.revocationEvidence = evidence
            report.add(
                Self.validation,
                count,
                GrowthMeasurement.microseconds("validation") { _ in plain.accepts(hierarchy.client) }
            )
            report.add(
                Self.hit,
                count,
                GrowthMeasurement.microseconds("cached verdict") { _ in cached.accepts(hierarchy.client) }
            )
            if count >= 100 { report.add(Self.memory, count, bytes / Double(count) / 1024) }
        }
    }
}
