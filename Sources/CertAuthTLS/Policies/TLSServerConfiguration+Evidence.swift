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
        let names = Set(present.authenticators.keys)
        for (name, authenticator) in former.authenticators where !names.contains(name) {
            let legacy = authenticator.legacy
            if !legacy.isEmpty { legacies[name] = legacy }
        }
        for name in names { legacies[name] = nil }
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
        let (predecessors, present) = (former.authenticators, authenticators)
        let inForce = Set(present.values.map { ObjectIdentifier($0) })
        let others = Dictionary(predecessors.values.map { (ObjectIdentifier($0), $0) }) { first, _ in first }
        // Many names share one authenticator.
        var done: Set<[ObjectIdentifier?]> = []
        for (name, own) in present {
            let predecessor = predecessors[name]
            let pair = [ObjectIdentifier(own), predecessor.map { ObjectIdentifier($0) }]
            if let predecessor {
                guard own !== predecessor, done.insert(pair).inserted else { continue }
                if inForce.contains(ObjectIdentifier(predecessor)) {
                    own.take(over: predecessor.legacy)
                } else {
                    own.inherit(from: predecessor)
                }
                continue
            }
            for legacy in retired.legacies(for: name) { own.take(over: legacy) }
            // A name that had none: it may serve clients that other names have refused.
            guard done.insert(pair).inserted else { continue }
            for other in others.values where other !== own { own.take(over: other.legacy) }
        }
    }
}
