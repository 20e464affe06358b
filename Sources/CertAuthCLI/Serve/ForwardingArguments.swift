// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
package import CertAuth
import Logging

/// The flags for a server behind proxies.
struct ForwardingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How proxies forward certificates: a dialect, other header names for it if needed, and its own proxies.",
            discussion:
                "Repeat it for proxies with different dialects: after @ the networks, unix:USER-ID, cert:FILE and "
                + "scheme:HEADER of one dialect. A dialect without @ uses the flags --trusted-proxy, --trusted-proxy-cert "
                + "and --scheme-header. Dialects: \(ForwardingDialect.builtIn.map(\.name).joined(separator: ", ")).",
            valueName: "dialect[=header,...][@proxy,...]"
        )
    ) var forwarded: [String] = []
    @Option(
        help: "The header in which proxies send the scheme (default: X-Forwarded-Proto, for CloudFront its own)."
    ) var schemeHeader: String?
    @Option(help: "A network of proxies, or unix:USER-ID; can be repeated.") var trustedProxy: [String] = []
    @Option(
        help: "The proxy's own client certificate, required in addition to the networks if both are given.",
        completion: .file()
    ) var trustedProxyCert: String?
    @Flag(help: "Listens without TLS, for proxies on the same machine or network.") var plain = false

    /// Returns the settings of each dialect; empty without `--forwarded`.
    func settings() throws(CommandFailure) -> [ForwardingSettings] {
        guard !forwarded.isEmpty else {
            guard schemeHeader == nil else {
                throw .usage("--scheme-header has no meaning without --forwarded", hint: "give --forwarded nginx")
            }
            guard trustedProxy.isEmpty, trustedProxyCert == nil else {
                throw .usage("--trusted-proxy has no meaning without --forwarded", hint: "give --forwarded nginx")
            }
            guard !plain else {
                throw .usage(
                    "--plain without --forwarded accepts no client",
                    hint: "give --forwarded and --trusted-proxy"
                )
            }
            return []
        }
        let general = forwarded.filter { !$0.contains("@") }
        guard general.count <= 1 else {
            throw .usage(
                "--forwarded: \(general.count) dialects have no proxies of their own",
                hint: "write the proxies of each dialect after @, for instance --forwarded nginx@10.0.0.0/8"
            )
        }
        guard !general.isEmpty || (trustedProxy.isEmpty && trustedProxyCert == nil && schemeHeader == nil) else {
            throw .usage(
                "--trusted-proxy, --trusted-proxy-cert and --scheme-header have no meaning here: every --forwarded has an @",
                hint: "write the proxies of each dialect after its @, with cert:FILE and scheme:HEADER"
            )
        }
        var found: [ForwardingSettings] = []
        for text in forwarded {
            let settings = try settings(of: text)
            try settings.checkSockets()
            found.append(settings)
        }
        return found
    }

    private func settings(of text: String) throws(CommandFailure) -> ForwardingSettings {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let headers = parts.count == 2 ? parts[1].split(separator: ",", omittingEmptySubsequences: false) : []
        guard let dialect = ForwardingDialect.named(String(parts[0]), headers: headers.map(String.init)) else {
            throw Self.unusable(String(parts[0]), headerCount: headers.count)
        }
        guard halves.count == 2 else {
            var settings = ForwardingSettings(dialect: dialect, proxies: trustedProxy, certificate: trustedProxyCert)
            settings.schemeHeader = schemeHeader
            return settings
        }
        var settings = ForwardingSettings(dialect: dialect, proxies: [])
        settings.flag = "--forwarded \(DisplayText.escaped(text))"
        for item in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
            guard !item.isEmpty, item != "cert:", item != "scheme:" else {
                throw .usage(
                    "\(settings.flag): an item after the @ is empty",
                    hint: "expected networks, unix:USER-ID, cert:FILE or scheme:HEADER, with commas between them"
                )
            }
            if item.hasPrefix("cert:"), settings.certificate == nil {
                settings.certificate = String(item.dropFirst(5))
            } else if item.hasPrefix("scheme:"), settings.schemeHeader == nil {
                settings.schemeHeader = String(item.dropFirst(7))
            } else if item.hasPrefix("cert:") || item.hasPrefix("scheme:") {
                throw .usage(
                    "\(settings.flag): \(item.prefix { $0 != ":" }) appears twice",
                    hint: "write another --forwarded for another proxy"
                )
            } else {
                settings.proxies.append(String(item))
            }
        }
        return settings
    }

    private static func unusable(_ name: String, headerCount: Int) -> CommandFailure {
        guard let dialect = ForwardingDialect.named(name) else {
            let names = ForwardingDialect.builtIn.map(\.name)
            var hints = EditDistance.nearest(to: name, in: names).map { ["did you mean \($0)?"] } ?? []
            hints.append("choose one of \(names.joined(separator: ", "))")
            return CommandFailure(
                .usage,
                "--forwarded \(DisplayText.escaped(name)): no such dialect",
                hints: hints
            )
        }
        let renamed = (0...min(headerCount, dialect.headers.count)).last {
            $0 == 0 || ForwardingDialect.named(name, headers: Array(dialect.headers.prefix($0))) != nil
        }
        return .usage(
            "--forwarded \(name): \(headerCount) headers are given, but only \(renamed ?? 0) of the dialect can be renamed",
            hint: "--scheme-header names the header in which the proxy sends the scheme"
        )
    }
}

