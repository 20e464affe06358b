// SPDX-License-Identifier: Apache-2.0
// The verdict cache: hits, misses with eviction, and two threads.

import BenchmarkInput
import CertAuth
import CertAuthTesting

/// Measures the cache through `CertificateAuthenticator.validate`, with refusals that cost next to nothing to reach.
struct CacheBenchmarks {
    let measurement: Measurement

    func run(into report: inout Report) throws {
        let hierarchy = try Hierarchy(.p256)
        let chains = hierarchy.leaves.indices.compactMap { index in
            PresentedChain(derEncoded: hierarchy.chain(index), source: .tls)
        }
        for capacity in [2048, 65536] {
            let cache = LRUCertificateValidationCache(capacity: capacity)
            let authenticator = try hierarchy.authenticator(cache: cache)
            for chain in chains { _ = authenticator.validate(chain) }
            let hit: @Sendable (Int) -> Bool = { Self.accepts(authenticator, chains[$0 % chains.count]) }
            let contenders = [Contender("1 thread", each: hit), Contender("2 threads", threads: 2, each: hit)]
            let costs = measurement.measure(contenders)
            report.add("hit, capacity \(capacity)", contenders: contenders, costs: costs, references: ["1 thread"])
        }
        try misses(hierarchy, chains, into: &report)
    }

    private func misses(_ hierarchy: Hierarchy, _ chains: [PresentedChain], into report: inout Report) throws {
        let small = LRUCertificateValidationCache(capacity: 16)
        let evicting = try hierarchy.authenticator(cache: small)
        let uncached = try hierarchy.authenticator()
        let contenders = [
            Contender("no cache") { Self.accepts(uncached, chains[$0 % chains.count]) },
            Contender("miss with eviction") { Self.accepts(evicting, chains[$0 % chains.count]) },
        ]
        let costs = measurement.measure(contenders)
        report.add("miss, P-256", contenders: contenders, costs: costs, references: ["no cache"])
    }

    private static func accepts(_ authenticator: CertificateAuthenticator, _ chain: PresentedChain) -> Bool {
        if case .accepted = authenticator.validate(chain) { true } else { false }
    }
}
