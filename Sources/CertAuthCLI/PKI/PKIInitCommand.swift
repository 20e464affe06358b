// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `certauth pki init`: creates a PKI.
struct PKIInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Creates a root, an intermediate below it, and a CRL of each.",
        discussion: """
            Examples:
              certauth pki init
              certauth pki init --dir ~/pki --root-name "Example Root" --key rsa
              certauth pki init --responder-url http://127.0.0.1:8889
            """
    )

    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The root's common name (default: CertAuth Development Root).") var rootName: String?
    @Option(help: "The intermediate's common name (default: CertAuth Development Issuing).") var intermediateName:
        String?
    @Option(help: "How many authorities may follow below the intermediate.") var pathLength = 0
    @Option(help: "The kind of the keys; rsa has 2048 bits.") var key = KeyArgument.p256
    @Option(help: "How many days the root is valid.") var days: Int64 = 3650
    @Option(
        help:
            "Where certauth pki responder will listen: certificates name this URL for their CRL and OCSP (default: none)."
    )
    var responderUrl: String?
    @Flag(help: "Replaces an existing PKI; its keys are lost.") var force = false

    mutating func run() async throws {
        var settings = PKISettings()
        settings.rootName = rootName ?? settings.rootName
        settings.intermediateName = intermediateName ?? settings.intermediateName
        guard pathLength >= 0 else { throw CommandFailure.usage("--path-length is \(pathLength), expected 0 or more") }
        settings.pathLength = pathLength
        settings.key = key
        settings.rootDays = try checkedDays(days)
        settings.responderURL = responderUrl
        let pki = try DevelopmentPKI(creating: folder.path, settings, replacing: force)
        let terminal = Terminal.standard
        for warning in pki.folder.warnings + pki.warnings { terminal.note("warning: \(warning)") }
        var table = TextTable()
        table.add([.init(pki.folder.path(of: "root.pem")), "trust this"])
        table.add([.init(pki.folder.path(of: "intermediate.pem")), "issues the rest"])
        table.add([.init(pki.folder.path(of: "crls.pem")), "the CRLs of both"])
        for line in table.lines() { terminal.plainLine(line) }
        terminal.plainLine("next: certauth pki issue NAME --dir \(folder.path)")
    }
}
