// SPDX-License-Identifier: Apache-2.0
// An HTTP/2 connection that must end loses no answer.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import HummingbirdHTTP2
import XCTest

final class HTTP2EndTests: XCTestCase {
    private enum Cause: CaseIterable { case reload, revocation, shutdown, reloadThenRevocation }

    /// What the client does after it receives GOAWAY.
    private enum Client: CaseIterable { case acknowledges, isSilent, opensAStream, postsOnAStream }

    func test_ten_answers_in_flight_arrive_whatever_ends_the_connection_and_whatever_the_client_does() async throws {
        for cause in Cause.allCases {
            for client in Client.allCases {
                let texts = try await answers(cause, client)
                XCTAssertEqual(texts, Array(repeating: "alice 200 whole", count: 10), "\(cause), \(client)")
            }
        }
    }

    private func answers(_ cause: Cause, _ client: Client) async throws -> [String] {
        let world = try SceneWorld()
        let (tls, authority) = try RunningApplication.serverTLS(world.authenticator)
        let server = try CertAuthServer(tls: tls)
        return try await RunningApplication.with(server.builder, serverAuthority: authority) { router in
            router.get("slow") { _, context in
                await world.gate.passUnlessCancelled()
                return RunningApplication.description(of: context)
            }
            router.post("late") { _, _ in "late" }
        } _: { running in
            var peer = running.client(world.alice)
            peer.applicationProtocols = ["h2"]
            return try await peer.withConnection { connection in
                let http2 = try await SceneHTTP2Client(connection)
                http2.acknowledges = client != .isSilent
                var streams: [UInt32] = []
                for _ in 0..<10 { streams.append(try await http2.get("/slow")) }
                await world.gate.arrivals(10)
                switch cause {
                case .reload: try server.reload(tls)
                case .revocation: world.authenticator.revoke(try world.alice.certificate)
                case .shutdown: await running.shutdown()
                case .reloadThenRevocation:
                    try server.reload(tls)
                    world.authenticator.revoke(try world.alice.certificate)
                }
                try await http2.goAway()
                XCTAssertEqual(http2.goAways, [19])
                switch client {
                case .acknowledges, .isSilent: break
                case .opensAStream: try await http2.get("/late")
                case .postsOnAStream: try await http2.post("/late", "body")
                }
                world.gate.open()
                var texts: [String] = []
                for stream in streams {
                    let answer = try await http2.answer(on: stream)
                    texts.append("\(answer.text) \(answer.status ?? 0) \(answer.isWhole ? "whole" : "cut")")
                }
                let end = try await http2.end()
                XCTAssertEqual(end, .closed(cleanly: true))
                return texts
            }
        }
    }

    func test_a_large_answer_in_flight_arrives_whole() async throws {
        let world = try SceneWorld()
        let (tls, authority) = try RunningApplication.serverTLS(world.authenticator)
        let server = try CertAuthServer(tls: tls)
        try await RunningApplication.with(server.builder, serverAuthority: authority) { router in
            router.get("slow") { _, _ in
                await world.gate.passUnlessCancelled()
                return String(repeating: "x", count: 60_000)
            }
        } _: { running in
            var peer = running.client(world.alice)
            peer.applicationProtocols = ["h2"]
            try await peer.withConnection { connection in
                let http2 = try await SceneHTTP2Client(connection)
                let stream = try await http2.get("/slow")
                await world.gate.arrivals(1)
                try server.reload(tls)
                try await http2.goAway()
                world.gate.open()
                let answer = try await http2.answer(on: stream)
                XCTAssertEqual(answer.text.count, 60_000)
                XCTAssertTrue(answer.isWhole)
                let end = try await http2.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
        }
    }

    func test_an_idle_connection_ends_at_a_reload_also_when_the_client_acknowledges_nothing() async throws {
        let world = try SceneWorld()
        let (tls, authority) = try RunningApplication.serverTLS(world.authenticator)
        let server = try CertAuthServer(tls: tls)
        try await RunningApplication.with(
            server.builder,
            serverAuthority: authority,
            routes: RunningApplication.routes
        ) { running in
            var peer = running.client(world.alice)
            peer.applicationProtocols = ["h2"]
            try await peer.withConnection { connection in
                let http2 = try await SceneHTTP2Client(connection)
                http2.acknowledges = false
                let stream = try await http2.get("/secure")
                let answer = try await http2.answer(on: stream)
                XCTAssertEqual(answer.text, "alice")
                try server.reload(tls)
                let end = try await http2.end()
                XCTAssertEqual(end, .closed(cleanly: true))
                XCTAssertEqual(http2.goAways, [1])
            }
        }
    }

    func test_an_idle_connection_ends_after_its_time_also_when_the_client_acknowledges_nothing() async throws {
        let world = try SceneWorld()
        let (tls, authority) = try RunningApplication.serverTLS(world.authenticator)
        var bounds = ServedHTTP.boundedHTTP2
        bounds.idleTimeout = .milliseconds(50)
        let server = try CertAuthServer(http: .http2Upgrade(bounds), tls: tls)
        try await RunningApplication.with(
            server.builder,
            serverAuthority: authority,
            routes: RunningApplication.routes
        ) { running in
            var peer = running.client(world.alice)
            peer.applicationProtocols = ["h2"]
            try await peer.withConnection { connection in
                let http2 = try await SceneHTTP2Client(connection)
                http2.acknowledges = false
                let end = try await http2.end()
                XCTAssertEqual(end, .closed(cleanly: true))
                XCTAssertEqual(http2.goAways, [0])
            }
        }
    }
}
#endif
