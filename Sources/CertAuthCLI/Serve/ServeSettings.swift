// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import CertAuthHTTP
package import CertAuthTLS
package import Logging

/// The settings of `certauth serve`, independent of the command line.
package struct ServeSettings: Sendable {
    /// Where and how the server listens.
    package var listening = ListenSettings()
    /// The first address.
    package var address: ListenerAddress {
        get { listening.addresses[0] }
        set { listening.addresses = [newValue] }
    }
    /// Limits that differ from the defaults.
    package var limits = LimitSettings()
    /// The server's certificate and key files; nil for a listener without TLS.
    package var certificate: String?
    package var key: String?
    /// The files of further identities, each with a key of another kind.
    package var additionalIdentities: [IdentityFiles] = []
    /// Files of OCSP responses about the server's certificates, in any order.
    package var staples: [String] = []
    /// The dialects of proxies, each with its proxies; empty without proxies.
    package var forwarding: [ForwardingSettings] = []
    /// The load balancers that must use the PROXY protocol; nil if none must.
    package var proxyProtocol: ProxyProtocolPolicy?
    package var keyPassword: String?
    /// Files of trust anchors for clients.
    package var clientAuthorities: [String] = []
    /// Files of intermediates that clients may fail to send.
    package var intermediates: [String] = []
    /// The authorities that are named to clients.
    package var authorityNames = AuthorityNamesArgument.all
    package var mode = ClientCertificateMode.require
    /// Server names with their own settings.
    package var names: [ServerNameSettings] = []
    /// The file with further names; nil for none.
    package var namesFile: String?
    /// The flag that sets the mode of all other names; nil if none does.
    var generalModeFlag: String?
    /// Whether all other names may have a looser policy than a named one.
    var permitsLooserDefault = false
    /// Whether admitted clients may resume their sessions.
    package var issuesTickets = false
    /// The file with the secret that encrypts tickets; nil generates a secret for this process.
    package var ticketKey: String?
    /// Stores TLS 1.2 sessions, also across reloads; nil stores none.
    package var sessionCache: SessionCache?
    /// How clients are treated that request another server name, if there are names.
    package var unnamedClients = UnnamedClients.refused
    /// Which clients are offered HTTP/2.
    package var http2 = HTTP2Offer.none
    /// The host for clients that cannot be asked for a certificate in mode delayed.
    package var certificateHost: String?
    package var types = TypesArgument.chained
    package var pins: [CertificatePin] = []
    /// Whether name constraints on hosts also apply to commonNames.
    package var constrainsCommonNames = false
    package var revocation = RevocationModeArgument.online
    package var revocationLists: [String] = []
    package var unknownRevocation = UnknownRevocationArgument.deny
    package var revocationOrder = RevocationOrderArgument.crlFirst
    /// Stores CRLs across restarts; nil stores none.
    package private(set) var listFolder: RevocationListFolder?
    private var artifacts: FolderArtifactStore?
    /// Hosts from which revocation evidence may be fetched at any address.
    package var fetchHosts: [String] = []
    /// The maximum number of verdicts in the cache; nil for no cache.
    package var cacheCapacity: Int?
    package var cacheSeconds: Int64?
    package var minimumVersion = TLSProtocolVersion.tls12
    package var validation = ClientCertificateValidation.request
    package var exposesDetails = false
    /// The maximum number of open connections.
    package var connections = HTTPSListenerLimits().connections
    /// Whether changed files are reloaded automatically.
    package var watchesFiles = false
    package var clock = VerificationClock.system

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Creates settings for a server without TLS behind proxies.
    package init(plainBehind forwarding: [ForwardingSettings]) { self.forwarding = forwarding }

    /// Creates a checked listener, which is not started.
    ///
    /// - Parameters:
    ///   - gatherer: fetches revocation evidence; nil creates one from these settings.
    ///   - store: keeps the objects of the files for the next load.
    /// - Throws: `CommandFailure` with the flag or file that is wrong.
    package func listener(
        logger: Logger,
        gatherer: RevocationGatherer? = nil,
        store: InputStore = InputStore()
    ) throws(CommandFailure) -> HTTPSListener {
        let gatherer = gatherer ?? self.gatherer(logger: logger)
        return try load(from: store) { (settings, snapshot) throws(CommandFailure) in
            try settings.checkCertificateHost()
            return try settings.listener(
                try settings.configuration(from: snapshot, gatherer: gatherer, logger: logger),
                logger: logger
            )
        }
    }

    /// Reads all files, then applies these settings with the names of `--names`.
    func load<Value: Sendable>(
        from store: InputStore,
        apply: (ServeSettings, InputSnapshot) throws(CommandFailure) -> Value
    ) throws(CommandFailure) -> Value {
        try store.load(
            password: keyPassword,
            prepare: { (snapshot) throws(CommandFailure) in
                let settings = try withNames(in: snapshot)
                return (settings, settings.inputFiles)
            },
            apply: apply
        )
    }

    private func listener(
        _ configuration: HTTPSListenerConfiguration,
        logger: Logger
    ) throws(CommandFailure) -> HTTPSListener {
        var configuration = configuration
        configuration.additionalAddresses = Array(listening.addresses.dropFirst())
        configuration.requirement = { DemonstrationRoutes.requirement(of: $0) }
        configuration.asksLate = { DemonstrationRoutes.asksLate(for: $0) }
        configuration.exposesFailureDetails = exposesDetails
        configuration.http2 = http2
        configuration.certificateHost = certificateHost
        limits.apply(to: &configuration.limits)
        configuration.limits.connections = connections
        configuration.logger = logger
        do {
            return try HTTPSListener(configuration: configuration) { DemonstrationRoutes.response(to: $0) }
        } catch {
            throw ConfigurationFailure.failure(of: error)
        }
    }

    /// Returns the configuration of a listener.
    func configuration(
        from snapshot: InputSnapshot,
        gatherer: RevocationGatherer?,
        logger: Logger
    ) throws(CommandFailure) -> HTTPSListenerConfiguration {
        // Nil if no client is asked for a certificate and no proxy forwards one.
        let authenticator =
            needsCommonAuthenticator ? try makeAuthenticator(from: snapshot, logger: logger, gatherer: gatherer) : nil
        let forwarding = try ForwardingSettings.forwarding(forwarding, from: snapshot, logger: logger)
        guard certificate != nil else {
            guard let forwarding, let authenticator else {
                throw .usage("--mode none has no meaning with --plain", hint: "leave --mode out")
            }
            return HTTPSListenerConfiguration(plainAt: address, forwarding: forwarding, authenticator: authenticator)
        }
        var configuration = HTTPSListenerConfiguration(
            address: address,
            tls: try tls(from: snapshot, authenticator: authenticator, gatherer: gatherer, logger: logger)
        )
        configuration.forwarding = forwarding
        return configuration
    }

    /// Returns the TLS configuration.
    private func tls(
        from snapshot: InputSnapshot,
        authenticator: CertificateAuthenticator?,
        gatherer: RevocationGatherer?,
        logger: Logger
    ) throws(CommandFailure) -> TLSServerConfiguration {
        var tls = TLSServerConfiguration(
            identity: try snapshot.identity(certificate: certificate ?? "", key: key ?? "", flag: "--cert"),
            authenticator: authenticator,
            mode: mode
        )
        for files in additionalIdentities {
            tls.additionalIdentities.append(
                try snapshot.identity(certificate: files.certificate, key: files.key, flag: "--cert")
            )
        }
        tls.authorityHints = try authorityHints(from: snapshot)
        tls.validation = validation
        tls.minimumVersion = minimumVersion
        tls.proxyProtocol = proxyProtocol
        limits.apply(to: &tls.limits)
        tls.logger = logger
        tls.sessionTickets = try sessionTickets(from: snapshot)
        tls.sessionCache = sessionCache
        try addNames(to: &tls, from: snapshot, gatherer: gatherer, logger: logger)
        try addStaples(to: &tls, from: snapshot)
        return tls
    }

    func makeAuthenticator(
        from snapshot: InputSnapshot,
        logger: Logger,
        gatherer: RevocationGatherer?
    ) throws(CommandFailure) -> CertificateAuthenticator {
        let options = try options(from: snapshot)
        let evidence = try snapshot.evidence(revocationLists)
        do throws(ConfigurationError) {
            let authenticator = try CertificateAuthenticator(
                options: options,
                cache: cache,
                revocationEvidence: evidence,
                revocationGatherer: gatherer,
                logger: logger
            )
            if let listFolder { authenticator.rememberRevocationLists(in: listFolder) }
            return authenticator
        } catch {
            throw ConfigurationFailure.failure(error)
        }
    }

    /// Returns a gatherer for `--revocation online`; nil otherwise.
    package func gatherer(logger: Logger) -> RevocationGatherer? {
        guard revocation == .online, namesFile != nil || needsAnyAuthenticator else { return nil }
        var policy = RevocationFetchPolicy()
        policy.allowedHosts = Set(fetchHosts)
        return RevocationGatherer(
            fetcher: NIORevocationFetcher(policy: policy),
            artifacts: artifacts,
            clock: clock,
            logger: logger
        )
    }

    /// Stores evidence in the folder at `path`.
    package mutating func remember(evidenceIn path: String) throws(CommandFailure) {
        do throws(ConfigurationError) {
            listFolder = try RevocationListFolder(path: path)
            artifacts = try FolderArtifactStore(path: path)
        } catch {
            throw .usage("--evidence-folder: \(error)", hint: "name a folder that the server may write to")
        }
    }

    /// Continues to use the stores of `former`.
    mutating func keepStores(of former: ServeSettings) {
        listFolder = former.listFolder
        artifacts = former.artifacts
        sessionCache = former.sessionCache
    }

    private var cache: LRUCertificateValidationCache? {
        guard cacheCapacity != nil || cacheSeconds != nil else { return nil }
        return LRUCertificateValidationCache(
            capacity: cacheCapacity ?? 1024,
            entryExpiration: .seconds(cacheSeconds ?? 120)
        )
    }
}
