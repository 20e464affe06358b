// SPDX-License-Identifier: Apache-2.0

/// A group of proxies with one dialect.
package struct ForwardingGroup: Sendable {
    /// How the proxies encode certificates.
    package let dialect: ForwardingDialect
    /// The proxies that may forward certificates.
    let proxies: TrustedProxies
    /// Whether the engine accepts verified chains without validating them.
    package let insecurelyTrustsProxyVerdict: Bool
    /// How the proxies state that their client used HTTPS.
    package var scheme: ForwardedScheme {
        didSet { headers = Self.headers(dialect, scheme) }
    }
    package var limits = ForwardingLimits()

    /// The headers of the dialect, followed by that of the scheme.
    private var headers: ConfiguredHeaders

    init(
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

    /// The header that states the scheme. Nil if none does.
    var schemeHeader: String? { if case .header(let name) = scheme { name } else { nil } }

    /// Whether a header belongs to the dialect.
    func isOfDialect(_ name: FoldedName) -> Bool { dialect.definition.foldedHeaders.contains(name) }

    /// Whether a header belongs to the dialect, or states the scheme.
    func contains(_ name: FoldedName) -> Bool { headers.contains(name) }

    func check() throws(ForwardingConfigurationError) {
        let values = [
            ("headerBytes", limits.headerBytes), ("certificateBytes", limits.certificateBytes),
            ("certificates", limits.certificates),
        ]
        for (name, value) in values where value < 1 { throw .invalidLimit(name: name) }
        guard let name = schemeHeader else { return }
        guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenCharacter) else { throw .invalidHeaderName(name) }
    }

    /// Decides on a request of one of the proxies.
    ///
    /// - Parameters:
    ///   - names: the folded names of the fields.
    ///   - hasOwnCertificate: whether the proxy presented a certificate other than its known one.
    func decide(
        _ request: ForwardingRequest,
        _ names: [FoldedName],
        hasOwnCertificate: Bool
    ) throws(ForwardingError) -> ForwardingDecision {
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

    private func isSecure(_ value: String?) throws(ForwardingError) -> Bool {
        guard let header = schemeHeader else { return true }
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
        guard let header = schemeHeader else { return nil }
        let name = FoldedName(header)
        let value = fields.first { FoldedName($0.name) == name }?.value.trimmedOfBlanks
        let found = value.map { "says \(DisplayText.escaped($0, limit: 64))" } ?? "is missing"
        return "dialect \(dialect.name), header \(header): it \(found), expected https: "
            + "have the proxy set it, or name the header in which it sends the scheme"
    }

    func untrusted(_ header: String, _ reason: String) -> ForwardingError {
        ForwardingError(.forwardingUntrusted, dialect: dialect.name, header: header, reason)
    }
}
