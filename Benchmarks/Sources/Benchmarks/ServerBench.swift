// SPDX-License-Identifier: Apache-2.0
// What the benchmarks of servers have in common: certificates, folders, started servers, and their end.

import BenchmarkServing
import CertAuthTesting

/// The servers of one benchmark and the certificates of their clients.
final class ServerBench {
    let clients: [TestIdentity]
    /// Clients of an authority that the servers don't know.
    let strangers: [TestIdentity]
    private let authority: TestAuthority
    private let issuing: TestAuthority
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
        self.authority = authority
        self.issuing = issuing
        serverRoot = serverAuthority.anchorDER
        folder = try ServerFolder(server: server, clientRootPEM: try authority.identity.anchorPEM())
    }

    func start(_ kind: ServedKind) throws -> ServerProcess {
        let server = try ServerProcess.own(kind, in: folder)
        servers.append(server)
        return server
    }

    /// Nil where the program of the peers has not been built.
    func start(_ kind: PeerKind) throws -> ServerProcess? {
        guard let server = try ServerProcess.peer(kind, in: folder) else { return nil }
        servers.append(server)
        return server
    }

    /// Nil where there is no nginx.
    func startNginx(_ feature: NginxServer.Feature? = nil) throws -> ServerProcess? {
        guard let server = try NginxServer.start(in: folder, feature) else { return nil }
        servers.append(server)
        return server
    }

    /// Gives the servers started later a CRL of so many entries, none of them a client's.
    func revoke(_ count: Int) throws {
        let lists = try [ListedSerials.list(of: issuing, count: count), ListedSerials.list(of: authority, count: 0)]
        try folder.write(lists: lists)
    }

    /// Clients with every certificate, or with none.
    func load(_ server: ServerProcess, isAnonymous: Bool = false) throws -> Load {
        try Load(server, serverRoot: serverRoot, clients: isAnonymous ? [] : clients)
    }

    /// The load of a server as a contender: handshakes unless told otherwise.
    func contender(
        _ name: String,
        _ server: ServerProcess,
        isAnonymous: Bool = false,
        _ operation: @escaping @Sendable (Load) -> @Sendable (Int, Int) -> Int = Load.handshakes
    ) throws -> Contender {
        let load = try load(server, isAnonymous: isAnonymous)
        // Each run goes on where the last one ended, so that short runs don't meet the same few clients again.
        let turn = Tally()
        return Contender(name, server: server) { count, _ in operation(load)(count, turn.take(count)) }
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
