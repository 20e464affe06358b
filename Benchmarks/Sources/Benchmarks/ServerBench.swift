// SPDX-License-Identifier: Apache-2.0
// What the server benchmarks share: certificates, folders, and the start and end of servers.

import BenchmarkServing
import CertAuthTesting

/// The servers of one benchmark and the certificates of their clients.
final class ServerBench {
    let clients: [TestIdentity]
    /// Clients of an authority that the servers don't know.
    let strangers: [TestIdentity]
    let authority: TestAuthority
    let issuing: TestAuthority
    let folder: ServerFolder
    let serverRoot: [UInt8]
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

    /// Starts this program in another role; it ends with the benchmark.
    func start(_ arguments: [String]) throws -> ServerProcess {
        let server = try ServerProcess.own(arguments: arguments)
        servers.append(server)
        return server
    }

    /// Nil if the program of the peers has not been built.
    func start(_ kind: PeerKind) throws -> ServerProcess? {
        guard let server = try ServerProcess.peer(kind, in: folder) else { return nil }
        servers.append(server)
        return server
    }

    /// Nil if nginx is not installed.
    func startNginx(_ feature: NginxServer.Feature? = nil) throws -> ServerProcess? {
        guard let server = try NginxServer.start(in: folder, feature) else { return nil }
        servers.append(server)
        return server
    }

    /// Writes a CRL with `count` entries, none of them a client's, for servers that are started later.
    func revoke(_ count: Int) throws {
        let lists = try [ListedSerials.list(of: issuing, count: count), ListedSerials.list(of: authority, count: 0)]
        try folder.write(lists: lists)
    }

    /// Clients with all certificates, or with none.
    func load(_ server: ServerProcess, isAnonymous: Bool = false) throws -> Load {
        try Load(server, serverRoot: serverRoot, clients: isAnonymous ? [] : clients)
    }

    /// The load of a server as a contender; by default handshakes.
    func contender(
        _ name: String,
        _ server: ServerProcess,
        isAnonymous: Bool = false,
        _ operation: @escaping @Sendable (Load) -> @Sendable (Int, Int) -> Int = Load.handshakes
    ) throws -> Contender {
        let load = try load(server, isAnonymous: isAnonymous)
        // Each run continues where the last one ended, so that short runs do not use the same few clients again.
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
