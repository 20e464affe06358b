// SPDX-License-Identifier: Apache-2.0
// The clients' CA and the adapter that validates them.

#if NIOSSL
import CertAuth
import CertAuthHTTP
import CertAuthNIOSSL
import CertAuthTesting
import CertAuthTestingHTTP
import CertAuthTLS

/// A root, an intermediate CA, a clock, and an adapter with a policy that trusts the root.
struct ClientWorld {
    let clock = TestClock()
    let root: TestAuthority
    let issuing: TestAuthority
    let adapter: NIOSSLClientAuthentication

    init(
        rememberedClients: Int = 16,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        customize: (inout CertificateAuthenticationOptions, TestAuthority) throws -> Void = { _, _ in }
    ) throws {
        root = try TestAuthority("Client Root", clock: clock.verificationClock)
        issuing = try root.intermediate("Client Issuing")
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        try customize(&options, issuing)
        adapter = NIOSSLClientAuthentication(
            authenticator: try CertificateAuthenticator(options: options, events: events),
            rememberedClients: rememberedClients
        )
    }

    /// The CRLs of both CAs, with the given clients revoked.
    func evidence(revoked identities: [TestIdentity] = []) throws -> RevocationEvidence {
        let lists = try [issuing.revocationList(revoked: identities), root.revocationList()].map {
            try CertificateRevocationList(derEncoded: $0.derEncoded)
        }
        return RevocationEvidence(revocationLists: lists)
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
