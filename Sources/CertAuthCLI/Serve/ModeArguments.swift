// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuthTLS

/// The flags for client certificates and sessions, in general and by server name.
struct ModeArguments: ParsableArguments {
    @Option(
        help: "Whether clients are asked for a certificate (default: require); with --sni, for all other names."
    )
    var mode: ModeArgument?
    @Option(
        help: "NAME=MODE: the mode of NAME or *.NAME; other names are refused unless --mode is given; can be repeated."
    )
    var sni: [String] = []
    @Option(
        help:
            "NAME=CERT,KEY: the server's identity under a name; can be repeated, for one name with keys of other kinds."
    )
    var sniCert: [String] = []
    @Option(help: "NAME=FILE: trust anchors for a name's clients instead of --client-ca; can be repeated.")
    var sniTrust: [String] = []
    @Option(
        help: ArgumentHelp(
            "A file with server names, one in each line: NAME [mode=MODE] [cert=F key=F]... [trust=F]...",
            discussion: "Relative paths in it start at its folder. SIGHUP reads it again."
        ),
        completion: .file()
    ) var names: String?
    @Flag(help: "Permits a looser policy for all other names than for a named one.")
    var insecurelyLooserDefault = false

    @Option(help: "Lets accepted clients resume their sessions.") var tickets = TicketsArgument.off
    @Option(help: "A file of 32 random bytes or more; processes that share it accept each other's tickets.")
    var ticketKey: String?
    @Option(
        help:
            "Caches this many TLS 1.2 sessions of clients that use no tickets; with --verify handshake (default: none)."
    )
    var sessionCache: Int?

    /// Applies the flags to `settings`.
    func apply(to settings: inout ServeSettings) throws(CommandFailure) {
        guard self.names == nil || settings.certificate != nil else {
            throw .usage("--names has no meaning with --plain", hint: "leave it out")
        }
        let names = try ServerNameArguments(modes: sni, identities: sniCert, trusts: sniTrust)
        let given = mode.flatMap { ClientCertificateMode(rawValue: $0.rawValue) }
        guard given == nil || names.othersMode == nil else {
            throw .usage("--mode and --sni * both set the mode of all other names", hint: "leave one of them out")
        }
        settings.permitsLooserDefault = insecurelyLooserDefault
        if let mode = given ?? names.othersMode { settings.setGeneralMode(mode) }
        settings.generalModeFlag = given != nil ? "--mode" : names.othersMode.map { _ in "--sni *" }
        settings.names = names.names
        settings.namesFile = self.names
        guard tickets == .on || ticketKey == nil else {
            throw .usage("--ticket-key has no meaning without --tickets on", hint: "give --tickets on")
        }
        settings.issuesTickets = tickets == .on
        settings.ticketKey = ticketKey
        settings.sessionCache = try sessionCache.map { (capacity) throws(CommandFailure) in
            do throws(TLSConfigurationError) {
                return try SessionCache(capacity: capacity)
            } catch {
                throw .usage("--session-cache: \(error)", hint: "leave it out for no cache")
            }
        }
    }
}
