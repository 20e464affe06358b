// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// `certauth inspect`: shows the contents of certificates and CRLs.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows the contents of certificates and CRLs, and which issued which.",
        discussion: """
            Reads PEM (any number of objects), DER and PKCS #12. Private keys are listed, but never shown. Problems \
            (expired, weak, no names, not usable by TLS clients) are shown as warnings.

            Examples:
              certauth inspect alice.pem issuing.pem root.pem
              certauth inspect --password secret alice.pfx
              certauth inspect crls.pem --json

            Exit codes: 0 done, 1 an object is malformed, 2 usage error, 3 failed.
            """
    )

    @Argument(help: "Files of certificates and CRLs.", completion: .file()) var files: [String]
    @Option(help: "The password of PKCS #12 files.") var password: String?
    @Option(help: "The time, ISO 8601; now by default.", transform: ArgumentText.timestamp) var time: Timestamp?
    @Flag(help: "Writes JSON.") var json = false

    mutating func run() async throws {
        let report = InspectionReport(
            files: try files.map { try InspectedFile(path: $0, password: password) },
            now: time ?? .now
        )
        if json {
            Terminal.standard.line(report.json.pretty)
        } else {
            for line in report.text(Terminal.standard.palette) { Terminal.standard.line(line) }
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }
}
