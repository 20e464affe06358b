// SPDX-License-Identifier: Apache-2.0
// One open connection of the test client.

package import CertAuthOpenSSL
import NIOPosix
import Synchronization

/// One open connection of the test client; takes requests one after the other.
public final class TLSTestConnection: Sendable {
    private let exchange: Mutex<BlockingExchange>

    private init(client: TLSTestClient) throws {
        exchange = Mutex(try BlockingExchange(client: client))
    }

    /// Connects and shakes hands.
    static func connected(by client: TLSTestClient) async throws -> TLSTestConnection {
        try await offLoaded { try TLSTestConnection(client: client) }
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: `TestClientError`.
    public func send(_ request: TestRequest) async throws -> TestResponse {
        try await use { exchange throws(TestClientError) in try exchange.response(to: request) }
    }

    /// Gets `path`.
    public func get(_ path: String) async throws -> TestResponse { try await send(TestRequest(path)) }

    /// Sends plaintext as it is, for instance several requests at once or half of one.
    public func write(_ bytes: [UInt8]) async throws {
        try await use { exchange throws(TestClientError) in try exchange.write(bytes) }
    }

    /// Waits for an answer to what was written.
    public func readResponse() async throws -> TestResponse {
        try await use { exchange throws(TestClientError) in try exchange.readResponse(hasBody: true) }
    }

    /// Waits for the next plaintext and hands it out as it comes, for protocols that are not HTTP/1.1; never empty.
    public func read() async throws -> [UInt8] {
        try await use { exchange throws(TestClientError) in try exchange.read() }
    }

    /// Takes new keys and asks the server to do so too.
    ///
    /// - Throws: `TestClientError.tls` on TLS 1.2, which has no such thing.
    package func updateKeys() async throws {
        try await use { exchange throws(TestClientError) in try exchange.updateKeys() }
    }

    /// Waits until the server ends the connection, and tells how.
    public func end() async throws -> TestClientError {
        try await use { exchange throws(TestClientError) in exchange.readToEnd() }
    }

    /// Says goodbye; the connection itself goes with this object.
    public func close() async throws {
        try await use { exchange throws(TestClientError) in try exchange.close() }
    }

    /// `TLSv1.2` or `TLSv1.3`.
    package var versionName: String { exchange.withLock { $0.versionName } }

    /// The protocol that ALPN chose.
    public var applicationProtocol: String? { exchange.withLock { $0.applicationProtocol } }

    /// What may be taken up again later; on TLS 1.3 there is none before the server's tickets have been read.
    package var session: TLSSession? { exchange.withLock { $0.session } }

    /// Whether an older session was taken up.
    package var isResumed: Bool { exchange.withLock { $0.isResumed } }

    private func use<Result: Sendable>(
        _ body: @escaping @Sendable (BlockingExchange) throws(TestClientError) -> Result
    ) async throws -> Result {
        try await Self.offLoaded { try self.exchange.withLock { try body($0) } }
    }

    /// Runs what waits on a thread that may wait.
    private static func offLoaded<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
