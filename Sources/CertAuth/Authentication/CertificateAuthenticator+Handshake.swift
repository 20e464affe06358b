// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension CertificateAuthenticator {
    /// The engine's verdict on a chain whose key is not proven yet, without hooks, by the stored evidence.
    ///
    /// A path is also accepted if evidence about its revocation is missing that could be fetched. Therefore the client
    /// must be authenticated once it has proven its key, before its first request.
    package func provisionalVerdict(on chain: PresentedChain) -> ValidationVerdict {
        let record = verdicts.verdictByHeldEvidence(on: chain)
        guard !record.isFinal, record.path == nil, let path = pathWithoutStatus(for: chain) else {
            return record.verdict
        }
        return .accepted(path)
    }

    /// The path that is valid except for an unknown revocation status; nil if anything else is wrong.
    private func pathWithoutStatus(for chain: PresentedChain) -> ValidatedChain? {
        var options = options
        options.unknownRevocation = .allow
        options.revocation.unknownAnswers = [:]
        let engine = ValidationEngine(verdicts.policy.engine, revocationRulesOf: options)
        let digests = chain.derEncoded.compactMap { try? DigestAlgorithm.sha256.digest($0) }
        let evidence = verdicts.evidence(about: digests).evidence()
        let verdict = engine.verdict(for: chain, evidence: evidence, at: options.clock.now())
        guard case .accepted(let path) = verdict else { return nil }
        return path
    }
}
