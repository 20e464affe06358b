// SPDX-License-Identifier: Apache-2.0
// Calls in progress end when their client is no longer accepted.

#if GRPC
import CertAuth
import CertAuthGRPC
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import XCTest

final class CallUnderWayTests: XCTestCase {
    private let revoked = CallOutcome.refused(.unauthenticated, "revoked: \(FailureCode.revoked.publicSentence)")

    /// A world in which alice can be refused in one of several ways.
    private struct Case {
        let world: ClientWorld
        let alice: TestIdentity
        let putOut: @Sendable () -> Void
        let outcome: CallOutcome
    }

    private func cases() throws -> [Case] {
        let byHand = try ClientWorld()
        let alice = try byHand.issuing.issue("alice")
        let certificate = try alice.certificate
        let authenticator = byHand.adapter.authenticator
        let flag = Flag()
        let hooked = try ClientWorld(
            events: CertificateAuthenticationEvents(onCertificateValidated: {
                flag.isSet ? .fail(reason: "barred") : .success($0.principal)
            })
        )
        let other = hooked.adapter.authenticator
        let text = "rejected-by-handler: \(FailureCode.rejectedByHandler.publicSentence)"
        return [
            Case(world: byHand, alice: alice, putOut: { authenticator.revoke(certificate) }, outcome: revoked),
            Case(
                world: hooked,
                alice: try hooked.issuing.issue("alice"),
                putOut: {
                    flag.set()
                    other.invalidate()
                },
                outcome: .refused(.unauthenticated, text)
            ),
        ]
    }

    func test_a_chat_ends_with_the_first_message_after_its_client_is_refused() async throws {
        for scene in try cases() {
            let heard = ReceivedMessages()
            try await WhoServer.withServer(scene.world.adapter) { server in
                let outcome = try await server.withClient(scene.alice) { client in
                    await client.call(WhoService.chat) { writer in
                        try await writer.write("1")
                        await heard.message(1)
                        scene.putOut()
                        for number in 2...12 { try await writer.write("\(number)") }
                    } onMessage: {
                        heard.note($0)
                    }
                }
                XCTAssertEqual(outcome, scene.outcome)
                XCTAssertEqual(heard.messages, ["1 CN=alice"])
            }
        }
    }

    func test_a_stream_of_items_ends_with_the_first_item_after_its_client_is_refused() async throws {
        for scene in try cases() {
            let service = WhoService(beforeAnswer: { if $0 == 2 { scene.putOut() } })
            try await WhoServer.withServer(scene.world.adapter, service: service) { server in
                let heard = ReceivedMessages()
                let outcome = try await server.withClient(scene.alice) { client in
                    await client.call(WhoService.watch) {
                        try await $0.write("who")
                    } onMessage: {
                        heard.note($0)
                    }
                }
                XCTAssertEqual(outcome, scene.outcome)
                XCTAssertEqual(heard.messages, ["1 CN=alice"])
            }
        }
    }

    func test_the_end_of_an_upload_does_not_reach_the_method_after_its_client_is_refused() async throws {
        for scene in try cases() {
            for isPutOut in [false, true] {
                let received = Gate()
                let committed = Counter()
                let service = WhoService(
                    onUpload: { _ in await received.passUnlessCancelled() },
                    onCommit: { committed.increment() }
                )
                received.open()
                try await WhoServer.withServer(scene.world.adapter, service: service) { server in
                    let outcome = try await server.withClient(scene.alice) { client in
                        await client.call(WhoService.upload) { writer in
                            try await writer.write("part")
                            await received.arrivals(1)
                            if isPutOut { scene.putOut() }
                        } onMessage: { _ in
                        }
                    }
                    XCTAssertEqual(outcome, isPutOut ? scene.outcome : .messages(["committed"]))
                    XCTAssertEqual(committed.value, isPutOut ? 0 : 1)
                }
            }
        }
    }

    func test_a_call_in_which_no_message_passes_ends_by_itself() async throws {
        for scene in try cases() {
            let gate = Gate()
            let service = WhoService(beforeReply: { _ in await gate.passUnlessCancelled() })
            try await WhoServer.withServer(scene.world.adapter, service: service) { server in
                let outcome = try await server.withClient(scene.alice) { client in
                    await client.call(WhoService.chat) { writer in
                        try await writer.write("1")
                        await gate.arrivals(1)
                        scene.putOut()
                    } onMessage: { _ in
                    }
                }
                XCTAssertEqual(outcome, scene.outcome)
            }
        }
    }

    func test_calls_of_other_clients_go_on() async throws {
        let world = try ClientWorld()
        let (alice, bob) = (try world.issuing.issue("alice"), try world.issuing.issue("bob"))
        let certificate = try alice.certificate
        let heard = ReceivedMessages()
        try await WhoServer.withServer(world.adapter) { server in
            let outcome = try await server.withClient(bob) { client in
                await client.call(WhoService.chat) { writer in
                    try await writer.write("1")
                    await heard.message(1)
                    world.adapter.authenticator.revoke(certificate)
                    world.adapter.authenticator.invalidate()
                    try await writer.write("2")
                } onMessage: {
                    heard.note($0)
                }
            }
            XCTAssertEqual(outcome, .messages(["1 CN=bob", "2 CN=bob"]))
        }
    }

    func test_an_authorization_uses_no_client_of_a_call_on_another_connection() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        let inner = ReceivedMessages()
        let service = WhoService(beforeReply: { _ in
            // A server without an authenticating interceptor, started during alice's call.
            let other = try? ClientWorld()
            guard let other else { return }
            let interceptors: WhoServer.Interceptors = [
                .apply(ClientAuthorizationInterceptor(.authenticated), to: .all)
            ]
            try? await WhoServer.withServer(other.adapter, interceptors: interceptors) {
                $0.clientCertificateVerification = .noVerification
            } _: { server in
                let outcome = try await server.ask(as: nil)
                inner.note("\(outcome)")
            }
        })
        try await WhoServer.withServer(world.adapter, service: service) { server in
            let outcome = try await server.ask(as: alice)
            XCTAssertEqual(outcome, .messages(["CN=alice, full"]))
        }
        let refusal = CallOutcome.refused(.unauthenticated, "no-certificate: A client certificate is required.")
        XCTAssertEqual(inner.messages, ["\(refusal)"])
    }
}
#endif
