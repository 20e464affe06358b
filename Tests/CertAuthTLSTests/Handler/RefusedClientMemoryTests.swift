// SPDX-License-Identifier: Apache-2.0
// What an open TLS connection retains of a refused client's certificates.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import NIOCore
import NIOEmbedded
import XCTest

final class RefusedClientMemoryTests: XCTestCase {
    private var authority: TestAuthority!

    override func setUpWithError() throws { authority = try TestAuthority("Client Root") }

    private func peer(
        _ identity: TestIdentity,
        _ version: TLSVersion,
        mode: ClientCertificateMode = .allow
    ) async throws -> (TestingPeer, ClientCertificateConnection) {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let peer = try await TestingPeer(
            authenticator: try CertificateAuthenticator(options: options),
            mode: mode,
            validation: .request,
            identity: identity,
            version: version,
            answersLateRequests: mode == .delayed
        )
        try await peer.shakeHands()
        let connection = try await peer.channel.clientCertificateConnection().get()
        return (peer, try XCTUnwrap(connection))
    }

    /// The number of certificates that OpenSSL retains for the connection.
    private func kept(_ peer: TestingPeer) async throws -> Int {
        await peer.channel.testingEventLoop.run()
        return try await peer.channel.testingEventLoop.executeInContext { [channel = peer.channel] in
            try channel.pipeline.syncOperations.handler(type: TLSServerHandler.self).keptPeerCertificates
        }
    }

    private func assertContinues(_ peer: TestingPeer) async throws {
        try await peer.clientSends("still here")
        XCTAssertEqual(peer.recorder.entries.last, .plaintext("still here"))
    }

    /// Returns a chain with an intermediate that has about 12 KB of names.
    private func largeChain(under root: TestAuthority) throws -> TestIdentity {
        let names = (0..<800).map { GeneralNameTemplate.dns("\($0).example") }
        return try root.intermediate("Large") { $0.extensions.append(.subjectAlternativeNames(names)) }.issue("alice")
    }

    func test_a_client_refused_at_its_request_leaves_no_certificate_with_openssl() async throws {
        let stranger = try TestAuthority("Stranger").intermediate("Issuing").issue("mallory")
        for version in TLSVersion.allCases {
            let (peer, connection) = try await peer(stranger, version)
            let before = try await kept(peer)
            XCTAssertEqual(before, 1, "the issuer is dropped with the handshake \(version)")
            for _ in 0..<2 {
                let result = await connection.authentication?.authenticate()
                XCTAssertEqual(result?.refusalCode, .partialChain, "\(version)")
                let after = try await kept(peer)
                XCTAssertEqual(after, 0, "\(version)")
                try await assertContinues(peer)
            }
            XCTAssertEqual(connection.presentedChain?.derEncoded, stranger.chain, "small enough to judge again")
        }
    }

    func test_a_large_chain_is_not_kept_parsed_until_a_request_comes() async throws {
        for version in TLSVersion.allCases {
            for root in [authority!, try TestAuthority("Stranger")] {
                let identity = try largeChain(under: root)
                let (peer, connection) = try await peer(identity, version)
                let before = try await kept(peer)
                XCTAssertEqual(before, 0, "\(version)")
                XCTAssertEqual(connection.presentedChain?.derEncoded, identity.chain)
                let isKnown = root.anchorDER == authority.anchorDER
                let result = await connection.authentication?.authenticate()
                XCTAssertEqual(result?.refusalCode, isKnown ? nil : .partialChain, "\(version)")
                try await assertContinues(peer)
                let rest = isKnown ? identity.chain : [identity.certificateDER]
                XCTAssertEqual(connection.presentedChain?.derEncoded, rest)
            }
        }
    }

