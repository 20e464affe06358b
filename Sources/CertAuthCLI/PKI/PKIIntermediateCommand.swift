// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// `certauth pki intermediate`: creates a subordinate authority.
struct PKIIntermediateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intermediate",
        abstract: "Creates another authority, and its CRL.",
        discussion: """
            Examples:
              certauth pki intermediate team
              certauth pki intermediate division --path-length 1
              certauth pki intermediate team --from division
            """
    )

    @Argument(help: "The common name of the subject, and the name of the files.") var name: String
    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The authority that issues it.") var from = DevelopmentPKI.rootName
    @Option(help: "The common name (default: NAME).") var commonName: String?
    @Option(help: "How many authorities may follow below it.") var pathLength = 0
    @Option(help: "The kind of the key; rsa has 2048 bits.") var key = KeyArgument.p256
    @Option(help: "How many days it is valid.") var days: Int64 = 1825
    @Option(help: "The start of validity, ISO 8601 (default: an hour ago).", transform: ArgumentText.timestamp)
    var notBefore: Timestamp?

    mutating func run() async throws {
        guard pathLength >= 0 else { throw CommandFailure.usage("--path-length is \(pathLength), expected 0 or more") }
        var pki = try DevelopmentPKI(opening: folder.path)
        var request = AuthorityRequest(name: name, commonName: commonName ?? name, issuer: from)
        request.pathLength = pathLength
        request.key = key
        request.notBefore = notBefore
        request.days = try checkedDays(days)
        try pki.addAuthority(request)
        for warning in pki.folder.warnings + pki.warnings { Terminal.standard.note("warning: \(warning)") }
        let files = try PKIFileNames(name)
        for file in [files.certificate, files.chain, files.key, files.revocationList] {
            Terminal.standard.plainLine(pki.folder.path(of: file))
        }
    }
}
