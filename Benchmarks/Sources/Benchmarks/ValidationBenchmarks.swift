// SPDX-License-Identifier: Apache-2.0
// Validation: cold, with warm issuers, and cached; on one thread and on two.

import BenchmarkInput
import CertAuth

/// Measures `CertificateAuthenticator.validate` beside libcrypto and swift-certificates.
struct ValidationBenchmarks {
    let measurement: Measurement
    static let libcrypto = "libcrypto"
    static let peer = "swift-certificates"
    private static let wholeChain = "libcrypto, issuer hashed too"

    func run(into report: inout Report) throws {
        for (name, kind) in Hierarchy.kinds {
            let hierarchy = try Hierarchy(kind)
            try uncached(name, hierarchy, into: &report)
            try threads(name, hierarchy, into: &report)
            try cached(name, hierarchy, into: &report)
        }
    }

    private func uncached(_ name: String, _ hierarchy: Hierarchy, into report: inout Report) throws {
        let peer = try SwiftCertificatesPeer(hierarchy)
        let warm = try hierarchy.authenticator()
        let turn = Tally()
        let contenders = [
            Contender(Self.libcrypto) { count, offset in
                let reference = LibcryptoReference(hierarchy)
                return (offset..<offset + count).count { reference.validate(hierarchy.leaf($0)) }
            },
            Contender("libcrypto, issuers parsed once") { count, offset in
                let reference = LibcryptoReference(hierarchy)
                return (offset..<offset + count).count { reference.validateWarm(hierarchy.leaf($0)) }
            },
            Contender("one signature check") { count, _ in
                let reference = LibcryptoReference(hierarchy)
                return (0..<count).count { _ in reference.checkSignature() }
            },
            Contender(Self.peer, run: peer.validate),
        ]
        let others = try ForeignValidator.all(hierarchy, kind: name)
        let own = [
            Contender("CertAuth, cold") { _ in Self.accepts(warm, hierarchy.coldChain(turn.next())) },
            Contender("CertAuth, warm issuers") { Self.accepts(warm, hierarchy.chain($0)) },
        ]
        let all = contenders + others.map(\.contender) + own
        let costs = measurement.measure(all)
        let references = [Self.libcrypto, Self.peer, "one signature check"] + others.map(\.name)
        report.add("validate \(name)", contenders: all, costs: costs, references: references)
    }

    private func threads(_ name: String, _ hierarchy: Hierarchy, into report: inout Report) throws {
        let warm = try hierarchy.authenticator()
        let run: @Sendable (Int) -> Bool = { Self.accepts(warm, hierarchy.chain($0)) }
        let reference: @Sendable (Int, Int) -> Int = { count, offset in
            let reference = LibcryptoReference(hierarchy)
            return (offset..<offset + count).count { reference.validate(hierarchy.leaf($0)) }
        }
        let pairs = [
            [
                Contender("libcrypto, 1 thread", run: reference),
                Contender("libcrypto, 2 threads", threads: 2, run: reference),
            ],
            [Contender("CertAuth, 1 thread", each: run), Contender("CertAuth, 2 threads", threads: 2, each: run)],
        ]
        for pair in pairs {
            let costs = measurement.measure(pair)
            report.add("scaling \(name)", contenders: pair, costs: costs, references: [pair[0].name])
        }
    }

    private func cached(_ name: String, _ hierarchy: Hierarchy, into report: inout Report) throws {
        let cache = LRUCertificateValidationCache(capacity: 2048)
        let authenticator = try hierarchy.authenticator(cache: cache)
        let chains = hierarchy.leaves.indices.compactMap { index in
            PresentedChain(derEncoded: hierarchy.chain(index), source: .tls)
        }
        for chain in chains { _ = authenticator.validate(chain) }
        let contenders = [
            Contender(Self.libcrypto) { count, offset in
                let reference = LibcryptoReference(hierarchy)
                hierarchy.leaves.forEach(reference.remember)
                return (offset..<offset + count).count { reference.lookUp(hierarchy.leaf($0)) }
            },
            Contender(Self.wholeChain) { count, offset in
                let reference = LibcryptoReference(hierarchy)
                hierarchy.leaves.forEach(reference.remember)
                return (offset..<offset + count).count { reference.lookUpChain(hierarchy.leaf($0)) }
            },
            Contender("CertAuth") { Self.accepts(authenticator, chains[$0 % chains.count]) },
        ]
        let costs = measurement.measure(contenders)
        let references = [Self.libcrypto, Self.wholeChain]
        report.add("cached \(name)", contenders: contenders, costs: costs, references: references)
    }

    private static func accepts(_ authenticator: CertificateAuthenticator, _ chain: [[UInt8]]) -> Bool {
        guard let presented = PresentedChain(derEncoded: chain, source: .tls) else { return false }
        return accepts(authenticator, presented)
    }

    private static func accepts(_ authenticator: CertificateAuthenticator, _ chain: PresentedChain) -> Bool {
        if case .accepted = authenticator.validate(chain) { true } else { false }
    }
}
