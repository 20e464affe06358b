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
              certauth pki pfx alice
              certauth pki pfx alice --password-file secret.txt --legacy --force
            """
    )

    @Argument(help: "The name of the certificate.") var name: String
    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The password that protects the file, visible to all users while the command runs.")
    var password: String?
    @Option(
        help: ArgumentHelp(
            "A file whose first line is the password; default: the variable CERTAUTH_PASSWORD, otherwise a prompt.",
            valueName: "file"
        ),
        completion: .file()
    ) var passwordFile: String?
    @Flag(help: "For importers that do not support AES.") var legacy = false
    @Flag(help: "Replaces an existing file.") var force = false

    mutating func run() async throws {
        var pki = try DevelopmentPKI(opening: folder.path)
        let password = try chosenPassword()
        for warning in pki.folder.warnings { Terminal.standard.note("warning: \(warning)") }
        Terminal.standard.plainLine(
            try pki.writePKCS12(name, password: password, legacy: legacy, replacing: force)
        )
    }

    private func chosenPassword() throws(CommandFailure) -> String {
        let source = PasswordSource(
            flag: "--password",
            variable: "CERTAUTH_PASSWORD",
            text: password,
            file: passwordFile
        )
        let given = try source.password()
        guard let chosen = given ?? Terminal.standard.password("Password for \(name).pfx: ") else {
            throw .usage("the password that protects the file is missing", hint: source.ways)
        }
        guard !chosen.isEmpty else {
            throw .usage("the password is empty, expected one that protects the key", hint: source.ways)
        }
        if given == nil, Terminal.standard.password("Repeat the password: ") != chosen {
            throw .usage("the two passwords differ, nothing is written")
        }
        return chosen
    }
}
