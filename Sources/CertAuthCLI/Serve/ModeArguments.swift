// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuthTLS

/// The flags for client certificates and sessions, in general and by server name.
struct ModeArguments: ParsableArguments {
    @Option(
        help: "Whether clients are asked for a certificate (default: require); with --sni, that of all other names."
    )
    var mode: ModeArgument?
    @Option(help: "NAME=MODE: the mode of a name or of *.NAME; others are refused unless --mode is given.")
    var sni: [String] = []
    @Option(help: "NAME=CERT,KEY: the server's identity under a name.") var sniCert: [String] = []
    @Option(help: "NAME=FILE: trust anchors for a name's clients in place of --client-ca; may be given often.")
    var sniTrust: [String] = []
    @Flag(help: "Lets all other names be treated more loosely than one that is named.")
    var insecurelyLooserDefault = false

    @Option(help: "Lets clients that were let in resume their sessions.") var tickets = TicketsArgument.off
    @Option(help: "A file of 32 random bytes or more; processes that share it take each other's tickets.")
    var ticketKey: String?
    @Option(help: "Keeps this many TLS 1.2 sessions of clients that take no tickets; with --verify handshake.")
    var sessionCache: Int?

    /// Applies the flags to `settings`.
    func apply(to settings: inout ServeSettings) throws(CommandFailure) {
        let names = try ServerNameArguments(modes: sni, identities: sniCert, trusts: sniTrust)
        let given = mode.flatMap { ClientCertificateMode(rawValue: $0.rawValue) }
        guard given == nil || names.othersMode == nil else {
            throw .usage("--mode and --sni * name two modes for all other names", hint: "leave one of them out")
        }
        settings.mode = given ?? names.othersMode ?? .require
        settings.names = names.names
        guard tickets == .on || ticketKey == nil else {
            throw .usage("--ticket-key has no meaning without --tickets on", hint: "give --tickets on")
        }
        settings.issuesTickets = tickets == .on
        settings.ticketKey = ticketKey
        settings.sessionCache = try sessionCache.map { (capacity) throws(CommandFailure) in
            do throws(TLSConfigurationError) {
                return try SessionCache(capacity: capacity)
            } catch {
                throw .usage("--session-cache: \(error)", hint: "leave it out for none")
            }
        }
        guard given != nil || names.othersMode != nil else { return }
        settings.unnamedClients = insecurelyLooserDefault ? .insecurelyServedByLooserDefault : .servedByDefault
    }
}
