// SPDX-License-Identifier: Apache-2.0
// Validates accepted clients again when only the revocation evidence has changed.

extension ValidationEngine {
    /// The decision about a chain that was accepted by the same policy at an earlier moment, by other evidence.
    ///
    /// It equals the decision of a complete validation, which costs several times as much. Apart from revocation, a
    /// validation depends on the chain, the policy, and which certificates are valid at the time. If none of them has
    /// changed, its first path is the same, and nothing but revocation could refuse it now.
    ///
    /// - Parameters:
    ///   - accepted: the former result for `chain`.
    ///   - moment: the time that it was made for.
    /// - Returns: nil if anything else may have changed, or the path is not accepted any more. Then the chain must be
    ///   validated completely.
    package func decision(
        for chain: PresentedChain,
        acceptedAs accepted: ValidatedChain,
        at moment: Timestamp,
        evidence: RevocationEvidence,
        now: Timestamp,
        observer: ValidationPhase.Observer? = nil
    ) -> Decision? {
        guard let trust, accepted.isFirstPath, chain.derEncoded.first == accepted.leaf.derEncoded else { return nil }
        let issuers: [Certificate]
        do throws(Finding) {
            issuers = try ParsedChain.issuers(in: chain, screening: PresentedScreening(options), memory: memory)
        } catch {
            return nil
        }
        let available = Set(issuers + options.additionalChainCertificates)
        guard accepted.authorities.dropLast().allSatisfy(available.contains) else { return nil }
        let known = [accepted.leaf] + issuers
        guard now >= moment, !isAnyBoundary(of: known, from: moment, until: now) else { return nil }
        let context = ValidationContext(options: options, now: now)
        var search = PathSearch(leaf: accepted.leaf, context: context, evidence: evidence, memory: memory)
        search.observer = observer
        guard let path = search.repeated(accepted, presented: issuers, trust: trust) else { return nil }
        return Decision(.accepted(path), needs: search.needs)
    }

    /// Whether any certificate that a path may contain becomes valid or expires in this time.
    private func isAnyBoundary(of presented: [Certificate], from start: Timestamp, until end: Timestamp) -> Bool {
        let moments =
            presented.flatMap(\.validity.lastMoments).filter { $0 >= start }
            + [
                additionalMoments.first(notBefore: start), trust?.nextChange(notBefore: start),
            ].compactMap { $0 }
        return moments.contains { $0 < end }
    }
}
