// SPDX-License-Identifier: Apache-2.0
// The same question, answered by plain and by tuned verification.

import CertAuth
import CertAuthOpenSSL

/// A validation as bytes, so that each way of verification decodes the certificates itself.
struct BothWays {
    /// Leaf first.
    var presented: [[UInt8]]
    var anchors: [[UInt8]]
    var additional: [[UInt8]] = []
    var revocationLists: [[UInt8]] = []
    var moment = Stage.moment
    /// Changes a policy without revocation.
    var change: (inout CertificateAuthenticationOptions) -> Void = { _ in }

    /// The verdicts of tuned and of plain verification, over certificates that either of them has decoded, each without and
    /// with issuers remembered.
    func verdicts() throws -> [ValidationVerdict] {
        var verdicts: [ValidationVerdict] = []
        for isDecodingTuned in [true, false] {
            let (engine, evidence) = try Tuning.with(isOn: isDecodingTuned) { (try self.engine(), try self.evidence()) }
            for isOn in [true, false] {
                // The second time issuers are remembered.
                for _ in 0..<2 {
                    guard let chain = PresentedChain(derEncoded: presented, source: .tls) else { continue }
                    let verdict = Tuning.with(isOn: isOn) { engine.verdict(for: chain, evidence: evidence, at: moment) }
                    verdicts.append(verdict)
                }
            }
        }
        return verdicts
    }

    private func engine() throws -> ValidationEngine {
        let trust = try TrustStore(certificates: anchors.map { try Certificate(derEncoded: $0) })
        var options = CertificateAuthenticationOptions(trust: .custom(trust))
        options.revocationMode = .noCheck
        options.additionalChainCertificates = try additional.map { try Certificate(derEncoded: $0) }
        change(&options)
        return ValidationEngine(options: options, trust: trust)
    }

    private func evidence() throws -> RevocationEvidence {
        RevocationEvidence(
            revocationLists: try revocationLists.map { try CertificateRevocationList(derEncoded: $0) }
        )
    }
}
