// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// `certauth inspect`: shows the contents of certificates and CRLs.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows the contents of certificates, CRLs and related files, and which issued which.",
        discussion: """
            Reads certificates, CRLs, OCSP responses, requests (PKCS #10), PKCS #7, PKCS #12 and keys, in PEM (any \
            number of objects) or DER. Of private keys, only kind and public digest are shown. Problems \
            (expired, weak, no names, not usable by TLS clients) are shown as warnings.

            Examples:
              certauth inspect alice.pem issuing.pem root.pem
              certauth inspect --password-file secret.txt alice.pfx
              certauth inspect crls.pem --json

            Exit codes: 0 done, 1 an object is malformed, 2 usage error, 3 failed.
            """
    )

    @Argument(help: "Files of certificates and CRLs.", completion: .file()) var files: [String]
    @OptionGroup var passwords: PasswordArguments
    @Option(help: "The time, ISO 8601 (default: now).", transform: ArgumentText.timestamp) var time: Timestamp?
    @Flag(help: "Writes JSON.") var json = false

    mutating func run() async throws {
        let report = InspectionReport(
            files: try passwords.run { (password) throws(CommandFailure) in
                try files.map { (path) throws(CommandFailure) in try InspectedFile(path: path, password: password) }
            },
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
