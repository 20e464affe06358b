// SPDX-License-Identifier: Apache-2.0

import CertAuth
public import CertAuthTestingHTTP

extension TLSTestConnection {
    /// The connection of a scene over HTTP/1.1 or HTTP/2, as ALPN selected.
    ///
    /// Each scene server returns the client's name at `/` and, after the gate opens, at `/slow`.
    public func scene() async throws -> any SceneConnection {
        guard applicationProtocol == "h2" else { return HTTP1SceneConnection(self) }
        return HTTP2SceneConnection(try await SceneHTTP2Client(self))
    }
}

struct HTTP1SceneConnection: SceneConnection {
    private let connection: TLSTestConnection

    init(_ connection: TLSTestConnection) { self.connection = connection }

    func ask() async throws -> SceneAnswer { Self.answer(try await connection.get("/")) }

    func begin() async throws {
        try await connection.write(Array("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
    }

    func finish() async throws -> SceneAnswer { Self.answer(try await connection.readResponse()) }

    func end() async throws { try await Self.checkEnd(connection.end()) }

    static func answer(_ response: TestResponse) -> SceneAnswer {
        response.status == 200 ? .client(response.text) : .refused(response.problemCode ?? "\(response.status)")
    }

    static func checkEnd(_ end: TestClientError) throws {
        guard end == .closed(cleanly: true) else { throw end }
    }
}

struct HTTP2SceneConnection: SceneConnection {
    private let client: SceneHTTP2Client

    init(_ client: SceneHTTP2Client) { self.client = client }

    func ask() async throws -> SceneAnswer {
        let stream = try await client.get("/")
        return try await answer(on: stream)
    }

    func begin() async throws { try await client.get("/slow") }

    func finish() async throws -> SceneAnswer { try await answer(on: client.lastStream) }

    func end() async throws { try await HTTP1SceneConnection.checkEnd(client.end()) }

    private func answer(on stream: UInt32) async throws -> SceneAnswer {
        let answer = try await client.answer(on: stream)
        guard let status = answer.status else { return .ended }
        return status == 200 ? .client(answer.text) : .refused(answer.problemCode ?? "\(status)")
    }
}
