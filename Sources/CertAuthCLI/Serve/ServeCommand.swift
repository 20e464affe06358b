// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import Logging

/// `certauth serve`: serves HTTPS to clients with certificates.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves HTTPS to clients with certificates, and shows each client its identity.",
        discussion: """
            GET /whoami returns 200 with the client as JSON, or 403 application/problem+json with a code; GET /public \
            answers every client; GET /secure/... is like /whoami, and requests the certificate in mode delayed.
            A request is answered 421 if its Host has another policy than the name that the connection was opened for.
            Revocation is checked by default, and an unknown status is refused. CRLs are given with --crl; CRLs and OCSP \
            responses are also fetched from the addresses in the certificates, within two seconds. Hosts on private \
            addresses are contacted only if --allow-fetch-host names them. A reload never replaces a newer list: an older \
            or missing one leaves it in force.
            The lines "listening on ..." on standard output contain the addresses; port 0 lets the system choose. SIGINT \
            and SIGTERM stop the server after the requests in flight are answered. Sockets of a service manager \
            (LISTEN_FDS) are used, and it is told the state (NOTIFY_SOCKET).
            Settings may also be in environment variables (CERTAUTH_CLIENT_CA for --client-ca) and in the file of \
            --config. Flags precede variables, and variables precede the file.

            Examples:
              certauth serve --cert pki/localhost.chain.pem --key pki/localhost.key \\
                  --client-ca pki/root.pem --crl pki/crls.pem
              certauth serve --cert s.pem --key s.key --client-ca ca.pem --check --json
              certauth serve --cert rsa.pem --key rsa.key --cert ec.pem --key ec.key \\
                  --staple rsa.ocsp --staple ec.ocsp --client-ca ca.pem --crl crls.pem
              certauth serve --listen 127.0.0.1:0 --cert s.pem --key s.key \\
                  --client-ca ca.pem --mode allow --revocation none --verify request
              certauth serve --cert s.pem --key s.key --client-ca ca.pem \\
                  --crl crls.pem --sni a.test=require --sni b.test=none \\
                  --sni '*.c.test=delayed'
              certauth serve --cert s.pem --key s.key --client-ca ca.pem \\
                  --crl crls.pem --names names.txt
              certauth serve --cert s.pem --key s.key --types self-signed --pin 3f1c...e2
              certauth serve --listen 10.0.0.7:8443 --cert s.pem --key s.key \\
                  --client-ca ca.pem --crl crls.pem --proxy-protocol 10.0.0.5
              certauth serve --plain --listen 127.0.0.1:8080 --client-ca ca.pem \\
                  --revocation none --forwarded nginx --trusted-proxy 127.0.0.1/32

            Exit codes: 0 stopped on request, or checked (findings of severity warning or notice do not change this), \
            2 usage error or a configuration that cannot work, 3 failed.
            """
    )

    @OptionGroup var listening: ListenArguments
    @Option(
        help:
            "The server's certificate, followed by its intermediates; can be repeated for keys of other kinds (RSA, EC).",
        completion: .file()
    ) var cert: [String] = []
    @Option(help: "The server's private key; repeated in the order of --cert.", completion: .file())
    var key: [String] = []
    @Option(
        help: ArgumentHelp(
            "An OCSP response (DER) about a server certificate, for clients that ask for it; can be repeated.",
            valueName: "file"
        ),
        completion: .file()
    ) var staple: [String] = []
    @Option(help: "The password of an encrypted key, visible to all users while the server runs.")
    var keyPassword: String?
    @Option(
        help: ArgumentHelp(
            "A file whose first line is that password; by default CERTAUTH_KEY_PASSWORD, or the terminal is asked.",
            valueName: "file"
        ),
        completion: .file()
    ) var keyPasswordFile: String?
    @Option(help: "Trust anchors for clients; can be repeated.", completion: .file()) var clientCa: [String] = []
    @Option(help: "Intermediates that clients may fail to send; can be repeated.", completion: .file())
    var intermediate: [String] = []
    @Option(
        help: ArgumentHelp(
            "The authorities whose names are sent to clients: those of --client-ca and --intermediate, those of "
                + "--client-ca, none, or those in a file (default: all).",
            valueName: "all|anchors|none|file"
        ),
        completion: .file(),
        transform: AuthorityNamesArgument.init(text:)
    ) var caNames = AuthorityNamesArgument.all
    @OptionGroup var modes: ModeArguments
    @Option(help: "The kinds of certificates that are allowed.") var types = TypesArgument.chained
    @Option(
        help: "The SHA-256 of an accepted self-signed certificate, or spki: and that of its key; can be repeated.",
        transform: ArgumentText.pin
    ) var pin: [CertificatePin] = []
    @Flag(
        help: "Also checks a commonName that looks like a host or an address against name constraints."
    ) var constrainCommonNames = false
    @Option(help: "Whether and how revocation is checked; offline fetches nothing.")
    var revocation = RevocationModeArgument.online
    @Option(help: "CRLs; can be repeated.", completion: .file()) var crl: [String] = []
    @Option(
        help: "A folder that stores revocation evidence, so that a restart does not go back to older lists.",
        completion: .directory
    ) var evidenceFolder: String?
    @Option(help: "How an unknown revocation status is treated.") var unknownRevocation = UnknownRevocationArgument.deny
    @Option(help: "Which kind of source is used first; with both, both must agree.")
    var revocationOrder = RevocationOrderArgument.crlFirst
    @Option(help: "Fetches from HOST or HOST:PORT, even at a private address; can be repeated.")
    var allowFetchHost: [String] = []
    @Option(help: "Caches up to this many verdicts (default: no cache; 1024 with --cache-seconds).") var cache: Int?
    @Option(help: "Caches verdicts for this many seconds (default: 120 with --cache).") var cacheSeconds: Int64?
    @Option(help: "The maximum number of open connections, from 1 to 1000000.")
    var connections = HTTPSListenerLimits().connections
    @Option(help: "The oldest TLS version.") var tlsMin = TLSVersionArgument.tls12
    @Option(help: "Where certificates are validated: a refusal is a TLS alert, or an HTTP response.")
    var verify = ValidationArgument.request
    @Flag(help: "Sends clients the operator's message of a refusal.") var exposeDetails = false
    @OptionGroup var limits: LimitArguments
    @Option(help: "The format of the log on standard error: lines for people, or one JSON object for each line.")
    var logFormat = LogFormat.text
    @Option(help: "The least severe level of the log: trace, debug, info, notice, warning, error or critical.")
    var logLevel = LogLevelArgument.info
    @OptionGroup var configuration: ConfigurationArguments
    @Flag(help: "Checks the configuration, prints findings and exits.") var check = false
    @Flag(help: "With --check: writes the findings as JSON.") var json = false
    @Flag(help: "Reloads, as on SIGHUP, whenever the contents of a file change.") var watch = false
    @OptionGroup var proxies: ForwardingArguments
    @OptionGroup var loadBalancers: LoadBalancerArguments
    @OptionGroup var http2: HTTP2Arguments

    mutating func run() async throws { try await run(with: nil) }

    /// Runs the command.
    ///
    /// - Parameter input: where the settings come from; nil if only the command line has some.
    func run(with input: ServeInput?) async throws {
        guard check || !json else {
            throw CommandFailure.usage("--json has no meaning without --check", hint: "give --check")
        }
        guard !configuration.printConfig else {
            guard !check else { throw CommandFailure.usage("--print-config and --check exclude each other") }
            return Terminal.standard.line(input?.printed ?? "{}")
        }
        guard !check else { return try runCheck() }
        let service = try ServiceConnection.take()
        let settings = try settings()
        let server = Server(
            ServeInForce(settings, input: input),
            terminal: .standard,
            level: logLevel.level,
            format: logFormat,
            service: service
        )
        let listener = try server.listener()
        if let refusal = CheckReport(findings: listener.configuration.findings).refusal { throw refusal }
        try await server.run(listener)
    }

    /// Prints the findings with their codes instead of logging them.
    private func runCheck() throws {
        let terminal = Terminal.standard
        let report: CheckReport
        do throws(CommandFailure) {
            let server = Server(settings: try settings(), terminal: terminal, level: .critical)
            let listener = try server.listener()
            var identities: [ServedIdentity] = []
            if case .tls(let tls) = listener.configuration.security { identities = tls.servedIdentities }
            report = CheckReport(
                findings: listener.configuration.findings + server.findings + server.settings.checkFindings,
                identities: identities
            )
        } catch {
            guard json else { throw error }
            report = CheckReport(findings: [], failure: error)
        }
        if json {
            terminal.line(report.json.pretty)
        } else {
            for line in report.identityLines { terminal.line(line) }
            for finding in report.findings { terminal.note("\(finding)") }
            terminal.line(report.summary)
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    /// Returns the checked settings.
    ///
    /// - Parameter former: the settings whose stores and password continue at a reload; nil at the start.
    func settings(after former: ServeSettings? = nil) throws(CommandFailure) -> ServeSettings {
        guard cache.map({ $0 > 0 }) ?? true, cacheSeconds.map({ $0 > 0 }) ?? true else {
            throw .usage("--cache and --cache-seconds must be 1 or more", hint: "leave both out for no cache")
        }
        guard (1...1_000_000).contains(connections) else {
            throw .usage("--connections must be 1 to 1000000", hint: "leave it out for 1000")
        }
        guard revocation != RevocationModeArgument.none || crl.isEmpty else {
            throw .usage("--crl has no meaning with --revocation none", hint: "leave one of them out")
        }
        guard revocation != RevocationModeArgument.none || evidenceFolder == nil else {
            throw .usage("--evidence-folder has no meaning with --revocation none", hint: "leave one of them out")
        }
        guard revocation == .online || allowFetchHost.isEmpty else {
            throw .usage("--allow-fetch-host has no meaning with --revocation \(revocation.rawValue)")
        }
        var settings = try surface()
        settings.listening = try listening.settings()
        settings.limits = try limits.settings(isPlain: proxies.plain)
        settings.keyPassword = try PasswordSource(
            flag: "--key-password",
            variable: "CERTAUTH_KEY_PASSWORD",
            text: keyPassword,
            file: keyPasswordFile
        ).password()
        // A reload must not wait for a person.
        if let former, settings.keyPassword == nil {
            settings.keyPassword = former.keyPassword
        } else if settings.keyPassword == nil, let encrypted = key.first(where: { PrivateKeyFile.isEncrypted($0) }) {
            settings.keyPassword = Terminal.standard.password("Password of \(UsageError.shown(encrypted)): ")
        }
        settings.clientAuthorities = clientCa
        settings.intermediates = intermediate
        guard !proxies.plain || caNames == .all else {
            throw .usage("--ca-names has no meaning with --plain", hint: "leave it out")
        }
        settings.authorityNames = caNames
        try modes.apply(to: &settings)
        try http2.apply(to: &settings)
        try loadBalancers.apply(to: &settings)
        settings.types = types
        settings.pins = pin
        settings.constrainsCommonNames = constrainCommonNames
        settings.revocation = revocation
        settings.revocationLists = crl
        settings.unknownRevocation = unknownRevocation
        settings.revocationOrder = revocationOrder
        for host in allowFetchHost where HostName(authority: host) == nil {
            throw .usage("--allow-fetch-host \(ConfigurationFailure.named(host))", hint: "give HOST or HOST:PORT")
        }
        settings.fetchHosts = allowFetchHost
        // With --check, the folder is not touched, because another user may run the check.
        if let former {
            settings.keepStores(of: former)
        } else if let evidenceFolder, !check {
            try settings.remember(evidenceIn: evidenceFolder)
        }
        settings.cacheCapacity = cache
        settings.cacheSeconds = cacheSeconds
        settings.minimumVersion = tlsMin == .tls13 ? .tls13 : .tls12
        settings.validation = verify == .handshake ? .handshake : .request
        settings.exposesDetails = exposeDetails
        settings.connections = connections
        settings.watchesFiles = watch
        return settings
    }

    /// Returns settings with TLS, or without TLS behind proxies.
    private func surface() throws(CommandFailure) -> ServeSettings {
        let forwarding = try proxies.settings()
        if proxies.plain {
            guard cert.isEmpty, key.isEmpty, keyPassword == nil, keyPasswordFile == nil else {
                throw .usage("--cert and --key have no meaning with --plain", hint: "leave them out")
            }
            guard staple.isEmpty else {
                throw .usage("--staple has no meaning with --plain", hint: "leave it out")
            }
            return ServeSettings(plainBehind: forwarding)
        }
        let identities = try IdentityFiles.pairs(certificates: cert, keys: key)
        var settings = ServeSettings(certificate: identities[0].certificate, key: identities[0].key)
        settings.additionalIdentities = Array(identities.dropFirst())
        settings.staples = staple
        settings.forwarding = forwarding
        return settings
    }
}
