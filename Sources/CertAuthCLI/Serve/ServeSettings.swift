// SPDX-License-Identifier: Apache-2.0
// What `certauth serve` is asked, free of the command line, and the listener that results.

package import CertAuth
package import CertAuthHTTP
package import CertAuthTLS
package import Logging

/// A server to be.
package struct ServeSettings: Sendable {
    package var address = ListenerAddress.hostPort(host: "127.0.0.1", port: 8443)
    /// The server's own files; nil for a listener without TLS.
    package var certificate: String?
    package var key: String?
    package var forwarding: ForwardingSettings?
    package var keyPassword: String?
    /// Files of trust anchors for clients.
    package var clientAuthorities: [String] = []
    /// Files of intermediates that clients may fail to send.
    package var intermediates: [String] = []
    package var mode = ClientCertificateMode.require
    package var types = TypesArgument.chained
    package var pins: [CertificatePin] = []
    package var revocation = RevocationModeArgument.online
    package var revocationLists: [String] = []
    package var unknownRevocation = UnknownRevocationArgument.deny
    package var revocationOrder = RevocationOrderArgument.crlFirst
    /// Hosts that may be asked for revocation evidence whatever their address.
    package var fetchHosts: [String] = []
    /// Entries of the validation cache; nil for none.
    package var cacheCapacity: Int?
    package var cacheSeconds: Int64?
    package var minimumVersion = TLSProtocolVersion.tls12
    package var validation = ClientCertificateValidation.request
    package var exposesDetails = false
    package var clock = VerificationClock.system

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// A server without TLS behind proxies.
    package init(plainBehind forwarding: ForwardingSettings) { self.forwarding = forwarding }

    /// The listener, checked and not started.
    ///
    /// - Throws: `CommandFailure` naming the flag or file that is wrong.
    ///
    /// - Parameter gatherer: fetches revocation evidence; nil takes one by these settings.
    package func listener(
        logger: Logger,
        gatherer: RevocationGatherer? = nil
    ) throws(CommandFailure) -> HTTPSListener {
        let authenticator = try authenticator(logger: logger, gatherer: gatherer ?? self.gatherer(logger: logger))
        var configuration = try configuration(authenticator: authenticator, logger: logger)
        configuration.requirement = { DemonstrationRoutes.requirement(of: $0) }
        configuration.exposesFailureDetails = exposesDetails
        configuration.logger = logger
        do {
            return try HTTPSListener(configuration: configuration) { DemonstrationRoutes.response(to: $0) }
        } catch {
            throw .usage("\(error)")
        }
    }

    private func configuration(
        authenticator: CertificateAuthenticator?,
        logger: Logger
    ) throws(CommandFailure) -> HTTPSListenerConfiguration {
        let forwarding = try forwarding.map { (settings) throws(CommandFailure) in
            try settings.forwarding(logger: logger)
        }
        guard let certificate, let key else {
            guard let forwarding, let authenticator else {
                throw .usage("--mode none has no meaning with --plain", hint: "leave --mode out")
            }
            return HTTPSListenerConfiguration(plainAt: address, forwarding: forwarding, authenticator: authenticator)
        }
        let identity: ServerIdentity
        do throws(TLSConfigurationError) {
            identity = try ServerIdentity(certificateFile: certificate, keyFile: key, password: keyPassword)
        } catch {
            throw .usage("\(error)", hint: "--cert takes the server's certificate first, --key its private key")
        }
        var tls = TLSServerConfiguration(
            identity: identity,
            authenticator: authenticator,
            mode: mode
        )
        tls.validation = validation
        tls.minimumVersion = minimumVersion
        tls.logger = logger
        var configuration = HTTPSListenerConfiguration(address: address, tls: tls)
        configuration.forwarding = forwarding
        return configuration
    }

    /// Nil in mode none, in which nobody is asked for a certificate, unless proxies forward them.
    private func authenticator(
        logger: Logger,
        gatherer: RevocationGatherer?
    ) throws(CommandFailure) -> CertificateAuthenticator? {
        guard mode != .none || forwarding != nil else { return nil }
        let options = try options()
        let evidence = try evidence()
        do throws(ConfigurationError) {
            return try CertificateAuthenticator(
                options: options,
                cache: cache,
                revocationEvidence: evidence,
                revocationGatherer: gatherer,
                logger: logger
            )
        } catch {
            throw ConfigurationFailure.failure(error)
        }
    }

    /// What fetches under `--revocation online`.
    package func gatherer(logger: Logger) -> RevocationGatherer? {
        guard revocation == .online, mode != .none || forwarding != nil else { return nil }
        var policy = RevocationFetchPolicy()
        policy.allowedHosts = Set(fetchHosts)
        return RevocationGatherer(fetcher: NIORevocationFetcher(policy: policy), clock: clock, logger: logger)
    }

    private var cache: LRUCertificateValidationCache? {
        guard cacheCapacity != nil || cacheSeconds != nil else { return nil }
        return LRUCertificateValidationCache(capacity: cacheCapacity ?? 1024, entryExpiration: cacheSeconds ?? 120)
    }
}
