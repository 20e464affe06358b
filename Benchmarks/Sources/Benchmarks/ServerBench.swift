// SPDX-License-Identifier: Apache-2.0
// What the benchmarks of servers have in common: certificates, folders, started servers, and their end.

import CertAuthTesting

/// The servers of one benchmark and the certificates of their clients.
final class ServerBench {
    let clients: [TestIdentity]
    /// Clients of an authority that the servers don't know.
    let strangers: [TestIdentity]
    private let folder: ServerFolder
    private let serverRoot: [UInt8]
    private var servers: [ServerProcess] = []

    /// P-256 everywhere; a root and an intermediate above the clients.
    init(clientCount: Int) throws {
        let serverAuthority = try TestAuthority("Bench Server Root")
        let server = try serverAuthority.issue(
            "localhost",
            .server(dnsNames: ["localhost"], addresses: ["127.0.0.1"])
        )
        let authority = try TestAuthority("Bench Client Root")
        let issuing = try authority.intermediate("Bench Client Issuing")
        let keys = try (0..<8).map { _ in try TestKey.generate() }
        clients = try (0..<clientCount).map { try issuing.issue("client-\($0)", key: keys[$0 % keys.count]) }
        let elsewhere = try TestAuthority("Bench Elsewhere").intermediate("Bench Elsewhere Issuing")
        strangers = try (0..<8).map { try elsewhere.issue("stranger-\($0)", key: keys[$0]) }
        serverRoot = serverAuthority.anchorDER
        folder = try ServerFolder(server: server, clientRootPEM: try authority.identity.anchorPEM())
    }

    func start(_ kind: ServedKind) throws -> ServerProcess {
        let server = try ServerProcess.own(kind, in: folder)
        servers.append(server)
        return server
    }

    /// Nil where there is no nginx.
    func startNginx(hasTickets: Bool = false) throws -> ServerProcess? {
        let name = hasTickets ? "nginx-tickets" : "nginx"
        guard let server = try NginxServer.start(in: folder, name: name, hasTickets: hasTickets) else { return nil }
        servers.append(server)
        return server
    }

    /// Clients with every certificate, or with none.
    func load(_ server: ServerProcess, isAnonymous: Bool = false) throws -> Load {
        try Load(server, serverRoot: serverRoot, clients: isAnonymous ? [] : clients)
    }

    /// Clients that must be refused.
    func hostileLoad(_ server: ServerProcess) throws -> Load {
        try Load(server, serverRoot: serverRoot, clients: strangers)
    }

    func stop() {
        servers.forEach { $0.stop() }
        folder.remove()
    }
}
