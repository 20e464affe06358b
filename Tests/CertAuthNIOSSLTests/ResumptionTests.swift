// SPDX-License-Identifier: Apache-2.0
// Resumed sessions: NIOSSL runs no callback and keeps only the leaf, so accepted clients are validated again.

#if NIOSSL
import CertAuth
import CertAuthNIOSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class ResumptionTests: XCTestCase {
    func test_a_resumed_client_is_authenticated_with_issuers_it_no_longer_presents() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await LineServer.withGatedServer(world.adapter) { server in
            for version in TLSProtocolVersion.allCases {
                let client = try await server.client(alice).version(version).keptSession()
                let answer = try await client.ask()
                XCTAssertEqual(answer, .line("CN=alice, resumed, 2 certificates\n", resumed: true), version.rawValue)
            }
        }
    }

    func test_a_client_without_a_certificate_resumes_while_its_original_certificate_is_valid() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await LineServer.withGatedServer(world.adapter) { server in
            var client = try await server.client(alice).keptSession()
            client.identity = nil
            let answer = try await client.ask()
            XCTAssertEqual(answer, .line("CN=alice, resumed, 2 certificates\n", resumed: true))
        }
    }

    func test_a_session_that_is_resumed_after_expiry_ends_before_a_request_is_seen() async throws {
        for version in TLSProtocolVersion.allCases {
            let world = try ClientWorld()
            let alice = try world.issuing.issue("alice") {
                $0.notAfter = .automatic(world.clock.now.adding(seconds: 60))
            }
            try await LineServer.withGatedServer(world.adapter) { server in
                let client = try await server.client(alice).version(version).keptSession()
                world.clock.advance(by: .seconds(59))
                let inTime = try await client.ask()
                XCTAssertEqual(inTime, .line("CN=alice, resumed, 2 certificates\n", resumed: true), version.rawValue)
                let seen = server.log.lines.count
                world.clock.advance(by: .seconds(2))
                let late = try await client.ask()
                XCTAssertEqual(late, .closed(cleanly: true), version.rawValue)
                XCTAssertEqual(server.log.lines.count, seen, "the request reached the application")
            }
        }
    }

    func test_a_session_that_is_resumed_after_revocation_ends_before_a_request_is_seen() async throws {
        for version in TLSProtocolVersion.allCases {
            let world = try ClientWorld { options, _ in options.revocationMode = .offline }
            world.adapter.authenticator.revocationEvidence = try world.evidence()
            let (alice, bob) = (try world.issuing.issue("alice"), try world.issuing.issue("bob"))
            try await LineServer.withGatedServer(world.adapter) { server in
                let first = try await server.client(alice).version(version).keptSession()
                let second = try await server.client(bob).version(version).keptSession()
                world.adapter.authenticator.revocationEvidence = try world.evidence(revoked: [alice])
                let seen = server.log.lines.count
                let revoked = try await first.ask()
                XCTAssertEqual(revoked, .closed(cleanly: true), version.rawValue)
                XCTAssertEqual(server.log.lines.count, seen, "the request reached the application")
                let other = try await second.ask()
                XCTAssertEqual(other, .line("CN=bob, resumed, 2 certificates\n", resumed: true), version.rawValue)
            }
        }
    }

    func test_a_hook_is_called_again_for_a_resumed_client() async throws {
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            context.facts.isResumed ? .fail(reason: "come again") : .success(context.principal)
        })
        let world = try ClientWorld(events: events)
        let alice = try world.issuing.issue("alice")
        try await LineServer.withGatedServer(world.adapter) { server in
            let client = try await server.client(alice).keptSession()
            let answer = try await client.ask()
            XCTAssertEqual(answer, .closed(cleanly: true))
        }
    }

    func test_a_client_whose_issuers_are_forgotten_is_validated_by_its_leaf_and_the_policys_certificates() async throws
    {
        for knowsIssuers in [true, false] {
            let world = try ClientWorld(rememberedClients: 1) { options, issuing in
                if knowsIssuers { options.additionalChainCertificates = [try issuing.certificate] }
            }
            let (alice, bob) = (try world.issuing.issue("alice"), try world.issuing.issue("bob"))
            try await LineServer.withGatedServer(world.adapter) { server in
                let client = try await server.client(alice).keptSession()
                _ = try await server.client(bob).ask()
                let answer = try await client.ask()
                let accepted = LineAnswer.line("CN=alice, resumed, 1 certificates\n", resumed: true)
                XCTAssertEqual(answer, knowsIssuers ? accepted : .closed(cleanly: true))
            }
        }
    }
}
#endif
