// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// `certauth pki issue`: issues a leaf.
struct PKIIssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issues a certificate for a TLS client, or for a server.",
        discussion: """
            Without --client, --server and --eku, the certificate is for a TLS client. --server without --dns and --ip \
            names localhost, 127.0.0.1 and ::1.

            Examples:
              certauth pki issue alice --email alice@example.com --upn alice@corp.example
              certauth pki issue box7 --from root --key ed25519 \\
                  --uri spiffe://example.com/box7
              certauth pki issue www --server --dns www.example.com --dns example.com
              certauth pki issue old --not-before 2024-01-01T00:00:00Z --days 30
            """
    )

    @Argument(help: "The common name of the subject, and the name of the files.") var name: String
    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The authority that issues it.") var from = DevelopmentPKI.intermediateName
    @Option(help: "The common name (default: NAME).") var commonName: String?
    @Option(help: "A DNS name; can be repeated.") var dns: [String] = []
    @Option(help: "An e-mail address; can be repeated.") var email: [String] = []
    @Option(help: "A URI; can be repeated.") var uri: [String] = []
    @Option(help: "An IP address; can be repeated.") var ip: [String] = []
    @Option(help: "A user principal name; can be repeated.") var upn: [String] = []
    @Flag(help: "For TLS clients.") var client = false
    @Flag(help: "For TLS servers.") var server = false
    @Option(
        help: "One more extended key usage by its OID; can be repeated.",
        transform: ArgumentText.objectIdentifier
    )
    var eku: [OID] = []
    @Option(help: "The kind of the key; rsa has 2048 bits.") var key = KeyArgument.p256
    @Option(help: "How many days it is valid.") var days: Int64 = 365
    @Option(help: "The start of validity, ISO 8601 (default: an hour ago).", transform: ArgumentText.timestamp)
    var notBefore: Timestamp?
    @Flag(help: "Replaces the files of a certificate of this name.") var force = false

    mutating func run() async throws {
        var pki = try DevelopmentPKI(opening: folder.path)
        let certificate = try pki.issue(try request(), replacing: force)
        let files = try PKIFileNames(name)
        let terminal = Terminal.standard
        terminal.plainLine("issued \(certificate), serial \(certificate.serialNumber), by \(from)")
        for warning in pki.folder.warnings + pki.warnings { terminal.note("warning: \(warning)") }
        for file in [files.certificate, files.chain, files.key] { terminal.plainLine(pki.folder.path(of: file)) }
    }

    private func request() throws(CommandFailure) -> LeafRequest {
        var request = LeafRequest(name: name)
        request.commonName = commonName ?? name
        request.issuer = from
        request.purposes = (client ? [.clientAuth] : []) + (server ? [.serverAuth] : []) + eku
        if request.purposes.isEmpty { request.purposes = [.clientAuth] }
        request.dnsNames = dns
        request.addresses = ip
        if server && dns.isEmpty && ip.isEmpty {
            request.dnsNames = ["localhost"]
            request.addresses = ["127.0.0.1", "::1"]
        }
        request.emails = email
        request.uris = uri
        request.userPrincipalNames = upn
        request.key = key
        request.days = try checkedDays(days)
        request.notBefore = notBefore
        return request
    }
}
