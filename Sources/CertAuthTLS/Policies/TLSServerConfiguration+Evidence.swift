// SPDX-License-Identifier: Apache-2.0
// Keeps revocation evidence across reloads, so that a reload does not make a revoked client good again.

import CertAuth

/// The evidence of authenticators whose server name no longer has a policy.
struct RetiredEvidence: Sendable {
    /// The evidence by name; nil is the default policy.
    private var byName: [HostPattern?: InheritedEvidence] = [:]

    /// Returns the evidence retired with `name`. A name that retired none may serve the clients of any, so it gets all.
    func evidence(for name: HostPattern?) -> [InheritedEvidence] {
        if let own = byName[name] { return [own] }
        return Array(byName.values)
    }

    /// Retires the evidence of names that `former` has and `present` does not, and drops that of names in `present`.
    mutating func update(from former: TLSServerConfiguration, to present: TLSServerConfiguration) {
        let names = Set(present.authenticators.keys)
        for (name, authenticator) in former.authenticators where !names.contains(name) {
            let evidence = authenticator.inheritableEvidence
            if !evidence.isEmpty { byName[name] = evidence }
        }
        for name in names { byName[name] = nil }
    }
}

extension TLSServerConfiguration {
    /// The authenticator of each name; nil is the default policy.
    fileprivate var authenticators: [HostPattern?: CertificateAuthenticator] {
        var found: [HostPattern?: CertificateAuthenticator] = [:]
        found[nil] = authenticator
        for policy in namedPolicies { found[HostPattern(policy.name)] = policy.authenticator ?? authenticator }
        return found
    }

    /// Passes the evidence of each former authenticator to the one that replaces it.
    ///
    /// - Parameter retired: the evidence of names that were removed before `former`.
    func inheritEvidence(from former: TLSServerConfiguration, _ retired: RetiredEvidence) {
        let (predecessors, present) = (former.authenticators, authenticators)
        let inForce = Set(present.values.map { ObjectIdentifier($0) })
        let others = Dictionary(predecessors.values.map { (ObjectIdentifier($0), $0) }) { first, _ in first }
        // Several names may share an authenticator.
        var done: Set<[ObjectIdentifier?]> = []
        for (name, own) in present {
            let predecessor = predecessors[name]
            let pair = [ObjectIdentifier(own), predecessor.map { ObjectIdentifier($0) }]
            if let predecessor {
                guard own !== predecessor, done.insert(pair).inserted else { continue }
                if inForce.contains(ObjectIdentifier(predecessor)) {
                    own.take(over: predecessor.inheritableEvidence)
                } else {
                    own.inherit(from: predecessor)
                }
                continue
            }
            for evidence in retired.evidence(for: name) { own.take(over: evidence) }
            // This name had no authenticator before; it may serve clients that other names refused.
            guard done.insert(pair).inserted else { continue }
            for other in others.values where other !== own { own.take(over: other.inheritableEvidence) }
        }
    }
}