    /// The connection lingers until the client has read its alert, which may never happen.
    func test_a_client_refused_in_its_handshake_leaves_no_certificate_behind() async throws {
        for version in TLSVersion.allCases {
            for root in [authority!, try TestAuthority("Stranger")] {
                let isKnown = root.anchorDER == authority.anchorDER
                var options = CertificateAuthenticationOptions(
                    trust: .custom(try TrustStore(certificates: [authority.anchor]))
                )
                options.revocationMode = .noCheck
                let peer = try await TestingPeer(
                    authenticator: try CertificateAuthenticator(options: options),
                    mode: .require,
                    identity: try root.intermediate("Issuing").issue("alice"),
                    version: version
                )
                let handler = try await peer.channel.testingEventLoop.executeInContext { [channel = peer.channel] in
                    let handler = try channel.pipeline.syncOperations.handler(type: TLSServerHandler.self)
                    return NIOLoopBound(handler, eventLoop: channel.eventLoop)
                }
                try await peer.shakeHands()
                let (keeps, kept) = try await peer.channel.testingEventLoop.executeInContext {
                    (handler.value.keepsPresentedChain, handler.value.keptPeerCertificates)
                }
                // On TLS 1.3 the client completes its handshake before the server has validated it.
                _ = peer.clientReceives()
                XCTAssertEqual(keeps, isKnown, "\(version)")
                XCTAssertEqual(kept, isKnown ? 1 : 0, "the leaf of an accepted client \(version)")
                XCTAssertEqual(peer.client.receivedAlert, isKnown ? nil : .unknownCA, "\(version)")
            }
        }
    }

    func test_a_client_that_was_accepted_keeps_its_chain() async throws {
        let alice = try authority.intermediate("Issuing").issue("alice")
        for version in TLSVersion.allCases {
            let (peer, connection) = try await peer(alice, version)
            let result = await connection.authentication?.authenticate()
            XCTAssertNotNil(result?.client)
            let after = try await kept(peer)
            XCTAssertEqual(after, 1, "the leaf stays \(version)")
            XCTAssertEqual(connection.presentedChain?.derEncoded, alice.chain)
        }
    }

    func test_a_client_accepted_after_a_refusal_gets_a_ticket_that_resumes() async throws {
        let world = try SessionWorld()
        let identity = try world.authority.intermediate("Issuing").issue("bob", .notYetValid)
        let authenticator = try world.authenticator()
        let tickets = try world.sharedTickets()
        var session: TLSSession?
        for isResumed in [false, true] {
            let peer = try await TestingPeer(
                authenticator: authenticator,
                mode: .allow,
                validation: .request,
                identity: identity,
                server: world.server,
                session: session
            ) { $0.sessionTickets = tickets }
            try await peer.shakeHands()
            let found = try await peer.channel.clientCertificateConnection().get()
            let connection = try XCTUnwrap(found)
            XCTAssertEqual(connection.facts.isResumed, isResumed)
            if !isResumed {
                let refused = await connection.authentication?.authenticate()
                XCTAssertEqual(refused?.refusalCode, .notYetValid)
                let after = try await kept(peer)
                XCTAssertEqual(after, 0)
                world.clock.advance(by: .seconds(3_600))
            }
            let accepted = await connection.authentication?.authenticate()
            XCTAssertEqual(accepted?.principal?.name, "bob")
            connection.clientWasAuthenticated()
            try await peer.exchangeBytes()
            _ = peer.clientReceives()
            session = peer.client.resumableSession
            XCTAssertNotNil(session)
            // OpenSSL discards the sessions of connections that end without close_notify.
            _ = peer.client.sendCloseNotify()
            try await peer.exchangeBytes()
        }
    }

    func test_a_late_certificate_that_was_refused_leaves_none_either() async throws {
        let stranger = try TestAuthority("Stranger").issue("mallory")
        for version in TLSVersion.allCases {
            let (peer, connection) = try await peer(stranger, version, mode: .delayed)
            for _ in 0..<2 {
                let asking = Task { try? await connection.requestClientCertificate() }
                let done = Flag()
                Task {
                    _ = await asking.value
                    done.set()
                }
                try await peer.waitUntil {
                    _ = peer.clientReceives()
                    return done.isSet
                }
                let answer = await asking.value
                XCTAssertEqual(answer?.refusalCode, .untrusted, "\(version)")
                let after = try await kept(peer)
                XCTAssertEqual(after, 0, "\(version)")
            }
            try await assertContinues(peer)
        }
    }
}
