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
        var names: [HostPattern] = []
        /// Whether some names have others beside it.
        var isAmongSeveral = false
    }

    private var servesOthers: Bool { namedPolicies.isEmpty || unnamedClients != .refused }

    private var identityFindings: [ConfigurationFinding] {
        var served: [ServedIdentity] = []
        var positions: [[[UInt8]]: Int] = [:]
        var groups: Set<[Int]> = []
        func serve(_ identities: [ServerIdentity], as names: [HostPattern]) {
            var group: [Int] = []
            for identity in identities {
                let position = positions[identity.fingerprint] ?? served.count
                if position == served.count {
                    positions[identity.fingerprint] = position
                    served.append(ServedIdentity(identity: identity))
                }
                served[position].names += names
                if identities.count > 1 { served[position].isAmongSeveral = true }
                group.append(position)
            }
            groups.insert(group)
        }
        let patterns = namedPolicies.map { HostPattern($0.name) }
        let common = zip(namedPolicies, patterns).filter { !$0.0.hasOwnIdentities }.compactMap(\.1)
        // A name without a policy of its own receives the surrounding identities, too.
        if servesOthers || !common.isEmpty { serve(identities, as: common) }
        for case (let policy, let pattern?) in zip(namedPolicies, patterns) where policy.hasOwnIdentities {
            serve(settings(for: policy).identities, as: [pattern])
        }
        let now = clock.now()
        let found = served.flatMap { entry in
            ServerIdentityFindings(
                entry.identity,
                isAmongSeveral: entry.isAmongSeveral,
                now: now,
                authenticator: authenticator
            )
            .all(servedAs: entry.names)
        }
        // One unusable certificate must not keep the other names from being served.
        return groups.count == 1 ? found : found.map(\.atMostWarning)
    }

    /// The clock that server certificates and OCSP responses are compared with.
    var clock: VerificationClock { authenticator?.options.clock ?? .system }

    /// A finding if the default identity has names that no policy serves.
    private var unservedNameFindings: [ConfigurationFinding] {
        guard !servesOthers else { return [] }
        var exact: Set<String> = []
        var domains: Set<String> = []
        for pattern in namedPolicies.compactMap({ HostPattern($0.name) }) {
            if pattern.isWildcard { domains.insert(pattern.name.text) } else { exact.insert(pattern.name.text) }
        }
        var seen: Set<String> = []
        let hosts = identities.flatMap { CertificateNames($0).hosts }.filter { seen.insert($0).inserted }
        let unserved = hosts.filter { host in
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
    /// What distinguishes identities: the certificates, the file of the key and the OCSP response.
    fileprivate var fingerprint: [[UInt8]] {
        chain.map(\.sha256Thumbprint.bytes)
            + [Array((keyFile?.path ?? "").utf8), stapledOCSPResponse?.fingerprint.bytes ?? []]
    }
}

extension ServerNamePolicy {
    /// Whether its clients receive other certificates than those of the surrounding configuration.
    var hasOwnIdentities: Bool { identity != nil || !additionalIdentities.isEmpty }
}
