// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `certauth pki pfx`: writes a PKCS #12 file.
struct PKIPFXCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pfx",
        abstract: "Writes key and chain as a PKCS #12 file with a password.",
        discussion: """
            Uses AES-256 and SHA-256; with --legacy, triple DES and SHA-1 for Windows before 10 1709 and macOS before 15.

            Examples:
              certauth pki pfx alice --password secret
              certauth pki pfx alice --password secret --legacy --force
            """
    )

    @Argument(help: "The name of the certificate.") var name: String
    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The password that protects the file.") var password: String
    @Flag(help: "For importers that do not support AES.") var legacy = false
    @Flag(help: "Replaces an existing file.") var force = false

    mutating func run() async throws {
        guard !password.isEmpty else {
            throw CommandFailure.usage("--password is empty, expected one that protects the key")
        }
        let pki = try DevelopmentPKI(opening: folder.path)
        Terminal.standard.line(
            try pki.writePKCS12(name, password: password, legacy: legacy, replacing: force)
        )
    }
}
