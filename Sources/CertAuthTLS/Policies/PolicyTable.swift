// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// The policies of a server, looked up by SNI or Host. The table is immutable and replaced as a whole.
final class PolicyTable: Sendable {
    let configuration: TLSServerConfiguration
    private let exact: [HostName: ServerPolicy]
    /// Sorted by length, longest domain first.
    private let wildcards: [(domain: String, policy: ServerPolicy)]
    private let unnamedClients: UnnamedClients

    /// What becomes of clients that send no name or an unknown one.
    private enum UnnamedClients {
        case served(ServerPolicy)
        /// The context is for connections whose ClientHello has not been read.
        case refused(TLSContext)
    }

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
            var entrance = configuration
            entrance.mode = .none
            try entrance.check(hasRequestGate: hasRequestGate)
            unnamedClients = .refused(try entrance.openSSLContext(for: "entrance"))
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
            unnamedClients = .served(policy)
        }
        self.exact = exact
        self.wildcards = wildcards.sorted { $0.domain.utf8.count > $1.domain.utf8.count }
    }

    /// The context that a connection starts with. No client is served under it unless its name leads to it.
    var entrance: TLSContext {
        switch unnamedClients {
        case .served(let policy): policy.openSSL
        case .refused(let context): context
        }
    }

    private var fallback: ServerPolicy? { if case .served(let policy) = unnamedClients { policy } else { nil } }

    /// Whether all clients have the same policy, so that names need no lookup.
    var hasOnePolicy: Bool { exact.isEmpty && wildcards.isEmpty }

    /// Returns the policy for a ClientHello's server name; nil if the client must be refused.
    func policy(forServerName name: String?) -> ServerPolicy? {
        guard !hasOnePolicy, let name else { return fallback }
        // A value that is not a host name has no policy, not even the default one.
        return HostName(serverName: name).flatMap { policy(for: $0) }
    }

    /// Returns the policy for a request's Host field or `:authority`; nil if the request must be refused.
    func policy(forAuthority authority: String?) -> ServerPolicy? {
        guard !hasOnePolicy, let authority else { return fallback }
        return HostName(authority: authority).flatMap { policy(for: $0) }
    }

    private func policy(for name: HostName) -> ServerPolicy? {
        exact[name] ?? wildcards.first { name.text.hasSuffix($0.domain) }?.policy ?? fallback
    }
}

extension TLSServerConfiguration {
    /// Returns a complete configuration for each named policy. Two spellings of the same name are refused.
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

    /// Returns the complete configuration for the clients of one name.
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
