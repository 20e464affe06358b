// SPDX-License-Identifier: Apache-2.0
// Whether a verdict still holds after a wait, asked in this order: revoked by hand, validity, evidence.

/// Whether a verdict still holds.
enum VerdictStanding {
    /// It does; the number of changes that it was compared with.
    case holds(changes: Int)
    /// The certificate was revoked by hand.
    case revoked(AuthenticationFailure)
    /// It must be made again, and the hook asked again if the path was invalidated.
    case doubtful(isInvalidated: Bool)
}

extension CertificateAuthenticator {
    /// How often one request is judged before it is refused: more often than that, everything it rests on changes faster
    /// than the hook answers.
    static let mostJudgements = 4

    static var restlessness: AuthenticationFailure {
        let text = "what the verdict rests on changed \(mostJudgements) times while the request waited"
        return AuthenticationFailure(Finding(.internalError, at: nil, text))
    }

    /// Whether a verdict still holds after a wait.
    ///
    /// Without any change since `basis` this costs a comparison and a look at the clock.
    func standing(of judged: JudgedVerdict, on chain: PresentedChain, since basis: VerdictBasis) -> VerdictStanding {
        // Nothing refused is accepted later in the same request.
        guard case .accepted(let path) = judged.verdict else { return .holds(changes: basis.changes) }
        let changes = circumstances.count
        if changes != basis.changes, let failure = circumstances.refusalByHand(ofLeaf: chain.derEncoded.first) {
            return .revoked(failure)
        }
        let isInvalidated = circumstances.areInvalidated(path.certificates, since: basis.invalidations)
        guard judged.holds(at: options.clock.now()) else { return .doubtful(isInvalidated: isInvalidated) }
        guard changes != basis.changes else { return .holds(changes: changes) }
        guard !isInvalidated, policyFingerprint == basis.policy else { return .doubtful(isInvalidated: isInvalidated) }
        do throws(Finding) {
            let digests = try ValidationCacheKey(policy: basis.policy, chain: chain).certificateDigests
            let isCurrent = evidenceGeneration(for: digests) == judged.evidence
            return isCurrent ? .holds(changes: changes) : .doubtful(isInvalidated: false)
        } catch {
            return .doubtful(isInvalidated: false)
        }
    }
}
