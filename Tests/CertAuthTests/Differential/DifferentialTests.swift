// SPDX-License-Identifier: Apache-2.0
// CertAuth and plain X509_verify_cert on generated hierarchies: each difference has a rule.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class DifferentialTests: XCTestCase {
    func test_every_difference_from_plain_OpenSSL_is_explained_by_a_rule_and_every_rule_is_needed() throws {
        let keys = try (0..<8).map { _ in try TestKey.generate() }
        var explained: [String: Int] = [:]
        var agreements = (accepted: 0, refused: 0)
        for seed in 0..<UInt64(1_000) {
            let hierarchy = try GeneratedHierarchy(seed: seed, keys: keys)
            let difference = try difference(on: hierarchy)
            guard (difference.accepted == nil) != (difference.untuned != nil) else {
                if difference.accepted == nil { agreements.refused += 1 } else { agreements.accepted += 1 }
                continue
            }
            guard let rule = DifferenceRule.all.first(where: { $0.explains(difference) }) else {
                XCTFail("seed \(seed): \(difference.verdict), OpenSSL: \(String(describing: difference.untuned))")
                continue
            }
            explained[rule.name, default: 0] += 1
        }
        print("\(agreements.accepted) accepted by both, \(agreements.refused) refused by both")
        for rule in DifferenceRule.all {
            print("\(explained[rule.name] ?? 0) times: \(rule.name)")
            XCTAssertEqual(explained[rule.name] != nil, try rule.isNeeded(), rule.name)
        }
        XCTAssertGreaterThan(agreements.accepted, 100)
        XCTAssertGreaterThan(agreements.refused, 100)
    }

    /// Returns both results for a hierarchy.
    private func difference(on hierarchy: GeneratedHierarchy) throws -> Difference {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: hierarchy.anchors))
        )
        options.clock = VerificationClock { GeneratedHierarchy.now }
        options.revocationMode = .noCheck
        let chain = [hierarchy.leaf] + hierarchy.pool
        let authenticator = try CertificateAuthenticator(options: options, logger: .silent)
        let presented = try XCTUnwrap(PresentedChain(derEncoded: chain.map(\.derEncoded), source: .tls))
        let verdict = authenticator.validate(presented)
        var alone: VerifyError?
        if case .accepted(let path) = verdict {
            alone = try untuned(hierarchy.leaf, path.certificates.dropFirst().dropLast(), [path.anchor])
        }
        return Difference(
            hierarchy: hierarchy,
            verdict: verdict,
            untuned: try untuned(hierarchy.leaf, hierarchy.pool[...], hierarchy.anchors),
            alone: alone
        )
    }

    private func untuned(
        _ leaf: Certificate,
        _ pool: ArraySlice<Certificate>,
        _ anchors: [Certificate]
    ) throws -> VerifyError? {
        try OpenSSLChainVerification(
            leaf: leaf.handle,
            pool: pool.map(\.handle),
            anchors: anchors.map(\.handle),
            time: GeneratedHierarchy.now.secondsSince1970
        ).run()
    }
}
