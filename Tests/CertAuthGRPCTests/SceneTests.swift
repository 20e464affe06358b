// SPDX-License-Identifier: Apache-2.0
// The scenes over gRPC, with one call for each question and with one call for all.

#if GRPC
import CertAuth
import CertAuthGRPC
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import XCTest

final class SceneTests: XCTestCase {
    private let stacks = [GRPCStack(isStreaming: false), GRPCStack(isStreaming: true)]

    func test_refused_clients_receive_the_expected_outcome() async throws {
        for stack in stacks {
            let found = try await stack.deviations(in: Scene.allCases)
            XCTAssertEqual(found, [])
        }
    }

    func test_a_client_whose_certificate_expires_is_refused() async throws {
        for stack in stacks {
            let found = try await stack.deviations(in: [ClockScene.expiry])
            XCTAssertEqual(found, [])
        }
    }

    func test_a_cached_verdict_made_while_the_clock_was_ahead_is_not_used_after_its_correction() async throws {
        for stack in stacks {
            let found = try await stack.deviations(in: ClockScene.setBack)
            XCTAssertEqual(found, [])
        }
    }

    func test_a_shutdown_answers_the_call_that_is_in_flight() async throws {
        let found = try await GRPCStack(isStreaming: false).deviations(in: [EndScene.shutdown])
        XCTAssertEqual(found, [])
    }
}

/// A gRPC server refuses a call, never the connection, and passes on no message of a refused call.
struct GRPCStack: SceneStack {
    let isStreaming: Bool
    let behaviour = RefusalBehaviour.calls

    func serve(_ world: SceneWorld, _ body: (any SceneServer) async throws -> Void) async throws {
        let adapter = NIOSSLClientAuthentication(authenticator: world.authenticator)
        let service = WhoService(beforeReply: { if $0 == "slow" { await world.gate.passUnlessCancelled() } })
        try await WhoServer.withServer(adapter, service: service) { server in
            try await body(GRPCSceneServer(server: server, isStreaming: isStreaming))
        }
    }
}

private struct GRPCSceneServer: SceneServer {
    struct NotServed: Error {}

    let server: WhoServer
    let isStreaming: Bool

    func connect(as identity: TestIdentity, _ body: (any SceneConnection) async throws -> Void) async throws {
        try await server.withClient(identity) { client in
            if isStreaming {
                let connection = StreamSceneConnection(client)
                try await body(connection)
                connection.hangUp()
            } else {
                try await body(UnarySceneConnection(client))
            }
        }
    }

    func reload() throws { throw NotServed() }

    func shutdown() async { server.endGracefully() }
}

extension SceneAnswer {
    /// `revoked: The certificate …` contains the code; a call that did not reach the server has another message.
    fileprivate init(_ outcome: CallOutcome) {
        switch outcome {
        case .messages(let messages): self = Self.answer(messages.last ?? "")
        case .refused(.unauthenticated, let text): self = .refused(String(text.prefix { $0 != ":" }))
        case .refused: self = .ended
        }
    }

    /// Parses `CN=alice, full` or `a CN=alice`.
    fileprivate static func answer(_ message: String) -> SceneAnswer {
        let name = message.split(separator: " ").first { $0.hasPrefix("CN=") } ?? ""
        return .client(String(name.dropFirst(3).prefix { $0 != "," }))
    }
}

private final class UnarySceneConnection: SceneConnection {
    private let client: GRPCClient<HTTP2ClientTransport.Posix>
    private var slow: Task<CallOutcome, Never>?

    init(_ client: GRPCClient<HTTP2ClientTransport.Posix>) { self.client = client }

    func ask() async throws -> SceneAnswer { SceneAnswer(await client.ask()) }

    func begin() async throws { slow = Task { [client] in await client.call(WhoService.get, ["slow"]) } }

    func finish() async throws -> SceneAnswer { SceneAnswer(await slow?.value ?? .messages([])) }

    /// The transport reconnects if it can, but the server accepts no more connections.
    func end() async throws {
        let answer = try await ask()
        guard answer == .ended else { throw RPCError(code: .unknown, message: "\(answer)") }
    }
}

/// One long call; each question is a message of it.
private final class StreamSceneConnection: SceneConnection {
    private let questions: AsyncStream<String>.Continuation
    private var answers: AsyncStream<SceneAnswer>.Iterator
    private var last: SceneAnswer?

    init(_ client: GRPCClient<HTTP2ClientTransport.Posix>) {
        let (asked, questions) = AsyncStream<String>.makeStream()
        let (heard, answers) = AsyncStream<SceneAnswer>.makeStream()
        self.questions = questions
        self.answers = heard.makeAsyncIterator()
        Task {
            let outcome = await client.call(WhoService.chat) { writer in
                for await question in asked { try await writer.write(question) }
            } onMessage: {
                answers.yield(SceneAnswer.answer($0))
            }
            if case .refused = outcome { answers.yield(SceneAnswer(outcome)) }
            answers.finish()
        }
    }

    func ask() async throws -> SceneAnswer {
        questions.yield("who")
        return try await finish()
    }

    func begin() async throws { questions.yield("slow") }

    func finish() async throws -> SceneAnswer {
        // After its end, a call has no answer except its status.
        if let answer = await answers.next() { last = answer }
        return last ?? .ended
    }

    func end() async throws { hangUp() }

    func hangUp() { questions.finish() }
}
#endif
