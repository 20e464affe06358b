// SPDX-License-Identifier: Apache-2.0

import CertAuth
public import CertAuthTesting
public import CertAuthTestingHTTP

/// A started HTTP server, of any stack, whose clients offer one version of HTTP.
public struct HTTPSceneServer: SceneServer {
    private let version: String
    private let client: @Sendable (TestIdentity) -> TLSTestClient
    private let reloading: @Sendable () throws -> Void
    private let ending: @Sendable () async -> Void

    /// - Parameters:
    ///   - version: the ALPN name that clients offer.
    ///   - client: creates a client of the server.
    public init(
        version: String,
        client: @escaping @Sendable (TestIdentity) -> TLSTestClient,
        reload: @escaping @Sendable () throws -> Void,
        shutdown: @escaping @Sendable () async -> Void
    ) {
        self.version = version
        self.client = client
        reloading = reload
        ending = shutdown
    }

    /// Connects and passes the connection to `body`.
    public func connect(as identity: TestIdentity, _ body: (any SceneConnection) async throws -> Void) async throws {
        var client = client(identity)
        client.applicationProtocols = [ALPNIdentifier(rawValue: version)]
        try await client.withConnection { try await body($0.scene()) }
    }

    /// Activates an equal configuration.
    public func reload() throws { try reloading() }

    /// Shuts the server down gracefully.
    public func shutdown() async { await ending() }
}
