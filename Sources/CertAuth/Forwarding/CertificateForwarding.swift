// SPDX-License-Identifier: Apache-2.0

/// Reads the client's certificate from the headers of a trusted proxy that terminates the client's TLS connection. Each
/// proxy uses one dialect.
public struct CertificateForwarding: Sendable {
    /// The groups of proxies, each with its dialect; at least one. No peer belongs to two of them.
    package private(set) var groups: [ForwardingGroup]
    /// The proxies of all groups.
    package let proxies: TrustedProxies
    /// How forwarding headers of other peers are handled.
    public var untrustedPeers = UntrustedPeerPolicy.refuse
    /// How the proxy states that its client used HTTPS. The initial value is the default of the dialect's proxy.
    ///
    /// Of combined values, the first one's. Change the parts instead: a change of the combined value has no effect, and
    /// is refused at the start of a server.
    public var scheme: ForwardedScheme {
        get { groups[0].scheme }
        set { change { $0.scheme = newValue } }
    }
    /// The maximum number of bytes and certificates in a header.
    ///
    /// Of combined values, the first one's. As `scheme`, it is changed in the parts.
    public var limits: ForwardingLimits {
        get { groups[0].limits }
        set { change { $0.limits = newValue } }
    }
    /// Whether a setting of one part of a combined value was changed.
    private var isChangedAfterCombining = false

    private mutating func change(_ body: (inout ForwardingGroup) -> Void) {
        // The value of one part could be looser than that of another.
        guard groups.count == 1 else { return isChangedAfterCombining = true }
        body(&groups[0])
    }

    /// Creates forwarding with a dialect without a verdict.
    public init(_ dialect: UnverifiedDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        self.init(try ForwardingGroup(.unverified(dialect), proxies, trustsVerdict: false))
    }

    /// Creates forwarding with a dialect that requires a verdict. The engine validates the chain anyway.
    public init(_ dialect: VerifiedDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        self.init(try ForwardingGroup(.verified(dialect), proxies, trustsVerdict: false))
    }

    /// Creates forwarding with a dialect of either kind.
    public init(_ dialect: ForwardingDialect, from proxies: TrustedProxies) throws(ForwardingConfigurationError) {
        self.init(try ForwardingGroup(dialect, proxies, trustsVerdict: false))
    }

    /// Creates forwarding that relies on the proxy's verdict alone. Nothing of the certificate is validated: neither
    /// its chain nor its validity period nor its revocation status.
    public init(
        insecurelyTrustingVerdictOf dialect: VerifiedDialect,
        from proxies: TrustedProxies
    ) throws(ForwardingConfigurationError) {
        self.init(try ForwardingGroup(.verified(dialect), proxies, trustsVerdict: true))
    }

    /// Combines several values for proxies with different dialects.
    ///
    /// A request is read by the dialect of its own proxy alone. The headers of all other dialects in it are removed.
    ///
    /// - Throws: `overlappingProxies` if a peer could be a proxy of two values, `untrustedPeersDiffer` if they handle other
    ///   peers differently, and `noTrustedProxies` for an empty list.
    public init(combining parts: [CertificateForwarding]) throws(ForwardingConfigurationError) {
        guard let first = parts.first else { throw .noTrustedProxies }
        guard parts.allSatisfy({ $0.untrustedPeers == first.untrustedPeers }) else { throw .untrustedPeersDiffer }
        guard !parts.contains(where: \.isChangedAfterCombining) else { throw .changedAfterCombining }
        groups = parts.flatMap(\.groups)
        for (index, group) in groups.enumerated() {
            for other in groups[(index + 1)...] {
                guard let (one, two) = group.proxies.overlap(with: other.proxies) else { continue }
                throw .overlappingProxies("\(one.text) (\(group.dialect.name))", "\(two.text) (\(other.dialect.name))")
            }
        }
        proxies = try TrustedProxies(groups.flatMap(\.proxies.proxies))
        untrustedPeers = first.untrustedPeers
    }

    private init(_ group: ForwardingGroup) {
        groups = [group]
        proxies = group.proxies
    }

    /// Whether the engine accepts verified chains of some proxies without validating them.
    package var insecurelyTrustsProxyVerdict: Bool { groups.contains(where: \.insecurelyTrustsProxyVerdict) }

    /// Throws for contradictory settings. Servers call it before they start.
    package func check() throws(ForwardingConfigurationError) {
        guard !isChangedAfterCombining else { throw .changedAfterCombining }
        for group in groups {
            try group.check()
            if let name = group.schemeHeader, removes(name) { throw .headerUsedTwice(name) }
        }
    }

    /// Whether some proxy forwards certificates in a header with this name, or with a name that folds to the same.
    ///
    /// Applications never see such a header, because identity comes from the result alone.
    package func removes(_ name: String) -> Bool {
        removes(FoldedName(name))
    }

