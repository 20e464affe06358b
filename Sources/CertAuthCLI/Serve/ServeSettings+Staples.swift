// SPDX-License-Identifier: Apache-2.0
// The OCSP responses of `--staple`, each for the certificate that it is about.

import CertAuth
import CertAuthTLS

extension ServeSettings {
    /// Adds the responses of `--staple` to the identities of a configuration, of all names.
    ///
    /// A response about no certificate is added to one without a response, so that a finding reports it: after a
    /// certificate was replaced, the former response must not keep the server from starting.
    func addStaples(
        to tls: inout TLSServerConfiguration,
        from snapshot: InputSnapshot
    ) throws(CommandFailure) {
        guard !staples.isEmpty else { return }
        var paths: [Thumbprint: String] = [:]
        var unmatched: [(path: String, response: OCSPResponse)] = []
        for path in staples {
            let response = try snapshot.ocspResponse(path)
            var matched: Set<Thumbprint> = []
            tls.changeIdentities { identity in
                guard let leaf = identity.leaf, response.isAbout(leaf, issuedBy: identity.chain.dropFirst().first)
                else {
                    return
                }
                identity.stapledOCSPResponse = response
                matched.insert(leaf.sha256Thumbprint)
            }
            for certificate in matched {
                guard let other = paths.updateValue(path, forKey: certificate) else { continue }
                throw .usage(
                    "--staple \(UsageError.shown(other)) and \(UsageError.shown(path)) are about the same certificate",
                    hint: "give the newer one only"
                )
            }
            if matched.isEmpty { unmatched.append((path, response)) }
        }
        for (path, response) in unmatched {
            var target: Thumbprint?
            tls.changeIdentities { identity in
                guard let leaf = identity.leaf else { return }
                if target == nil, identity.stapledOCSPResponse == nil { target = leaf.sha256Thumbprint }
                if target == leaf.sha256Thumbprint { identity.stapledOCSPResponse = response }
            }
            guard target != nil else {
                throw .usage(
                    "--staple \(UsageError.shown(path)) is about none of the server's certificates, and each has another one",
                    hint: "give one OCSP response for each --cert"
                )
            }
        }
    }
}

extension TLSServerConfiguration {
    /// Changes every identity, of all names.
    fileprivate mutating func changeIdentities(_ change: (inout ServerIdentity) -> Void) {
        change(&identity)
        for index in additionalIdentities.indices { change(&additionalIdentities[index]) }
        for index in namedPolicies.indices {
            if var own = namedPolicies[index].identity {
                change(&own)
                namedPolicies[index].identity = own
            }
            for position in namedPolicies[index].additionalIdentities.indices {
                change(&namedPolicies[index].additionalIdentities[position])
            }
        }
    }
}
