// SPDX-License-Identifier: Apache-2.0
// Which policy is whose: the one lookup for SNI and for Host.

import CertAuth
import CertAuthOpenSSL

/// The policies of a server, found by name; never changed, only replaced as a whole.
final class PolicyTable: Sendable {
    let configuration: TLSServerConfiguration
    /// What a connection begins with. No client is served by it unless it is also found by name.
    let entrance: TLSContext
    private let exact: [HostName: ServerPolicy]
    /// The longest domain first.
    private let wildcards: [(domain: String, policy: ServerPolicy)]
    /// For names that have no policy, and for no name; nil where such clients are refused.
    private let fallback: ServerPolicy?

    init(configuration: TLSServerConfiguration, hasRequestGate: Bool) throws(TLSConfigurationError) {
        self.configuration = configuration
        let named = try configuration.namedConfigurations()
        let refusesUnnamed = !named.isEmpty && configuration.unnamedClients == .refused
        var exact: [HostName: ServerPolicy] = [:]
        var wildcards: [(domain: String, policy: ServerPolicy)] = []
        for (pattern, name, settings) in named {
            try settings.check(hasRequestGate: hasRequestGate)
            let policy = try ServerPolicy(name: name, configuration: settings)
            if pattern.isWildcard {
                wildcards.append((".\(pattern.name.text)", policy))
            } else {
                exact[pattern.name] = policy
            }
        }
        if refusesUnnamed {
            fallback = nil
            var entrance = configuration
            entrance.mode = .none
            try entrance.check(hasRequestGate: hasRequestGate)
            self.entrance = try entrance.openSSLContext(for: "entrance")
        } else {
            try configuration.check(hasRequestGate: hasRequestGate)
            let policy = try ServerPolicy(name: "default", configuration: configuration)
            if configuration.unnamedClients != .insecurelyServedByLooserDefault {
                for stricter in exact.values.sorted(by: { $0.name < $1.name }) + wildcards.map(\.policy) {
                    if let field = policy.looserField(than: stricter) {
                        throw .defaultIsLooser(field: field, than: stricter.name)
                    }
                }
            }
            fallback = policy
            entrance = policy.openSSL
        }
        self.exact = exact
        self.wildcards = wildcards.sorted { $0.domain.utf8.count > $1.domain.utf8.count }
    }

    /// Whether all clients are treated alike, so that names need not be looked at.
    var hasOnePolicy: Bool { exact.isEmpty && wildcards.isEmpty }

    /// The policy by what a ClientHello says; nil refuses the client.
    func policy(forServerName name: String?) -> ServerPolicy? {
        guard !hasOnePolicy, let name else { return fallback }
        // What is no host name has no policy, not even the default one.
        return HostName(serverName: name).flatMap { policy(for: $0) }
    }

    /// The policy by a request's Host field or `:authority`; nil where nobody is served.
    func policy(forAuthority authority: String?) -> ServerPolicy? {
        guard !hasOnePolicy, let authority else { return fallback }
        return HostName(authority: authority).flatMap { policy(for: $0) }
    }

    private func policy(for name: HostName) -> ServerPolicy? {
        exact[name] ?? wildcards.first { name.text.hasSuffix($0.domain) }?.policy ?? fallback
    }
}

extension TLSServerConfiguration {
    /// One whole configuration for each named policy; a name that occurs twice in any spelling is refused.
    fileprivate func namedConfigurations() throws(TLSConfigurationError) -> [(HostPattern, String, Self)] {
        var patterns: Set<HostPattern> = []
        var result: [(HostPattern, String, Self)] = []
        for policy in namedPolicies {
            guard let pattern = HostPattern(policy.name) else { throw .serverNameUnusable(policy.name) }
            guard patterns.insert(pattern).inserted else { throw .serverNameTwice(policy.name) }
            result.append((pattern, policy.name, settings(for: policy)))
        }
        return result
    }

    /// The whole configuration for the clients of one name.
    func settings(for policy: ServerNamePolicy) -> Self {
        var settings = self
        settings.namedPolicies = []
        settings.mode = policy.mode ?? mode
        settings.authenticator = policy.authenticator ?? authenticator
        settings.identity = policy.identity ?? identity
        settings.authorityHints = policy.authorityHints ?? authorityHints
        settings.applicationProtocols = policy.applicationProtocols ?? applicationProtocols
        settings.minimumVersion = policy.minimumVersion ?? minimumVersion
        return settings
    }
}
