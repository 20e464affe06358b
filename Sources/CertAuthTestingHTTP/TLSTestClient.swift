// SPDX-License-Identifier: Apache-2.0
// A small HTTPS client for tests: a real TLS peer that tells exactly what it got.

public import CertAuthHTTP
package import CertAuthOpenSSL
public import CertAuthTLS
public import CertAuthTesting
import NIOPosix

/// A small HTTPS client for tests: a real TLS peer that tells exactly what it got.
public struct TLSTestClient: Sendable {
    /// Where to connect to; a host must be a numeric address.
    public var address: ListenerAddress
    /// The server's root, DER.
    package var serverAnchorDER: [UInt8]
    /// The client's certificate and key; nil presents none.
    public var identity: TestIdentity?
    /// The only TLS version to speak; nil speaks any.
    public var version: TLSProtocolVersion?
    /// The name to ask for (SNI); nil asks for none.
    public var serverName: String? = "localhost"
    /// The name the server's certificate must bear.
    public var expectedName = "localhost"
    /// ALPN names to offer; empty sends no ALPN.
    public var applicationProtocols = ["http/1.1"]
    /// Whether the client offers post-handshake authentication and renegotiates when asked, as mode `delayed` needs.
    public var answersLateRequests = false
    /// A session of an earlier connection to take up again; nil offers none.
    package var session: TLSSession?
    /// How long each wait may take.
    public var timeoutSeconds = 20

    /// A client of the server at `address`, whose certificate must lead to the given root.
    public init(address: ListenerAddress, serverAnchorDER: [UInt8], identity: TestIdentity? = nil) {
        self.address = address
        self.serverAnchorDER = serverAnchorDER
        self.identity = identity
    }

    /// Gets `path` on a connection of its own.
    public func get(_ path: String) async throws -> TestResponse { try await send(TestRequest(path)) }

    /// Sends one request on a connection of its own.
    ///
    /// - Throws: `TestClientError` when no answer came.
    public func send(_ request: TestRequest) async throws -> TestResponse {
        try await withConnection { try await $0.send(request) }
    }

    /// Gets `path` and tells what became of it, for tests of what must be refused.
    ///
    /// - Throws: `TestClientError` only for what is not the server's doing, and on a timeout.
    public func outcome(_ path: String) async throws -> TestOutcome {
        do {
            return .response(try await get(path))
        } catch TestClientError.alert(let name) {
            return .alert(name)
        } catch TestClientError.closed(let cleanly) {
            return .closed(cleanly: cleanly)
        }
    }

    /// Connects, lends the connection to `body`, and closes it.
    public func withConnection<Result>(
        _ body: (TLSTestConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await TLSTestConnection.connected(by: self)
        do {
            let result = try await body(connection)
            try await connection.close()
            return result
        } catch {
            try? await connection.close()
            throw error
        }
    }

    func context() throws -> TLSContext {
        var settings = TLSClientSettings(trustedRoots: [try X509Certificate(der: serverAnchorDER)])
        if let identity {
            settings.identity = TLSIdentity(
                chain: try identity.chain.map { try X509Certificate(der: $0) },
                key: identity.key.handle
            )
        }
        switch version {
        case .tls12?: settings.maximumVersion = .tls12
        case .tls13?: settings.minimumVersion = .tls13
        case nil: break
        }
        settings.applicationProtocols = applicationProtocols
        settings.answersLateRequests = answersLateRequests
        return try TLSContext(client: settings)
    }
}
