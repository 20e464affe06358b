// SPDX-License-Identifier: Apache-2.0

/// Reads the client's certificate from the headers of a trusted proxy that terminates the client's TLS connection. It
/// uses one dialect.
public struct CertificateForwarding: Sendable {
    /// How the proxy encodes certificates.
    package let dialect: ForwardingDialect
    /// The proxies that may forward certificates.
    package let proxies: TrustedProxies
    /// Whether the engine accepts verified chains without validating them.
    package let insecurelyTrustsProxyVerdict: Bool
    /// How forwarding headers of other peers are handled.
    public var untrustedPeers = UntrustedPeerPolicy.refuse
    /// How the proxy states that its client used HTTPS. The initial value is the default of the dialect's proxy.
    public var scheme: ForwardedScheme {
        didSet { headers = Self.headers(dialect, scheme) }
    }
    /// The maximum number of bytes and certificates in a header.
    public var limits = ForwardingLimits()

    /// The headers of the dialect, followed by that of the scheme.
    private var headers: ConfiguredHeaders

    /// Creates forwarding with a dialect without a verdict.
    public init(_ dialect: UnverifiedDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        try self.init(.unverified(dialect), proxies, trustsVerdict: false)
    }

    /// Creates forwarding with a dialect that requires a verdict. The engine validates the chain anyway.
    public init(_ dialect: VerifiedDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        try self.init(.verified(dialect), proxies, trustsVerdict: false)
    }

    /// Creates forwarding with a dialect of either kind.
    public init(_ dialect: ForwardingDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        try self.init(dialect, proxies, trustsVerdict: false)
    }

    /// Creates forwarding that relies on the proxy's verdict alone. Nothing of the certificate is validated: neither
    /// its chain nor its validity period nor its revocation status.
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
        scheme = dialect.definition.scheme
        headers = Self.headers(dialect, scheme)
    }

    private static func headers(_ dialect: ForwardingDialect, _ scheme: ForwardedScheme) -> ConfiguredHeaders {
        guard case .header(let name) = scheme else { return ConfiguredHeaders(dialect.headers) }
        return ConfiguredHeaders(dialect.headers, scheme: name)
    }

    /// Throws for contradictory settings. Servers call it before they start.
    package func check() throws(ForwardingConfigurationError) {
        let values = [
            ("headerBytes", limits.headerBytes), ("certificateBytes", limits.certificateBytes),
            ("certificates", limits.certificates),
        ]
        for (name, value) in values where value < 1 { throw .invalidLimit(name: name) }
        guard case .header(let name) = scheme else { return }
        guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenCharacter) else { throw .invalidHeaderName(name) }
        guard !removes(name) else { throw .headerUsedTwice(name) }
    }

    /// Whether some proxy forwards certificates in a header with this name, or with a name that folds to the same.
    ///
    /// Applications never see such a header, because identity comes from the result alone.
    package func removes(_ name: String) -> Bool {
        removes(FoldedName(name))
    }

    private func removes(_ name: FoldedName) -> Bool {
        dialect.definition.foldedHeaders.contains(name) || KnownForwardingHeaders.contains(name)
    }

    /// Whether `removes` is true for a header that does not belong to the configured dialect.
    package func isOfAnotherDialect(_ name: String) -> Bool {
        let name = FoldedName(name)
        return !dialect.definition.foldedHeaders.contains(name) && KnownForwardingHeaders.contains(name)
    }

    /// Decides on one request.
    public func decide(_ request: ForwardingRequest) -> ForwardingDecision {
        do throws(ForwardingError) {
            switch proxies.match(of: request.peer, presenting: request.presentedChain, memory: request.proxyMemory) {
            case .notTrusted: return try decideForUntrustedPeer(request)
            case .byPlace: return try decideForProxy(request, hasOwnCertificate: request.presentedChain != nil)
            case .byCertificate: return try decideForProxy(request, hasOwnCertificate: false)
            }
        } catch {
            return .rejected(error)
        }
    }
}

