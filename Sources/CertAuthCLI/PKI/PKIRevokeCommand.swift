// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `certauth pki revoke`: revokes a certificate.
struct PKIRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revokes a certificate, and issues its issuer's CRL again.",
        discussion: """
            Examples:
              certauth pki revoke alice --reason key-compromise
              certauth pki revoke 5A0F3C...
            """
    )

    @Argument(help: "The name or the serial number of the certificate.") var name: String
    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The reason (default: none is stated).") var reason: RevocationReason?

    mutating func run() async throws {
        var pki = try DevelopmentPKI(opening: folder.path)
        let entry = try pki.revoke(name, reason: reason)
        let list = try PKIFileNames(entry.issuer).revocationList
        Terminal.standard.plainLine("revoked \(entry.name), serial \(entry.serial)")
        for file in [list, "crls.pem"] { Terminal.standard.plainLine(pki.folder.path(of: file)) }
    }
}
