// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `certauth pki crl`: issues new CRLs.
struct PKICRLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl",
        abstract: "Issues the CRLs again, with new dates and numbers.",
        discussion: """
            Examples:
              certauth pki crl
              certauth pki crl intermediate --days 1
            """
    )

    @Argument(help: "The names of the authorities; all by default.") var authorities: [String] = []
    @OptionGroup var folder: PKIFolderOption
    @Option(help: "How many days the CRLs are valid.") var days: Int64 = 30

    mutating func run() async throws {
        var pki = try DevelopmentPKI(opening: folder.path)
        let days = try checkedDays(days)
        for name in authorities.isEmpty ? pki.index.authorities.map(\.name) : authorities {
            try pki.writeRevocationList(of: name, days: days)
            Terminal.standard.plainLine(pki.folder.path(of: try PKIFileNames(name).revocationList))
        }
        Terminal.standard.plainLine(pki.folder.path(of: "crls.pem"))
    }
}
