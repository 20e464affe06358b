// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import XCTest

/// How a client resumes its session.
enum SessionKind: String, CaseIterable {
    case identifier12 = "TLS 1.2 id"
    case ticket12 = "TLS 1.2 ticket"
    case ticket13 = "TLS 1.3 ticket"

    var version: TLSVersion { self == .ticket13 ? .tls13 : .tls12 }
    var takesTickets: Bool { self != .identifier12 }
}

/// What a server observed of one connection.
struct ObservedConnection {
    let isResumed: Bool
    let subject: String?
    let session: TLSSession?
    let errors: [TLSServerError]
}

/// A server's policy, a client, and a sequence of connections between them.
struct SessionWorld {
    let server: Server
    let authority: TestAuthority
    let clock: TestClock
    let alice: TestIdentity

    init() throws {
        clock = TestClock()
        server = try Server()
        authority = try TestAuthority("Client Root", clock: clock.verificationClock)
        alice = try authority.intermediate("Issuing").issue("alice")
    }

    func authenticator(
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in },
        events: CertificateAuthenticationEvents = .init()
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        options.clock = clock.verificationClock
        change(&options)
        return try CertificateAuthenticator(options: options, events: events)
    }

    /// Tickets that other processes with the secret can open.
    func sharedTickets(secret: UInt8 = 7, lifetimeSeconds: Int64 = 3_600) throws -> SessionTickets {
        try SessionTickets(
            sharedSecret: [UInt8](repeating: secret, count: 32),
            lifetime: .seconds(lifetimeSeconds),
            clock: clock.verificationClock
        )
    }

    func cache(lifetimeSeconds: Int64 = 3_600) throws -> SessionCache {
        try SessionCache(lifetime: .seconds(lifetimeSeconds), clock: clock.verificationClock)
    }

    func connect(
        _ authenticator: CertificateAuthenticator,
        _ tickets: SessionTickets?,
        mode: ClientCertificateMode = .require,
        version: TLSVersion = .tls13,
        takesTickets: Bool = true,
        identity: TestIdentity? = nil,
        session: TLSSession? = nil,
        serverName: String = "localhost",
        asksForStaple: Bool = false,
        customize: (inout TLSServerConfiguration) -> Void = { _ in }
    ) async throws -> ObservedConnection {
        let peer = try await TestingPeer(
            authenticator: authenticator,
            mode: mode,
            identity: identity,
            version: version,
            serverName: serverName,
            takesTickets: takesTickets,
            server: server,
            session: session,
            asksForStaple: asksForStaple
        ) {
            $0.sessionTickets = tickets
            customize(&$0)
        }
        try await peer.shakeHands()
        var connection: ClientCertificateConnection?
        // Hooks and validation run on other threads.
        let deadline = ContinuousClock.now + .seconds(10)
        while connection == nil, peer.recorder.errors.isEmpty, ContinuousClock.now < deadline {
            await Task.yield()
            try await peer.exchangeBytes()
            connection = try? await peer.channel.clientCertificateConnection().get()
        }
        try await peer.exchangeBytes()
        _ = peer.clientReceives()
        var subject: String?
        if case .success(let client)? = await connection?.authentication?.authenticate() {
            subject = client.certificate.subject.rfc4514
        }
        let session = peer.client.resumableSession
        // OpenSSL discards the sessions of connections that end without close_notify.
        _ = peer.client.sendCloseNotify()
        let errors = peer.recorder.errors
        try await peer.exchangeBytes()
        try await peer.close()
        return ObservedConnection(
            isResumed: connection?.facts.isResumed ?? false,
            subject: subject,
            session: session,
            errors: errors
        )
    }

    /// The same for a kind of session, with `cache` for ids and `tickets` for tickets.
    func connect(
        _ kind: SessionKind,
        _ authenticator: CertificateAuthenticator,
        _ tickets: SessionTickets?,
        _ cache: SessionCache?,
        mode: ClientCertificateMode = .require,
        identity: TestIdentity? = nil,
        session: TLSSession? = nil,
        serverName: String = "localhost",
        asksForStaple: Bool = false,
        customize: (inout TLSServerConfiguration) -> Void = { _ in }
    ) async throws -> ObservedConnection {
        try await connect(
            authenticator,
            tickets,
            mode: mode,
            version: kind.version,
            takesTickets: kind.takesTickets,
            identity: identity,
            session: session,
            serverName: serverName,
            asksForStaple: asksForStaple
        ) {
            $0.sessionCache = cache
            customize(&$0)
        }
    }
}

extension Recorder {
    var errors: [TLSServerError] {
        entries.compactMap { if case .error(let error) = $0 { error } else { nil } }
    }
}
