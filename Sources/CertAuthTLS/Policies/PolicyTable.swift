// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// The policies of a server, looked up by SNI or Host. The table is immutable and replaced as a whole.
final class PolicyTable: Sendable {
    let configuration: TLSServerConfiguration
    private let exact: [HostName: ServerPolicy]
    /// By the domain after `*.`.
    private let wildcards: [Substring: ServerPolicy]
    /// The number of labels of the longest domain in `wildcards`.
    private let mostLabels: Int
    private let unnamedClients: UnnamedClients
    private let pool = TLSContextPool()

    /// How clients that send no name or an unknown one are handled.
    private enum UnnamedClients {
        case served(ServerPolicy)
        /// The context is for connections whose ClientHello has not been read.
        case refused(TLSContext)
    }

    init(configuration: TLSServerConfiguration, hasRequestGate: Bool) throws(TLSConfigurationError) {
        self.configuration = configuration
        let named = try configuration.namedConfigurations()
        let refusesUnnamed = !named.isEmpty && configuration.unnamedClients == .refused
        var contexts: [PolicyTraits: PolicyContext] = [:]
        // Connections start with the first context, and those of most names keep its `SSL_CTX`.
        if refusesUnnamed {
            var entrance = configuration
            entrance.mode = .none
            try entrance.check(hasRequestGate: hasRequestGate)
            unnamedClients = .refused(
                try entrance.openSSLContext(for: "entrance", naming: AuthorityNames([]), in: pool, isDedicated: true)
            )
        } else {
            try configuration.check(hasRequestGate: hasRequestGate)
            let context = try PolicyContext(
                name: "default",
                configuration: configuration,
                pool: pool,
                isDedicated: true
            )
            contexts[PolicyTraits(configuration)] = context
            unnamedClients = .served(try ServerPolicy(name: "default", context: context))
        }
        var exact: [HostName: ServerPolicy] = [:]
        var wildcards: [Substring: ServerPolicy] = [:]
        for (pattern, name, settings) in named {
            let traits = PolicyTraits(settings)
            let context: PolicyContext
            if let known = contexts[traits] {
                context = known
            } else {
                try settings.check(hasRequestGate: hasRequestGate, named: name)
                context = try PolicyContext(name: name, configuration: settings, pool: pool)
                contexts[traits] = context
            }
            let policy = try ServerPolicy(name: name, context: context)
            if pattern.isWildcard {
                wildcards[pattern.name.text[...]] = policy
            } else {
                exact[pattern.name] = policy
            }
        }
        if case .served(let policy) = unnamedClients, configuration.unnamedClients != .insecurelyServedByLooserDefault {
            for stricter in (Array(exact.values) + wildcards.values).sorted(by: { $0.name < $1.name }) {
                if let field = policy.looserField(than: stricter) {
                    throw .defaultIsLooser(field: field, than: stricter.name)
                }
            }
        }
        self.exact = exact
        self.wildcards = wildcards
        mostLabels = wildcards.keys.map { $0.utf8.count { $0 == UInt8(ascii: ".") } + 1 }.max() ?? 0
    }

    /// The number of `SSL_CTX`s that were created for this table. For tests.
    var createdContexts: Int { pool.createdCount }

    /// The context that a connection starts with. It serves only clients whose name selects it.
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
        exact[name] ?? wildcard(for: name) ?? fallback
    }

    /// The policy of the longest domain that contains `name`. The work does not depend on the number of wildcards.
    private func wildcard(for name: HostName) -> ServerPolicy? {
        guard mostLabels > 0 else { return nil }
        var domain = name.text[...]
        var labels = domain.utf8.count { $0 == UInt8(ascii: ".") } + 1
        while let dot = domain.utf8.firstIndex(of: UInt8(ascii: ".")) {
            domain = domain[domain.index(after: dot)...]
            labels -= 1
            guard labels <= mostLabels else { continue }
            VisitCounter.add(1)
            if let policy = wildcards[domain] { return policy }
        }
        return nil
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
        settings.additionalIdentities =
            (policy.identity == nil ? additionalIdentities : []) + policy.additionalIdentities
        settings.authorityHints = policy.authorityHints ?? authorityHints
        settings.applicationProtocols = policy.applicationProtocols ?? applicationProtocols
        settings.minimumVersion = policy.minimumVersion ?? minimumVersion
        return settings
    }
}
