// SPDX-License-Identifier: Apache-2.0

public import CertAuth
package import CertAuthOpenSSL
import NIOPosix
import Synchronization

/// An open connection of the test client; sends requests one after the other.
public final class TLSTestConnection: Sendable {
    private let exchange: Mutex<BlockingTLSConnection>

    private init(client: TLSTestClient) throws {
        exchange = Mutex(try BlockingTLSConnection(client: client))
    }

    /// Connects and completes the handshake.
    static func connected(by client: TLSTestClient) async throws -> TLSTestConnection {
        try await offLoaded { try TLSTestConnection(client: client) }
    }

    /// Sends a request and waits for its response.
    ///
    /// - Throws: `TestClientError`.
    public func send(_ request: TestRequest) async throws -> TestResponse {
        try await use { exchange throws(TestClientError) in try exchange.response(to: request) }
    }

    /// Gets `path`.
    public func get(_ path: String) async throws -> TestResponse { try await send(TestRequest(path)) }

    /// Sends plaintext unchanged, for instance several requests at once or half of one.
    public func write(_ bytes: [UInt8]) async throws {
        try await use { exchange throws(TestClientError) in try exchange.write(bytes) }
    }

    /// Waits for a response to what was written.
    public func readResponse() async throws -> TestResponse {
        try await use { exchange throws(TestClientError) in try exchange.readResponse(hasBody: true) }
    }

    /// Waits for plaintext and returns it as it arrives, for protocols other than HTTP/1.1; never empty.
    public func read() async throws -> [UInt8] {
        try await use { exchange throws(TestClientError) in try exchange.read() }
    }

    /// Updates the keys and asks the server to update its own.
    ///
    /// - Throws: `TestClientError.tls` on TLS 1.2, which has no key update.
    package func updateKeys() async throws {
        try await use { exchange throws(TestClientError) in try exchange.updateKeys() }
    }

    /// Waits until the server ends the connection, and returns how it did.
    public func end() async throws -> TestClientError {
        try await use { exchange throws(TestClientError) in exchange.readToEnd() }
    }

    /// Sends close_notify. The socket closes when this object is released.
    public func close() async throws {
        try await use { exchange throws(TestClientError) in try exchange.close() }
    }

    /// `TLSv1.2` or `TLSv1.3`.
    package var versionName: String { exchange.withLock { $0.versionName } }

    /// The protocol that was negotiated by ALPN.
    public var applicationProtocol: ALPNIdentifier? {
        exchange.withLock { $0.applicationProtocol.map { ALPNIdentifier(rawValue: $0) } }
    }

    /// The session for a later resumption. On TLS 1.3 there is none before the server's tickets have been read.
    package var session: TLSSession? { exchange.withLock { $0.session } }

    /// Whether this connection resumed an earlier session.
    package var isResumed: Bool { exchange.withLock { $0.isResumed } }

    private func use<Result: Sendable>(
        _ body: @escaping @Sendable (BlockingTLSConnection) throws(TestClientError) -> Result
    ) async throws -> Result {
        try await Self.offLoaded { try self.exchange.withLock { try body($0) } }
    }

    /// Runs blocking work on a thread that may block.
    private static func offLoaded<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
