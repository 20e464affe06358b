// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuthTLS

/// The flags for client certificates and sessions, in general and by server name.
struct ModeArguments: ParsableArguments {
    @Option(
        help: "Whether clients are asked for a certificate (default: require); with --sni, the mode of all other names."
    )
    var mode: ModeArgument?
    @Option(help: "NAME=MODE: the mode of NAME or *.NAME; other names are refused unless --mode is given.")
    var sni: [String] = []
    @Option(help: "NAME=CERT,KEY: the server's certificate and key for a name.") var sniCert: [String] = []
    @Option(help: "NAME=FILE: trust anchors for a name's clients instead of --client-ca; may be repeated.")
    var sniTrust: [String] = []
    @Flag(help: "Allows all other names to have a looser policy than a named one.")
    var insecurelyLooserDefault = false

    @Option(help: "Whether admitted clients may resume their sessions.") var tickets = TicketsArgument.off
    @Option(help: "A file with 32 or more random bytes; processes that share it accept each other's tickets.")
    var ticketKey: String?
    @Option(help: "The number of TLS 1.2 sessions to store for clients without tickets; needs --verify handshake.")
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
