// SPDX-License-Identifier: Apache-2.0
// Flags that are part of the stable command line and do nothing yet.

import ArgumentParser

/// Accepted by the parser so that they can be refused by name; never ignored.
struct UnavailableServeFlags: ParsableArguments {
    @Flag(help: .hidden) var http2 = false

    /// Refuses the first one that is given.
    func refuse() throws(CommandFailure) {
        if http2 { throw .notAvailable("--http2", hint: "leave it out") }
    }
}

/// `--tickets`
enum TicketsArgument: String, ExpressibleByArgument, CaseIterable {
    case on, off
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
