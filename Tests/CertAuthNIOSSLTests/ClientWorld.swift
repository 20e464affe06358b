// SPDX-License-Identifier: Apache-2.0
// The clients' CA with the adapter that validates them, and the clients of a line server.

#if NIOSSL
import CertAuth
import CertAuthHTTP
import CertAuthNIOSSL
import CertAuthTesting
import CertAuthTestingHTTP
import CertAuthTestSupport
import CertAuthTLS

typealias ClientWorld = CertAuthTestSupport.ClientWorld<NIOSSLClientAuthentication>

extension ClientWorld {
    init(
        rememberedClients: Int = 16,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        customize: (inout CertificateAuthenticationOptions, TestAuthority) throws -> Void = { _, _ in }
    ) throws {
        try self.init(events: events, customize: customize) {
            NIOSSLClientAuthentication(authenticator: $0, rememberedClients: rememberedClients)
        }
    }
}

extension TLSTestClient {
    func version(_ version: TLSProtocolVersion) -> TLSTestClient {
        var client = self
        client.version = version
        return client
    }

    /// Sends one line and receives one line, on a new connection.
    func ask() async throws -> LineAnswer {
        do {
            return try await withConnection { connection in
                try await connection.write(Array("who\n".utf8))
                return LineAnswer.line(
                    String(decoding: try await connection.read(), as: UTF8.self),
                    resumed: connection.isResumed
                )
            }
        } catch TestClientError.alert(let name) {
            return .alert(name)
        } catch TestClientError.closed(let cleanly) {
            return .closed(cleanly: cleanly)
        }
    }

    /// Connects, sends one line, and keeps the session.
    func keptSession() async throws -> TLSTestClient {
        var resuming = self
        resuming.session = try await withConnection { connection in
            try await connection.write(Array("who\n".utf8))
            _ = try await connection.read()
            return connection.session
        }
        return resuming
    }
}

/// The result of a line.
enum LineAnswer: Equatable {
    /// The server's line, and whether the client resumed an earlier session.
    case line(String, resumed: Bool)
    case alert(String)
    case closed(cleanly: Bool)
}
#endif
