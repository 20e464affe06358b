// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import CertAuthHTTP
package import CertAuthOpenSSL
public import CertAuthTLS
public import CertAuthTesting
import NIOPosix

/// An HTTPS client for tests: a real TLS peer that reports exactly what it received.
public struct TLSTestClient: Sendable {
    /// The server's address; a host must be a numeric address.
    public var address: ListenerAddress
    /// The trust anchor for the server's certificate, DER.
    package var serverAnchorDER: [UInt8]
    /// The client's certificate and key; nil presents no certificate.
    public var identity: TestIdentity?
    /// The only TLS version to use; nil allows any.
    public var version: TLSProtocolVersion?
    /// The server name to send (SNI); nil sends none.
    public var serverName: String? = "localhost"
    /// The name that the server's certificate must contain.
    public var expectedName = "localhost"
    /// The ALPN names to offer; empty sends no ALPN extension.
    public var applicationProtocols: [ALPNIdentifier] = [.http1]
    /// Whether the client offers post-handshake authentication and accepts renegotiation, as mode `delayed` needs.
    public var answersLateRequests = false
    /// A session of an earlier connection to resume; nil offers none.
    package var session: TLSSession?
    /// What is sent before TLS, as a load balancer does.
    package var preamble: [UInt8] = []
    /// The time limit of each wait, in whole seconds.
    public var timeout = Duration.seconds(20)

    /// Creates a client of the server at `address`, whose certificate must have a path to the given trust anchor.
    public init(address: ListenerAddress, serverAnchorDER: [UInt8], identity: TestIdentity? = nil) {
        self.address = address
        self.serverAnchorDER = serverAnchorDER
        self.identity = identity
    }

    /// Gets `path` on a new connection.
    public func get(_ path: String) async throws -> TestResponse { try await send(TestRequest(path)) }

    /// Sends one request on a new connection.
    ///
    /// - Throws: `TestClientError` if no response arrives.
    public func send(_ request: TestRequest) async throws -> TestResponse {
        try await withConnection { try await $0.send(request) }
    }

    /// Gets `path` and returns the outcome, for tests of refusals.
    ///
    /// - Throws: `TestClientError` for errors that the server did not cause, and on a timeout.
    public func outcome(_ path: String) async throws -> TestOutcome {
        do {
            return .response(try await get(path))
        } catch TestClientError.alert(let name) {
            return .alert(name)
        } catch TestClientError.closed(let cleanly) {
            return .closed(cleanly: cleanly)
        }
    }

    /// Connects, passes the connection to `body`, and closes it.
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
        settings.applicationProtocols = applicationProtocols.map(\.rawValue)
        settings.answersLateRequests = answersLateRequests
        return try TLSContext(client: settings)
    }
}
