// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthHTTP
package import CertAuthTesting

/// A PKI, a server certificate and eight clients, in a temporary folder that is removed with this object.
package final class DemoWorld: Sendable {
    /// The temporary folder.
    package let directory: TemporaryDirectory
    /// The eight kinds of client, in the order of the table.
    package let clients: [DemoClient]
    /// The root of the server's and the clients' certificates, DER.
    package let rootDER: [UInt8]

    package init() throws(CommandFailure) {
        let directory = try Kit.run { try TemporaryDirectory() }
        var pki = try DevelopmentPKI(creating: directory.path)
        var server = LeafRequest(name: "server")
        server.commonName = "localhost"
        server.purposes = [.serverAuth]
        server.dnsNames = ["localhost"]
        server.addresses = ["127.0.0.1", "::1"]
        try pki.issue(server)
        clients = try Self.clients(of: &pki)
        rootDER = try pki.firstCertificate("root.pem").derEncoded
        self.directory = directory
    }

    /// Returns settings for a server that exposes operators' messages, which public servers should not do.
    package func settings(address: ListenerAddress) -> ServeSettings {
        var settings = ServeSettings(certificate: path("server.chain.pem"), key: path("server.key"))
        settings.address = address
        settings.clientAuthorities = [path("root.pem")]
        settings.revocation = .offline
        settings.revocationLists = [path("crls.pem")]
        settings.exposesDetails = true
        return settings
    }

    package func path(_ name: String) -> String { directory.path(of: name) }

    private static func clients(of pki: inout DevelopmentPKI) throws(CommandFailure) -> [DemoClient] {
        let now = pki.clock.now()
        let root = DevelopmentPKI.rootName
        var clients = [
            try client("valid", "alice", nil, &pki) {
                $0.issuer = root
                $0.emails = ["alice@example.com"]
            },
            try client("via an intermediate", "bob", nil, &pki) { $0.emails = ["bob@example.com"] },
            DemoClient(
                kind: "no certificate",
                fileName: nil,
                identity: nil,
                expectedStatus: 403,
                expectedCode: FailureCode.noCertificate.rawValue
            ),
            try client("expired", "expired", .expired, &pki) {
                $0.notBefore = now.adding(seconds: -30 * 86_400)
                $0.days = 29
            },
            try client("not yet valid", "early", .notYetValid, &pki) { $0.notBefore = now.adding(seconds: 86_400) },
            try client("wrong usage", "wrong-usage", .wrongUsage, &pki) { $0.purposes = [.serverAuth] },
        ]
        let stranger = try Kit.run { try TestAuthority("Untrusted Root").issue("mallory") }
        clients.append(try outsider("untrusted CA", "mallory", stranger, .untrusted, pki))
        let own = try Kit.run { try TestIdentity.selfSigned("self-signed box") }
        clients.append(try outsider("self-signed", "self-signed", own, .certificateTypeNotAllowed, pki))
        return clients
    }

    private static func client(
        _ kind: String,
        _ name: String,
        _ code: FailureCode?,
        _ pki: inout DevelopmentPKI,
        _ change: (inout LeafRequest) -> Void
    ) throws(CommandFailure) -> DemoClient {
        var request = LeafRequest(name: name)
        change(&request)
        try pki.issue(request)
        guard let position = pki.index.position(named: name) else {
            throw CommandFailure(.internalError, "\(name) was issued, but is not in the index")
        }
        return DemoClient(
            kind: kind,
            fileName: name,
            identity: try pki.identity(of: pki.index.entries[position]),
            expectedStatus: code == nil ? 200 : 403,
            expectedCode: code?.rawValue
        )
    }

    /// Creates a client that the PKI did not issue; its files are in the same folder.
    private static func outsider(
        _ kind: String,
        _ name: String,
        _ identity: TestIdentity,
        _ code: FailureCode,
        _ pki: DevelopmentPKI
    ) throws(CommandFailure) -> DemoClient {
        let files = try PKIFileNames(name)
        try pki.folder.write(try Kit.run { try identity.chainPEM() }, as: files.chain)
        try pki.folder.write(try Kit.run { try identity.privateKeyPEM() }, as: files.key)
        return DemoClient(
            kind: kind,
            fileName: name,
            identity: identity,
            expectedStatus: 403,
            expectedCode: code.rawValue
        )
    }
}