/// Forwarding settings, independent of the command line.
package struct ForwardingSettings: Sendable {
    package var dialect: ForwardingDialect
    /// Networks, or `unix:` followed by a user ID.
    package var proxies: [String]
    /// The header that contains the scheme; nil for the dialect's own.
    package var schemeHeader: String?
    /// The path of the proxy's certificate.
    package var certificate: String?
    /// The flag that names the proxies, for messages.
    var flag = "--trusted-proxy"

    package init(dialect: ForwardingDialect, proxies: [String], certificate: String? = nil) {
        self.dialect = dialect
        self.proxies = proxies
        self.certificate = certificate
    }

    /// Returns the checked forwarding configuration of all dialects.
    static func forwarding(
        _ settings: [ForwardingSettings],
        from snapshot: InputSnapshot,
        logger: Logger
    ) throws(CommandFailure) -> CertificateForwarding? {
        var parts: [CertificateForwarding] = []
        for part in settings { parts.append(try part.forwarding(from: snapshot, logger: logger)) }
        guard parts.count > 1 else { return parts.first }
        do throws(ForwardingConfigurationError) {
            let forwarding = try CertificateForwarding(combining: parts)
            try forwarding.check()
            return forwarding
        } catch {
            throw failure(error)
        }
    }

    private func forwarding(
        from snapshot: InputSnapshot,
        logger: Logger
    ) throws(CommandFailure) -> CertificateForwarding {
        let own = try certificate.flatMap { (path) throws(CommandFailure) in try snapshot.certificates(path).first }
        do throws(ForwardingConfigurationError) {
            let identity = try own.map { (own) throws(ForwardingConfigurationError) in
                try ProxyIdentity(pinning: own, logger: logger)
            }
            var forwarding = try CertificateForwarding(dialect, from: try trustedProxies(identity))
            if let schemeHeader {
                forwarding.scheme = .header(schemeHeader)
                try forwarding.check()
            }
            return forwarding
        } catch {
            throw Self.failure(error, flag)
        }
    }

    /// Throws if a certificate is given beside a unix socket. The certificate would not restrict the socket's users.
    func checkSockets() throws(CommandFailure) {
        guard certificate == nil || !proxies.contains(where: Self.isSocket) else {
            throw .usage(
                "\(flag): the certificate of a proxy is not asked of the users of a unix socket",
                hint: "leave one of them out, or write another --forwarded for the unix socket"
            )
        }
    }

    private static func isSocket(_ text: String) -> Bool { text.lowercased().hasPrefix("unix:") }

    private static func failure(
        _ error: ForwardingConfigurationError,
        _ flag: String = "--trusted-proxy"
    ) -> CommandFailure {
        switch error {
        case .noTrustedProxies:
            .usage(
                "--forwarded without a trusted proxy: no proxy may forward certificates",
                hint: "give --trusted-proxy 127.0.0.1/32, --trusted-proxy unix:USER-ID, or --trusted-proxy-cert F; or "
                    + "--forwarded nginx@127.0.0.1/32"
            )
        case .invalidNetwork(let text) where isSocket(text):
            .usage(
                "\(flag): \(DisplayText.escaped(text)) is not a user of a unix socket",
                hint: "write unix: and a user ID, for instance unix:33 (id -u www-data)"
            )
        case .invalidNetwork, .networkWithHostBits, .networkOfEveryone, .noSocketUsers, .noLoadBalancers:
            .usage("\(flag): \(error)", hint: "for instance --trusted-proxy 127.0.0.1/32")
        case .proxyIdentityWithoutMatch, .weakProxyPin, .unusableProxyName, .proxyPolicy:
            .usage("--trusted-proxy-cert: \(error)")
        case .invalidHeaderName(let name):
            .usage("\(DisplayText.escaped(name)) is not a header name", hint: "see --forwarded and --scheme-header")
        case .headerUsedTwice(let name):
            .usage(
                "the header \(DisplayText.escaped(name)) is used for two purposes",
                hint: "see --forwarded and --scheme-header"
            )
        case .overlappingProxies: .usage("--forwarded: \(error)")
        case .invalidLimit, .untrustedPeersDiffer, .changedAfterCombining: .usage("\(error)")
        }
    }

    private func trustedProxies(
        _ identity: ProxyIdentity?
    ) throws(ForwardingConfigurationError) -> TrustedProxies {
        var networks: [NetworkRange] = []
        var entries: [TrustedProxy] = []
        for text in proxies {
            if text.hasPrefix("unix:"), let user = UInt32(text.dropFirst(5)) {
                entries.append(.unixSocket(users: [user]))
            } else {
                networks.append(try NetworkRange(text))
            }
        }
        if let identity {
            entries.append(.certificate(identity, from: networks))
        } else {
            entries += networks.map(TrustedProxy.network)
        }
        return try TrustedProxies(entries)
    }
}
