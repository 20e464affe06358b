// SPDX-License-Identifier: Apache-2.0
// Certificates of clients that end their TLS at a proxy: one dialect, from proxies that are known.

/// Takes the client's certificate out of a proxy's headers, when and only when a trusted proxy sent them.
public struct CertificateForwarding: Sendable {
    /// How the proxy writes certificates.
    public let dialect: ForwardingDialect
    /// Who may.
    public let proxies: TrustedProxies
    /// Whether the engine leaves verified chains to the proxy's word.
    public let insecurelyTrustsProxyVerdict: Bool
    /// What becomes of the headers of everyone else.
    public var untrustedPeers = UntrustedPeerPolicy.refuse
    /// How the proxy says that its client came over HTTPS.
    public var scheme = ForwardedScheme.xForwardedProto
    /// How much a header may hold.
    public var limits = ForwardingLimits()

    private let ownHeaders: Set<FoldedName>

    /// Forwarding by a dialect without a verdict.
    public init(_ dialect: UnverifiedDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        try self.init(.unverified(dialect), proxies, trustsVerdict: false)
    }

    /// Forwarding by a dialect with a verdict, which is demanded; the engine validates the chain all the same.
    public init(_ dialect: VerifiedDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        try self.init(.verified(dialect), proxies, trustsVerdict: false)
    }

    /// Forwarding by a dialect of either kind.
    public init(_ dialect: ForwardingDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        try self.init(dialect, proxies, trustsVerdict: false)
    }

    /// Forwarding by a proxy's verdict alone: nothing of the certificate is validated, not its chain, not its
    /// validity, not its revocation.
    public init(
        insecurelyTrustingVerdictOf dialect: VerifiedDialect,
        from proxies: TrustedProxies
    ) throws(ForwardingConfigurationError) {
        try self.init(.verified(dialect), proxies, trustsVerdict: true)
    }

    private init(
        _ dialect: ForwardingDialect,
        _ proxies: TrustedProxies,
        trustsVerdict: Bool
    ) throws(ForwardingConfigurationError) {
        try dialect.definition.check()
        self.dialect = dialect
        self.proxies = proxies
        insecurelyTrustsProxyVerdict = trustsVerdict
        ownHeaders = Set(dialect.headers.map { FoldedName($0) })
    }

    /// Refuses settings that cannot mean what they say; servers call it before they start.
    public func check() throws(ForwardingConfigurationError) {
        let values = [
            ("headerBytes", limits.headerBytes), ("certificateBytes", limits.certificateBytes),
            ("certificates", limits.certificates),
        ]
        for (name, value) in values where value < 1 { throw .invalidLimit(name: name) }
        guard case .header(let name) = scheme else { return }
        guard !name.isEmpty, name.utf8.allSatisfy(DialectDefinition.isToken) else { throw .invalidHeaderName(name) }
        guard !removes(name) else { throw .headerUsedTwice(name) }
    }

    /// Whether a header is one in which some proxy forwards certificates: no application shall see it, whoever sent
    /// it, for identity comes from the result alone.
    public func removes(_ name: String) -> Bool {
        let name = FoldedName(name)
        return ownHeaders.contains(name) || KnownForwardingHeaders.contains(name)
    }

    /// Judges one request.
    public func decide(_ request: ForwardingRequest) -> ForwardingDecision {
        do throws(ForwardingError) {
            switch proxies.standing(of: request.peer, presenting: request.presentedChain) {
            case .stranger: return try decideForStranger(request)
            case .byPlace: return try decideForProxy(request, hasOwnCertificate: request.presentedChain != nil)
            case .byCertificate: return try decideForProxy(request, hasOwnCertificate: false)
            }
        } catch {
            return .rejected(error)
        }
    }
}

extension CertificateForwarding {
    private func decideForStranger(_ request: ForwardingRequest) throws(ForwardingError) -> ForwardingDecision {
        let sent = request.fields.first { removes($0.name) }
        switch untrustedPeers {
        case .refuse:
            if let sent { throw untrusted(sent.name, "sent by someone who is no trusted proxy") }
            try checkSmuggling(request, names: request.fields.map { FoldedName($0.name) })
        case .strip:
            if let sent, request.presentedChain != nil {
                let reason = "sent beside a TLS certificate by someone who is no trusted proxy"
                return .failed(untrusted(sent.name, reason))
            }
        }
        return .direct
    }

    /// - Parameter hasOwnCertificate: the proxy presented a certificate that is not the one it is known by.
    private func decideForProxy(
        _ request: ForwardingRequest,
        hasOwnCertificate: Bool
    ) throws(ForwardingError) -> ForwardingDecision {
        let names = request.fields.map { FoldedName($0.name) }
        try checkSmuggling(request, names: names)
        do throws(ForwardingError) {
            let isSecure = try isSecure(request, names: names)
            let definition = dialect.definition
            let fields = try DialectFields(definition, fields: request.fields, names: names, limits: limits)
            guard let found = try definition.read(fields) else {
                return .forwarded(nil, isSecure: isSecure)
            }
            guard !hasOwnCertificate else {
                throw untrusted(dialect.headers[0], "sent on a connection with a TLS certificate that is no proxy's")
            }
            return .forwarded(try certificate(found), isSecure: isSecure)
        } catch {
            return .failed(error)
        }
    }

    private func certificate(_ found: [[UInt8]]) throws(ForwardingError) -> ForwardedCertificate {
        switch dialect {
        case .verified(let dialect):
            if let chain = ProxyVerifiedChain(found, dialect: dialect.name) { return .verified(chain) }
        case .unverified(let dialect):
            if let chain = UnverifiedChain(found, dialect: dialect.name) { return .unverified(chain) }
        }
        throw ForwardingError(.malformed, dialect: dialect.name, header: dialect.headers[0], "no certificate")
    }

    /// A client can make a proxy drop a header by naming it in `Connection` (CVE-2024-45410), or slip one past it in a
    /// trailer.
    private func checkSmuggling(_ request: ForwardingRequest, names: [FoldedName]) throws(ForwardingError) {
        if let trailer = request.trailers.first(where: { removes($0.name) || isScheme($0.name) }) {
            throw untrusted(trailer.name, "sent as a trailer")
        }
        for (field, name) in zip(request.fields, names) where name.description == "connection" {
            for option in field.value.split(separator: ",") where removes(String(option)) || isScheme(String(option)) {
                throw untrusted(String(option).trimmedOfBlanks, "named in a Connection header")
            }
        }
    }

    private func isScheme(_ name: String) -> Bool {
        guard case .header(let own) = scheme else { return false }
        return FoldedName(own) == FoldedName(name)
    }

    private func isSecure(_ request: ForwardingRequest, names: [FoldedName]) throws(ForwardingError) -> Bool {
        guard case .header(let header) = scheme else { return true }
        let own = FoldedName(header)
        let values = zip(request.fields, names).filter { $0.1 == own }.map(\.0.value.trimmedOfBlanks)
        guard values.count < 2 else {
            throw ForwardingError(.malformed, dialect: dialect.name, header: header, "stands more than once")
        }
        switch values.first?.lowercased() {
        case "https": return true
        case "http", nil: return false
        case let other?:
            let reason = "\(DisplayText.escaped(other, limit: 64)), expected http or https"
            throw ForwardingError(.malformed, dialect: dialect.name, header: header, reason)
        }
    }

    private func untrusted(_ header: String, _ reason: String) -> ForwardingError {
        ForwardingError(.forwardingUntrusted, dialect: dialect.name, header: header, reason)
    }
}
