// SPDX-License-Identifier: Apache-2.0
// Start-up findings about server certificates and server names.

public import CertAuth
import Logging

extension TLSServerConfiguration {
    /// What will probably not work, or is dangerous, in the server's certificates, its names, and the names of
    /// authorities that are sent to clients. Authenticators have findings of their own.
    public var configurationFindings: [ConfigurationFinding] {
        authorityNameFindings + identityFindings + unservedNameFindings + (proxyProtocol?.configurationFindings ?? [])
    }

    /// Logs warnings and errors. Notices are about what may be intended.
    func logFindings() {
        for finding in configurationFindings where finding.severity != .notice {
            let place = finding.place.map { "server name \($0): " } ?? ""
            logger.log(
                level: finding.logLevel,
                "\(place)\(finding.message)",
                metadata: LogMetadata(.finding, finding.code).values
            )
        }
    }

    /// One identity, and the names under which clients receive it.
    private struct ServedIdentity {
        let identity: ServerIdentity
        var names: [HostPattern]
        /// A name without a policy of its own receives it, too.
        let isDefault: Bool
    }

    private var servesOthers: Bool { namedPolicies.isEmpty || unnamedClients != .refused }

    private var identityFindings: [ConfigurationFinding] {
        var served: [ServedIdentity] = [ServedIdentity(identity: identity, names: [], isDefault: servesOthers)]
        var positions = [identity.fingerprint: 0]
        for policy in namedPolicies {
            guard let pattern = HostPattern(policy.name) else { continue }
            guard let own = policy.identity else {
                served[0].names.append(pattern)
                continue
            }
            if let position = positions[own.fingerprint] {
                served[position].names.append(pattern)
            } else {
                positions[own.fingerprint] = served.count
                served.append(ServedIdentity(identity: own, names: [pattern], isDefault: false))
            }
        }
        let clock = authenticator?.options.clock ?? .system
        let now = clock.now()
        let used = served.filter { $0.isDefault || !$0.names.isEmpty }
        let found = used.flatMap { entry in
            ServerIdentityFindings(
                entry.identity,
                now: now,
                trust: authenticator?.trustStore,
                intermediates: authenticator?.options.additionalChainCertificates ?? []
            )
            .all(servedAs: entry.names)
        }
        // One unusable certificate must not keep the other names from being served.
        return used.count == 1 ? found : found.map(\.atMostWarning)
    }

    /// A finding if the default identity has names that no policy serves.
    private var unservedNameFindings: [ConfigurationFinding] {
        guard !servesOthers else { return [] }
        var exact: Set<String> = []
        var domains: Set<String> = []
        for pattern in namedPolicies.compactMap({ HostPattern($0.name) }) {
            if pattern.isWildcard { domains.insert(pattern.name.text) } else { exact.insert(pattern.name.text) }
        }
        let unserved = CertificateNames(identity).hosts.filter { host in
            !exact.contains(host) && !CertificateNames.domains(above: host).contains { domains.contains($0) }
        }
        guard !unserved.isEmpty else { return [] }
        let text =
            "the server's certificate names \(CertificateNames.list(unserved)), but clients that request this name are"
            + " refused, because only names with a policy are served; add a policy for it, or serve unnamed clients"
        return [ConfigurationFinding("certificate-name-not-served", .notice, text)]
    }
}

extension ConfigurationFinding {
    /// The same finding, as a warning if it is an error.
    fileprivate var atMostWarning: ConfigurationFinding {
        severity == .error ? ConfigurationFinding(code, .warning, message).at(place) : self
    }
}

extension ServerIdentity {
    /// What distinguishes identities: the certificates and the file of the key.
    fileprivate var fingerprint: [[UInt8]] {
        chain.map(\.sha256Thumbprint.bytes) + [Array((keyFile?.path ?? "").utf8)]
    }
}
