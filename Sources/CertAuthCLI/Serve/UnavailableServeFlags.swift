// SPDX-License-Identifier: Apache-2.0
// Flags that are part of the stable command line and do nothing yet.

import ArgumentParser

/// Accepted by the parser so that they can be refused by name; never ignored.
struct UnavailableServeFlags: ParsableArguments {
    @Option(help: .hidden) var sni: [String] = []
    @Option(help: .hidden) var sniCert: [String] = []
    @Option(help: .hidden) var sniTrust: [String] = []
    @Option(help: .hidden) var tickets: String?
    @Option(help: .hidden) var ticketKey: String?
    @Flag(help: .hidden) var http2 = false

    /// Refuses the first one that is given.
    func refuse() throws(CommandFailure) {
        let given: [(String, Bool)] = [
            ("--sni", !sni.isEmpty), ("--sni-cert", !sniCert.isEmpty), ("--sni-trust", !sniTrust.isEmpty),
            ("--tickets", tickets != nil),
            ("--ticket-key", ticketKey != nil), ("--http2", http2),
        ]
        if let (flag, _) = given.first(where: \.1) { throw .notAvailable(flag, hint: "leave it out") }
    }
}

/// `--mode`
enum ModeArgument: String, ExpressibleByArgument, CaseIterable {
    case none, allow, require, delayed
}

/// `--verify`
enum ValidationArgument: String, ExpressibleByArgument, CaseIterable {
    case handshake, request
}

/// `--tls-min`
enum TLSVersionArgument: String, ExpressibleByArgument, CaseIterable {
    case tls12 = "1.2"
    case tls13 = "1.3"
}
