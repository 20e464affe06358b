// SPDX-License-Identifier: Apache-2.0
// By number of entries of a CRL.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthTesting
import Foundation

/// Measures loading, look-up and memory of CRLs.
struct ListLengthGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let load = GrowthFigure(
        name: "loading",
        unit: "CPU ms",
        goal: .atMostAt(1_000_000, 250)
    )
    private static let lookUp = GrowthFigure(name: "look-up", unit: "CPU us", goal: .atMost(0.5))
    private static let kept = GrowthFigure(
        name: "memory kept",
        unit: "MiB",
        goal: .atMostAt(1_000_000, 40_000_000.0 / 1024 / 1024)
    )
    private static let peak = GrowthFigure(name: "memory at the peak of loading", unit: "MiB")

    func run(into report: inout GrowthReport) throws {
        report.begin("CRL entries", size: "entries of one CRL, with serial numbers of 16 bytes")
        let authority = try TestAuthority("Growth List Root")
        let folder = try TemporaryDirectory()
        let file = URL(fileURLWithPath: "\(folder.path)/list.der")
        for count in sizes.numbers(small: [1, 1_000, 100_000], full: [1_000_000], huge: [10_000_000]) {
            report.progress("\(count)")
            try Data(ListedSerials.list(of: authority, count: count)).write(to: file)
            let listed = try authority.issue("revoked") { $0.serialNumber = ListedSerials.number(count / 2) }
            let number = try listed.certificate.serialNumber
            certauth_release_free_memory()
            let (peak, (bytes, list)) = try GrowthMeasurement.peakKibibytes {
                try GrowthMeasurement.keptBytes {
                    try CertificateRevocationList(derEncoded: [UInt8](Data(contentsOf: file)))
                }
            }
            let der = [UInt8](try Data(contentsOf: file))
            let load = try GrowthMeasurement.microseconds("loading") { _ in
                try CertificateRevocationList(derEncoded: der).count == count
            }
            report.add(Self.load, count, load / 1e3)
            report.add(
                Self.lookUp,
                count,
                GrowthMeasurement.microseconds("look-up") { _ in list.entry(for: number) != nil }
            )
            guard count >= 1_000 else { continue }
            report.add(Self.kept, count, bytes / 1024 / 1024)
            report.add(Self.peak, count, peak / 1024)
        }
    }
}
