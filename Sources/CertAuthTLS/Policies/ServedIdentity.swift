// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// One server certificate with what a report says of it.
package struct ServedIdentity: Sendable, Equatable {
    /// The server name that has it; nil for the certificates of all names without their own.
    package let name: String?
    /// The subject. Escaped.
    package let subject: String
    /// The public key: `RSA 2048`, `P-256`.
    package let key: String
    package let notAfter: Timestamp
    /// Whether there is an OCSP response to staple now.
    package let isStapled: Bool
    /// The last moment at which the response is stapled. Nil without a response, or without a limit.
    package let stapledUntil: Timestamp?
}

extension TLSServerConfiguration {
    /// The server certificates: those of the configuration, then those of names with their own.
    package var servedIdentities: [ServedIdentity] {
        var served: [ServedIdentity] = []
        let now = clock.now()
        func add(_ identities: [ServerIdentity], of name: String?, _ authenticator: CertificateAuthenticator?) {
            for identity in identities {
                guard let leaf = identity.leaf else { continue }
                let staple = StapleSource(identity: identity, authenticator: authenticator).choice(at: now).response
                served.append(
                    ServedIdentity(
                        name: name,
                        subject: DisplayText.escaped(leaf.subject.rfc4514),
                        key: leaf.publicKey.summary,
                        notAfter: leaf.validity.notAfter,
                        isStapled: staple != nil,
                        stapledUntil: staple?.end
                    )
                )
            }
        }
        add(identities, of: nil, authenticator)
        for policy in namedPolicies where policy.hasOwnIdentities {
            add(settings(for: policy).identities, of: policy.name, policy.authenticator ?? authenticator)
        }
        return served
    }
}
