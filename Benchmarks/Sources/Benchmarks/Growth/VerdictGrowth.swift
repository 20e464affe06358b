// SPDX-License-Identifier: Apache-2.0
// By number of verdicts in the cache.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthTesting
import Foundation
import Synchronization

/// Measures memory, hits and removals of `LRUCertificateValidationCache`.
struct VerdictGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let memory = GrowthFigure(
        name: "memory of a verdict",
        unit: "KiB",
        before: [10_000: 9.2],
        goal: .atMost(1)
    )
    private static let hit = GrowthFigure(name: "cached verdict", unit: "CPU us", goal: .timesSmallest(2))
    private static let removal = GrowthFigure(
        name: "removal of the verdicts about one certificate",
        unit: "CPU us",
        before: [1_000_000: 1_200_000],
        goal: .timesSmallest(4)
    )
    private static let release = GrowthFigure(name: "removal of all verdicts", unit: "CPU ms")

    func run(into report: inout GrowthReport) throws {
        report.begin("Cached verdicts", size: "verdicts on different clients of one issuer")
        let hierarchy = try GrowthHierarchy()
        var options = hierarchy.options(.custom(try TrustStore(certificates: [hierarchy.root.anchor])))
        options.revocationMode = .noCheck
        for count in sizes.numbers(small: [1_000, 10_000], full: [100_000], huge: [1_000_000]) {
            report.progress("\(count)")
            certauth_release_free_memory()
            let cache = LRUCertificateValidationCache(
                capacity: count + count / 4,
                byteCapacity: .max / 64,
                entryExpiration: .seconds(3_600)
            )
            let authenticator = try CertificateAuthenticator.silent(options: options, cache: cache)
            precondition(authenticator.accepts(hierarchy.client), "the client is not accepted")
            let before = GrowthMeasurement.stableLiveBytes()
            let kept = fill(count, authenticator, hierarchy.issuing)
            report.add(Self.memory, count, (GrowthMeasurement.stableLiveBytes() - before) / Double(count) / 1024)
            let samples = kept.compactMap { PresentedChain(derEncoded: $0, source: .tls) }
            report.add(
                Self.hit,
                count,
                GrowthMeasurement.microseconds("hit") { authenticator.accepts(samples[$0 % samples.count]) }
            )
            let certificates = try kept.map { try Certificate(derEncoded: $0[0]) }
            let (removed, number) = GrowthMeasurement.milliseconds {
                certificates.reduce(0) { $0 + cache.removeVerdicts(involving: $1) }
            }
            precondition(number == certificates.count, "\(number) verdicts were removed")
            report.add(Self.removal, count, removed * 1e3 / Double(number))
            report.add(Self.release, count, GrowthMeasurement.milliseconds { cache.removeAll() }.0)
        }
    }

    /// Validates so many clients, on all cores; returns the chains of 50 of them.
    private func fill(_ count: Int, _ authenticator: CertificateAuthenticator, _ issuing: TestAuthority) -> [[[UInt8]]]
    {
        let threads = 2
        let kept = Mutex<[[[UInt8]]]>([])
        let keys = (0..<8).compactMap { _ in try? TestKey.generate() }
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            for index in stride(from: thread, to: count, by: threads) {
                guard let client = try? issuing.issue("client-\(index)", key: keys[index % keys.count]),
                    let chain = PresentedChain(derEncoded: client.chain, source: .tls), authenticator.accepts(chain)
                else { preconditionFailure("client \(index) is not accepted") }
                if index % (count / 50) == 0 { kept.withLock { $0.append(client.chain) } }
            }
        }
        return kept.withLock { $0 }
    }
}
