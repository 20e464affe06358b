// SPDX-License-Identifier: Apache-2.0
// A reload does not bring back a state in which a revoked client was good.

import CertAuth

extension TLSServerConfiguration {
    /// Has each authenticator take over from the one that it replaces: that of the same name, or all of them for a name
    /// that had none.
    func inheritEvidence(from former: TLSServerConfiguration) {
        let all = [former.authenticator] + former.namedPolicies.map(\.authenticator)
        for inherited in former.authenticator.map({ [$0] }) ?? all.compactMap(\.self) {
            authenticator?.inherit(from: inherited)
        }
        for policy in namedPolicies {
            guard let own = policy.authenticator else { continue }
            let same = former.namedPolicies.first { HostPattern($0.name) == HostPattern(policy.name) }
            let predecessor = same.flatMap { $0.authenticator ?? former.authenticator }
            for inherited in predecessor.map({ [$0] }) ?? all.compactMap(\.self) { own.inherit(from: inherited) }
        }
    }
}
