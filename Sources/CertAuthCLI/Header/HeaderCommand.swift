// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// `certauth header`: parses the headers in which proxies forward certificates.
struct HeaderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "header",
        abstract: "Parses headers in which proxies forward certificates, as the server does.",
        discussion: """
            Reads one JSON case per line from standard input, and writes one JSON answer per line. A line that is not \
            a case is answered with the reason, and the exit code is still 0.

            Examples:
              certauth header xfcc --batch
                  {"id":"1","raw":["field line",...]}
              certauth header client-cert --batch
                  {"id":"1","client_cert":[lines],"client_cert_chain":[lines]}
            """
    )

    @Argument(help: "The kind of headers: xfcc or client-cert.") var kind: HeaderKind
    @Flag(help: "Reads cases from standard input.") var batch = false

    mutating func run() throws {
        guard batch else {
            throw CommandFailure.usage("--batch is missing", hint: "give --batch, and one case per line of input")
        }
        while let line = readLine() {
            guard line.utf8.contains(where: { $0 > 0x20 }) else { continue }
            Terminal.standard.line(HeaderBatch.answer(line, kind).compact)
        }
    }
}

/// The headers that `certauth header` parses.
package enum HeaderKind: String, ExpressibleByArgument, CaseIterable, Sendable {
    case xfcc
    case clientCertificate = "client-cert"
}
