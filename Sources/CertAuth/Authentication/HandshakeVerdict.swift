// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The verdict of a handshake on a chain whose key is not proven yet. Nothing is fetched for it.
package enum HandshakeVerdict: Sendable {
    /// Accepted by the stored evidence.
    case accepted(ValidatedChain)
    /// The path is valid, but evidence about its revocation is missing that could be fetched. The client must be
    /// authenticated once it has proven its key, before its first request.
    case undecided(ValidatedChain)
    case refused(AuthenticationFailure, until: Timestamp?)
}

extension CertificateAuthenticator {
    /// The engine's verdict on a chain, without hooks, by the stored evidence.
    package func handshakeVerdict(on chain: PresentedChain) -> HandshakeVerdict {
        let found = verdicts.verdictByHeldEvidence(on: chain)
        switch found.verdict {
        case .accepted(let path): return .accepted(path)
        case .refused(let failure, let until):
            guard !found.isFinal, let path = pathWithoutStatus(for: chain) else {
                return .refused(failure, until: until)
            }
            return .undecided(path)
        }
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