extension CertificateForwarding {
    private func decideForUntrustedPeer(_ request: ForwardingRequest) throws(ForwardingError) -> ForwardingDecision {
        let names = request.fields.map { FoldedName($0.name) }
        let sent = zip(request.fields, names).first { removes($0.1) }?.0
        switch untrustedPeers {
        case .refuse:
            if let sent { throw untrusted(sent.name, "sent by a peer that is not a trusted proxy") }
            try checkSmuggling(request, names)
        case .strip:
            if let sent, request.presentedChain != nil {
                let reason = "sent together with a TLS certificate by a peer that is not a trusted proxy"
                return .failed(untrusted(sent.name, reason))
            }
        }
        return .direct
    }

    /// - Parameter hasOwnCertificate: whether the proxy presented a certificate other than its known one.
    private func decideForProxy(
        _ request: ForwardingRequest,
        hasOwnCertificate: Bool
    ) throws(ForwardingError) -> ForwardingDecision {
        let names = request.fields.map { FoldedName($0.name) }
        try checkSmuggling(request, names)
        var values = try headers.values(in: request.fields, folded: names, dialect: dialect.name)
        let definition = dialect.definition
        let schemeValue = values.count > definition.headers.count ? values.removeLast() : nil
        do throws(ForwardingError) {
            let isSecure = try isSecure(schemeValue)
            let fields = try DialectFields(definition, values: values, limits: limits)
            guard let found = try definition.read(fields) else {
                return .forwarded(nil, isSecure: isSecure)
            }
            guard !hasOwnCertificate else {
                let reason = "sent on a connection whose TLS certificate is not that of a trusted proxy"
                throw untrusted(dialect.headers[0], reason)
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

    /// A client can make a proxy drop a header by naming it in `Connection` (CVE-2024-45410), or hide a header in a
    /// trailer.
    private func checkSmuggling(_ request: ForwardingRequest, _ names: [FoldedName]) throws(ForwardingError) {
        if let trailer = request.trailers.first(where: { concernsForwarding($0.name) }) {
            throw untrusted(trailer.name, "sent as a trailer")
        }
        var options = ConnectionOptions()
        for (field, name) in zip(request.fields, names) where ConnectionOptions.areIn(name) {
            do throws(DecodingFault) {
                try options.add(field.value)
            } catch {
                throw ForwardingError(error.code, dialect: dialect.name, header: field.name, error.reason)
            }
        }
        if let option = options.names.first(where: concernsForwarding) {
            throw untrusted(option, "named in a Connection header")
        }
    }

    private func concernsForwarding(_ name: String) -> Bool {
        let name = FoldedName(name)
        return headers.contains(name) || KnownForwardingHeaders.contains(name)
    }

    private func isSecure(_ value: String?) throws(ForwardingError) -> Bool {
        guard case .header(let header) = scheme else { return true }
        guard let value else { return false }
        guard let isSecure = ForwardedScheme.isSecure(value) else {
            let found = value.isEmpty ? "empty" : "\"\(DisplayText.escaped(value, limit: 64))\""
            let reason =
                value.contains(",")
                ? "\(found) is a list, expected one scheme: have the proxy replace the header, not append to it"
                : "\(found), expected https or http (or wss, ws)"
            throw ForwardingError(.forwardedScheme, dialect: dialect.name, header: header, reason)
        }
        return isSecure
    }

    /// Why a request of a trusted proxy does not count as HTTPS.
    package func schemeExplanation(of fields: [HeaderField]) -> String? {
        guard case .header(let header) = scheme else { return nil }
        let name = FoldedName(header)
        let value = fields.first { FoldedName($0.name) == name }?.value.trimmedOfBlanks
        let found = value.map { "says \(DisplayText.escaped($0, limit: 64))" } ?? "is missing"
        return "dialect \(dialect.name), header \(header): it \(found), expected https: "
            + "have the proxy set it, or name the header in which it sends the scheme"
    }

    /// The headers of other dialects in a request, each with its dialects; nil if there is none.
    package func otherDialects(in fields: [HeaderField]) -> String? {
        let found = fields.filter { isOfAnotherDialect($0.name) }.prefix(8).map { field in
            let dialects = KnownForwardingHeaders.dialects(of: FoldedName(field.name))
            let owner = dialects.isEmpty ? "no built-in dialect" : dialects.prefix(4).joined(separator: ", ")
            return "\(DisplayText.escaped(field.name, limit: 64)) (\(owner))"
        }
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }

    private func untrusted(_ header: String, _ reason: String) -> ForwardingError {
        ForwardingError(.forwardingUntrusted, dialect: dialect.name, header: header, reason)
    }
}
