// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// `certauth pki issue`: issues a leaf.
struct PKIIssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issues a certificate for a TLS client, or for a server.",
        discussion: """
            Without --client, --server and --eku, the certificate is for a TLS client. With --server but without --dns \
            and --ip, it names localhost, 127.0.0.1 and ::1.

            Examples:
              certauth pki issue alice --email alice@example.com --upn alice@corp.example
              certauth pki issue box7 --from root --uri spiffe://example.com/box7 --key ed25519
              certauth pki issue www --server --dns www.example.com --dns example.com
              certauth pki issue old --not-before 2024-01-01T00:00:00Z --days 30
            """
    )

    @Argument(help: "The name of the files, and the subject's common name.") var name: String
    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The authority that issues it.") var from = DevelopmentPKI.intermediateName
    @Option(help: "The common name, if it is not NAME.") var commonName: String?
    @Option(help: "A DNS name; may be repeated.") var dns: [String] = []
    @Option(help: "An e-mail address; may be repeated.") var email: [String] = []
    @Option(help: "A URI; may be repeated.") var uri: [String] = []
    @Option(help: "An IP address; may be repeated.") var ip: [String] = []
    @Option(help: "A user principal name; may be repeated.") var upn: [String] = []
    @Flag(help: "Allows use by TLS clients.") var client = false
    @Flag(help: "Allows use by TLS servers.") var server = false
    @Option(
        help: "The OID of a further extended key usage; may be repeated.",
        transform: ArgumentText.objectIdentifier
    )
    var eku: [OID] = []
    @Option(help: "The kind of key; rsa has 2048 bits.") var key = KeyArgument.p256
    @Option(help: "The validity in days.") var days: Int64 = 365
    @Option(help: "The start of validity (ISO 8601); an hour ago by default.", transform: ArgumentText.timestamp)
    var notBefore: Timestamp?
    @Flag(help: "Replaces an existing certificate with this name.") var force = false

    mutating func run() async throws {
        var pki = try DevelopmentPKI(opening: folder.path)
        let certificate = try pki.issue(try request(), replacing: force)
        let files = try PKIFileNames(name)
        let terminal = Terminal.standard
        terminal.line("issued \(certificate), serial \(certificate.serialNumber), by \(from)")
        for file in [files.certificate, files.chain, files.key] { terminal.line(pki.folder.path(of: file)) }
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
