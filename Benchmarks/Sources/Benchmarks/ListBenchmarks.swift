// SPDX-License-Identifier: Apache-2.0
// Loading and look-up of CRLs with 10, 10,000 and 1,000,000 entries.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthTesting
import Foundation

/// Measures `CertificateRevocationList` beside `d2i_X509_CRL` and `X509_CRL_get0_by_serial`.
struct ListBenchmarks {
    let measurement: Measurement
    private static let reference = "libcrypto"

    func run(into report: inout Report) throws {
        let authority = try TestAuthority("Bench List Root")
        for count in [10, 10_000, 1_000_000] {
            let list = try ListedSerials.list(of: authority, count: count)
            // Certificates that are on the list.
            let listed = try (0..<min(count, 64)).map { index in
                let number = ListedSerials.number(index * (count / min(count, 64)))
                return (number, try authority.issue("revoked") { $0.serialNumber = number }.certificate.serialNumber)
            }
            let ours = try CertificateRevocationList(derEncoded: list)
            guard let theirs = ParsedList(list) else { continue }
            let loads = [
                Contender(Self.reference) { _ in ParsedList(list) != nil },
                Contender("CertAuth") { _ in (try? CertificateRevocationList(derEncoded: list))?.count == count },
            ]
            report.add(
                "CRL of \(count), load",
                contenders: loads,
                costs: measurement.measure(loads),
                references: [Self.reference]
            )
            let lookUps = [
                Contender(Self.reference) { theirs.holds(listed[$0 % listed.count].0) },
                Contender("CertAuth") { ours.entry(for: listed[$0 % listed.count].1) != nil },
            ]
            report.add(
                "CRL of \(count), look-up",
                contenders: lookUps,
                costs: measurement.measure(lookUps),
                references: [Self.reference]
            )
            if count == 1_000_000 { try memory(of: list, named: "CRL of \(count)", into: &report) }
        }
    }

    private func memory(of list: [UInt8], named name: String, into report: inout Report) throws {
        let file = NSTemporaryDirectory() + "certauth-bench-\(UUID().uuidString).der"
        try Data(list).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let rounds = 0..<measurement.rounds
        let theirs = try rounds.map { _ in try ListMemory.measure(.libcrypto, file: file) }
        let ours = try rounds.map { _ in try ListMemory.measure(.certAuth, file: file) }
        for (part, figure) in [("kept", \ListMemory.Need.kept), ("while loading", \ListMemory.Need.peak)] {
            let reference = (Self.reference, theirs.map { $0[keyPath: figure] })
            report.add("\(name), memory \(part)", contender: Self.reference, kibibytes: reference.1)
            report.add(
                "\(name), memory \(part)",
                contender: "CertAuth",
                kibibytes: ours.map { $0[keyPath: figure] },
                reference: reference
            )
        }
    }
}
