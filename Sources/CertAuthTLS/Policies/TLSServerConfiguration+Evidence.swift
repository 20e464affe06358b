// SPDX-License-Identifier: Apache-2.0
// A reload does not bring back a state in which a revoked client was good.

import CertAuth

/// What authenticators left that no policy of their name uses any more.
struct RetiredEvidence: Sendable {
    /// By name; nil for the policy of all other names.
    private var legacies: [HostPattern?: EvidenceLegacy] = [:]

    /// What was left for a name; for a name that never had an authenticator, everything.
    func legacies(for name: HostPattern?) -> [EvidenceLegacy] {
        if let own = legacies[name] { return [own] }
        return Array(legacies.values)
    }

    /// Keeps what the names of `former` leave that `present` does not have.
    mutating func update(from former: TLSServerConfiguration, to present: TLSServerConfiguration) {
        for (name, authenticator) in former.authenticators where present.authenticators[name] == nil {
            let legacy = authenticator.legacy
            if !legacy.isEmpty { legacies[name] = legacy }
        }
        for name in present.authenticators.keys { legacies[name] = nil }
    }
}

extension TLSServerConfiguration {
    /// The authenticator of each name; nil for all other names.
    fileprivate var authenticators: [HostPattern?: CertificateAuthenticator] {
        var found: [HostPattern?: CertificateAuthenticator] = [:]
        found[nil] = authenticator
        for policy in namedPolicies { found[HostPattern(policy.name)] = policy.authenticator ?? authenticator }
        return found
    }

    /// Has each authenticator take over from the one that it replaces.
    ///
    /// - Parameter retired: what names left that `former` does not have.
    func inheritEvidence(from former: TLSServerConfiguration, _ retired: RetiredEvidence) {
        let (predecessors, present) = (former.authenticators, authenticators.values)
        for (name, own) in authenticators {
            if let predecessor = predecessors[name] {
                let isReplaced = !present.contains { $0 === predecessor }
                if isReplaced {
                    own.inherit(from: predecessor)
                } else if own !== predecessor {
                    own.take(over: predecessor.legacy)
                }
                continue
            }
            // A name that had none: it may serve clients that other names have refused.
            for other in predecessors.values where other !== own { own.take(over: other.legacy) }
            for legacy in retired.legacies(for: name) { own.take(over: legacy) }
        }
    }
}
