// SPDX-License-Identifier: Apache-2.0
// Calls over real sockets: which clients are authenticated or refused, and with which status.

#if GRPC
import CertAuth
import CertAuthGRPC
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import XCTest

final class CallTests: XCTestCase {
    func test_a_call_with_a_good_certificate_has_a_principal() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await WhoServer.withServer(world.adapter) { server in
            let outcome = try await server.ask(as: alice)
            XCTAssertEqual(outcome, .messages(["CN=alice, full"]))
        }
    }

    func test_bad_clients_are_refused_in_the_handshake_and_reach_no_method() async throws {
        let world = try ClientWorld()
        let clients: [TestIdentity?] = [
            try world.issuing.issue("bob", .expired), try TestAuthority("Stranger").issue("mallory"), nil,
        ]
        try await WhoServer.withServer(world.adapter) { server in
            for client in clients {
                let outcome = try await server.ask(as: client)
                // The handshake failed, so the interceptor, whose status would say more, did not run.
                XCTAssertEqual(outcome.code, .unavailable, "\(outcome)")
            }
            let twin = try await server.ask(as: world.issuing.issue("bob"))
            XCTAssertEqual(twin, .messages(["CN=bob, full"]))
        }
    }

    func test_a_transport_that_requests_no_certificate_authenticates_no_client() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        let refusal = CallOutcome.refused(.unauthenticated, "no-certificate: A client certificate is required.")
        try await WhoServer.withServer(world.adapter) {
            $0.clientCertificateVerification = .noVerification
        } _: { server in
            let outcome = try await server.ask(as: alice)
            XCTAssertEqual(outcome, refusal)
        }
    }

    func test_an_optional_call_reaches_the_method_without_a_client() async throws {
        let world = try ClientWorld()
        let interceptor = ClientCertificateInterceptor(world.adapter, requirement: .optional)
        try await WhoServer.withServer(world.adapter, interceptors: [.apply(interceptor, to: .all)]) {
            $0.clientCertificateVerification = .noVerification
        } _: { server in
            let outcomes = try await server.withClient(nil) { await [$0.call(WhoService.watch), $0.ask()] }
            XCTAssertEqual(outcomes[0], .messages(["1 anonymous", "2 anonymous", "3 anonymous"]))
            let refusal = CallOutcome.refused(.unauthenticated, "no-certificate: A client certificate is required.")
            XCTAssertEqual(outcomes[1], refusal)
        }
    }

    func test_a_method_without_an_interceptor_before_it_has_no_client() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await WhoServer.withServer(world.adapter, interceptors: []) { server in
            let outcome = try await server.ask(as: alice)
            let refusal = CallOutcome.refused(.unauthenticated, "no-certificate: A client certificate is required.")
            XCTAssertEqual(outcome, refusal)
        }
    }

    func test_the_principal_is_there_while_a_streaming_answer_is_produced() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await WhoServer.withServer(world.adapter) { server in
            let outcomes = try await server.withClient(alice) { client in
                await [client.call(WhoService.watch), client.call(WhoService.chat, ["a", "b"])]
            }
            XCTAssertEqual(outcomes[0], .messages(["1 CN=alice", "2 CN=alice", "3 CN=alice"]))
            XCTAssertEqual(outcomes[1], .messages(["a CN=alice", "b CN=alice"]))
        }
    }

    func test_a_certificate_that_expires_on_an_open_connection_ends_the_next_call() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice") { $0.notAfter = .automatic(world.clock.now.adding(seconds: 60)) }
        try await WhoServer.withServer(world.adapter) { server in
            let outcomes = try await server.withClient(alice) { client in
                let inTime = await client.ask()
                world.clock.advance(by: .seconds(61))
                return await [inTime, client.ask()]
            }
            let refusal = CallOutcome.refused(.unauthenticated, "expired: \(FailureCode.expired.publicSentence)")
            XCTAssertEqual(outcomes, [.messages(["CN=alice, full"]), refusal])
        }
    }

    func test_revocation_ends_the_next_call_and_missing_evidence_is_the_servers_fault() async throws {
        let world = try ClientWorld { $0.revocationMode = .offline }
        let authenticator = world.adapter.authenticator
        authenticator.revocationEvidence = try world.evidence()
        let alice = try world.issuing.issue("alice")
        try await WhoServer.withServer(world.adapter) { server in
            let outcomes = try await server.withClient(alice) { client in
                let good = await client.ask()
                authenticator.revocationEvidence = try world.evidence(revoked: [alice])
                let revoked = await client.ask()
                authenticator.insecurelyReplaceRevocationEvidence(with: .none)
                return await [good, revoked, client.ask()]
            }
            XCTAssertEqual(
                outcomes,
                [
                    .messages(["CN=alice, full"]),
                    .refused(.unauthenticated, "revoked: \(FailureCode.revoked.publicSentence)"),
                    .refused(.unavailable, "revocation-unknown: \(FailureCode.revocationUnknown.publicSentence)"),
                ]
            )
        }
    }

    func test_a_long_call_ends_with_the_first_message_after_expiry() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice") { $0.notAfter = .automatic(world.clock.now.adding(seconds: 60)) }
        let heard = ReceivedMessages()
        try await WhoServer.withServer(world.adapter) { server in
            let outcome = try await server.withClient(alice) { client in
                await client.call(WhoService.chat) { writer in
                    try await writer.write("a")
                    await heard.message(1)
                    world.clock.advance(by: .seconds(59))
                    try await writer.write("b")
                    await heard.message(2)
                    world.clock.advance(by: .seconds(2))
                    try await writer.write("c")
                } onMessage: {
                    heard.note($0)
                }
            }
            XCTAssertEqual(heard.messages, ["a CN=alice", "b CN=alice"])
            let text = "expired: \(FailureCode.expired.publicSentence)"
            XCTAssertEqual(outcome, .refused(.unauthenticated, text))
        }
    }

    func test_a_long_response_ends_with_the_first_message_after_revocation() async throws {
        let world = try ClientWorld { $0.revocationMode = .offline }
        let authenticator = world.adapter.authenticator
        let (alice, bob) = (try world.issuing.issue("alice"), try world.issuing.issue("bob"))
        let (before, after) = (try world.evidence(), try world.evidence(revoked: [alice]))
        let service = WhoService(beforeAnswer: { if $0 == 2 { authenticator.revocationEvidence = after } })
        try await WhoServer.withServer(world.adapter, service: service) { server in
            for (client, answers) in [(alice, ["1 CN=alice"]), (bob, ["1 CN=bob", "2 CN=bob", "3 CN=bob"])] {
                authenticator.revocationEvidence = before
                let heard = ReceivedMessages()
                let outcome = try await server.withClient(client) { client in
                    await client.call(WhoService.watch) {
                        try await $0.write("who")
                    } onMessage: {
                        heard.note($0)
                    }
                }
                let text = "revoked: \(FailureCode.revoked.publicSentence)"
                XCTAssertEqual(outcome, answers.count == 3 ? .messages(answers) : .refused(.unauthenticated, text))
                XCTAssertEqual(heard.messages, answers)
            }
        }
    }

    func test_a_refusal_by_a_hook_sends_only_its_code() async throws {
        let events = CertificateAuthenticationEvents(onCertificateValidated: { _ in .fail(reason: "secret reason") })
        let world = try ClientWorld(events: events)
        let alice = try world.issuing.issue("alice")
        try await WhoServer.withServer(world.adapter) { server in
            let outcome = try await server.ask(as: alice)
            let text = "rejected-by-handler: \(FailureCode.rejectedByHandler.publicSentence)"
            XCTAssertEqual(outcome, .refused(.unauthenticated, text))
        }
    }
}
#endif