    private func removes(_ name: FoldedName) -> Bool {
        groups.contains { $0.isOfDialect(name) } || KnownForwardingHeaders.contains(name)
    }

    /// Decides on one request.
    public func decide(_ request: ForwardingRequest) -> ForwardingDecision { resolve(request).decision }

    /// Decides on one request.
    ///
    /// - Returns: the decision, and the group of the peer; the first group for a peer that is not a trusted proxy.
    package func resolve(_ request: ForwardingRequest) -> (decision: ForwardingDecision, group: ForwardingGroup) {
        do throws(ForwardingError) {
            guard let (group, match) = try group(of: request) else {
                return (try decideForUntrustedPeer(request), groups[0])
            }
            do throws(ForwardingError) {
                let names = request.fields.map { FoldedName($0.name) }
                try checkSmuggling(request, names, group)
                let hasOwnCertificate = match == .byPlace && request.presentedChain != nil
                return (try group.decide(request, names, hasOwnCertificate: hasOwnCertificate), group)
            } catch {
                return (.rejected(error), group)
            }
        } catch {
            return (.rejected(error), groups[0])
        }
    }
}

extension CertificateForwarding {
    /// The group of the request's peer. Nil for a peer that is not a trusted proxy.
    ///
    /// - Throws: if the peer belongs to two groups, as with a certificate that has the names of two proxies. Which dialect
    ///   it uses is not known then.
    private func group(
        of request: ForwardingRequest
    ) throws(ForwardingError) -> (ForwardingGroup, TrustedProxies.Match)? {
        var found: (group: ForwardingGroup, match: TrustedProxies.Match)?
        for group in groups {
            let match = group.proxies.match(
                of: request.peer,
                presenting: request.presentedChain,
                memory: request.proxyMemory
            )
            guard match != .notTrusted else { continue }
            if let found {
                let reason = "the peer is also a proxy of dialect \(group.dialect.name), so its dialect is not known"
                throw found.group.untrusted(found.group.dialect.headers[0], reason)
            }
            found = (group, match)
        }
        return found
    }

    private func decideForUntrustedPeer(_ request: ForwardingRequest) throws(ForwardingError) -> ForwardingDecision {
        let names = request.fields.map { FoldedName($0.name) }
        let sent = zip(request.fields, names).first { removes($0.1) }
        // Errors name the dialect of the header.
        let group = groups.first { group in sent.map { group.isOfDialect($0.1) } ?? false } ?? groups[0]
        switch untrustedPeers {
        case .refuse:
            if let sent { throw group.untrusted(sent.0.name, "sent by a peer that is not a trusted proxy") }
            try checkSmuggling(request, names, group)
        case .strip:
            if let sent, request.presentedChain != nil {
                let reason = "sent together with a TLS certificate by a peer that is not a trusted proxy"
                return .failed(group.untrusted(sent.0.name, reason))
            }
        }
        return .direct
    }

    /// A client can make a proxy drop a header by naming it in `Connection` (CVE-2024-45410), or hide a header in a
    /// trailer.
    private func checkSmuggling(
        _ request: ForwardingRequest,
        _ names: [FoldedName],
        _ group: ForwardingGroup
    ) throws(ForwardingError) {
        if let trailer = request.trailers.first(where: { concernsForwarding($0.name) }) {
            throw group.untrusted(trailer.name, "sent as a trailer")
        }
        var options = ConnectionOptions()
        for (field, name) in zip(request.fields, names) where ConnectionOptions.areIn(name) {
            do throws(DecodingFault) {
                try options.add(field.value)
            } catch {
                throw ForwardingError(error.code, dialect: group.dialect.name, header: field.name, error.reason)
            }
        }
        if let option = options.names.first(where: concernsForwarding) {
            throw group.untrusted(option, "named in a Connection header")
        }
    }

    private func concernsForwarding(_ name: String) -> Bool {
        let name = FoldedName(name)
        return groups.contains { $0.contains(name) } || KnownForwardingHeaders.contains(name)
    }

    /// The headers of other dialects than that of `group` in a request, each with its dialects; nil if there is none.
    package func otherDialects(than group: ForwardingGroup, in fields: [HeaderField]) -> String? {
        let found = fields.filter { field in
            let name = FoldedName(field.name)
            return removes(name) && !group.isOfDialect(name)
        }
        let texts = found.prefix(8).map { field in
            let name = FoldedName(field.name)
            let configured = groups.filter { $0.isOfDialect(name) }.map(\.dialect.name)
            let known = KnownForwardingHeaders.dialects(of: name).filter { !configured.contains($0) }
            let dialects = (configured + known).prefix(4).joined(separator: ", ")
            let owner = dialects.isEmpty ? "no built-in dialect" : dialects
            return "\(DisplayText.escaped(field.name, limit: 64)) (\(owner))"
        }
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
    }
}
