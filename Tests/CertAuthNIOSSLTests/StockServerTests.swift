// SPDX-License-Identifier: Apache-2.0
// Pipelines that frameworks build: NIOSSL with CertAuth's callback, and authentication within a request.

#if NIOSSL
import CertAuth
import CertAuthNIOSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOEmbedded
import NIOSSL
import XCTest

final class StockServerTests: XCTestCase {
    func test_the_callback_without_metadata_accepts_good_and_refuses_bad_clients() async throws {
        let world = try ClientWorld()
        let (good, bad) = (try world.issuing.issue("alice"), try world.issuing.issue("bob", .expired))
        try await LineServer.withStockServer(world.adapter) { server in
            for version in TLSProtocolVersion.allCases {
                let answer = try await server.client(good).version(version).ask()
                // NIOSSL does not report here that the handshake was a full one.
                XCTAssertEqual(answer, .line("CN=alice, resumed, 2 certificates\n", resumed: false), version.rawValue)
                let refused = try await server.client(bad).version(version).ask()
                XCTAssertEqual(refused, .alert("certificate_unknown"), version.rawValue)
            }
            XCTAssertEqual(server.log.lines.count, TLSProtocolVersion.allCases.count)
        }
    }

    func test_the_callback_with_metadata_distinguishes_full_and_resumed_handshakes() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await LineServer.withStockServer(world.adapter, withMetadata: true) { server in
            for version in TLSProtocolVersion.allCases {
                let client = server.client(alice).version(version)
                let full = try await client.ask()
                XCTAssertEqual(full, .line("CN=alice, full, 2 certificates\n", resumed: false), version.rawValue)
                let resumed = try await client.keptSession().ask()
                XCTAssertEqual(resumed, .line("CN=alice, resumed, 2 certificates\n", resumed: true), version.rawValue)
            }
        }
    }

    func test_a_session_that_is_resumed_after_expiry_yields_no_identity() async throws {
        for version in TLSProtocolVersion.allCases {
            let world = try ClientWorld()
            let alice = try world.issuing.issue("alice") {
                $0.notAfter = .automatic(world.clock.now.adding(seconds: 60))
            }
            try await LineServer.withStockServer(world.adapter) { server in
                let client = try await server.client(alice).version(version).keptSession()
                let inTime = try await client.ask()
                XCTAssertEqual(inTime, .line("CN=alice, resumed, 2 certificates\n", resumed: true), version.rawValue)
                world.clock.advance(by: .seconds(61))
                let late = try await client.ask()
                XCTAssertEqual(late, .line("expired\n", resumed: true), version.rawValue)
            }
        }
    }

    func test_a_session_that_is_resumed_after_revocation_yields_no_identity() async throws {
        let world = try ClientWorld { options, _ in options.revocationMode = .offline }
        world.adapter.authenticator.revocationEvidence = try world.evidence()
        let alice = try world.issuing.issue("alice")
        try await LineServer.withStockServer(world.adapter) { server in
            let client = try await server.client(alice).keptSession()
            world.adapter.authenticator.revocationEvidence = try world.evidence(revoked: [alice])
            let answer = try await client.ask()
            XCTAssertEqual(answer, .line("revoked\n", resumed: true))
        }
    }

    func test_a_certificate_that_expires_on_an_open_connection_stops_working() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice") { $0.notAfter = .automatic(world.clock.now.adding(seconds: 60)) }
        try await LineServer.withStockServer(world.adapter) { server in
            try await server.client(alice).withConnection { connection in
                var answers: [String] = []
                for _ in 0..<2 {
                    try await connection.write(Array("who\n".utf8))
                    answers.append(String(decoding: try await connection.read(), as: UTF8.self))
                    world.clock.advance(by: .seconds(61))
                }
                XCTAssertEqual(answers, ["CN=alice, resumed, 2 certificates\n", "expired\n"])
            }
        }
    }

    func test_a_server_that_requests_no_certificate_authenticates_no_client() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await LineServer.withStockServer(world.adapter, verification: .none) { server in
            let answer = try await server.client(alice).ask()
            XCTAssertEqual(answer, .line("no-certificate\n", resumed: false))
        }
    }

    func test_a_channel_without_NIOSSL_has_no_client() async throws {
        let world = try ClientWorld()
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1))
        let open = await world.adapter.authenticate(channel)
        XCTAssertEqual(open.refusalCode, .notHTTPS)
        try await channel.close()
        let closed = await world.adapter.authenticate(channel)
        XCTAssertEqual(closed.refusalCode, .internalError)
    }

    func test_two_policies_on_one_connection_share_no_memory_and_no_verdict() async throws {
        let (world, other) = (try ClientWorld(), try ClientWorld())
        let alice = try world.issuing.issue("alice")
        let asked = OtherPolicy(other.adapter)
        try await LineServer.withServer(world.adapter) { configuration in
            let context = try NIOSSLContext(configuration: configuration)
            return { channel in
                let callback = world.adapter.customVerificationCallback
                let handler = NIOSSLServerHandler(context: context, customVerificationCallback: callback)
                try channel.pipeline.syncOperations.addHandler(handler)
                asked.channel = channel
            }
        } _: { server in
            try await server.client(alice).withConnection { connection in
                try await connection.write(Array("who\n".utf8))
                let answer = String(decoding: try await connection.read(), as: UTF8.self)
                XCTAssertEqual(answer, "CN=alice, resumed, 2 certificates\n")
                let channel = try XCTUnwrap(asked.channel)
                let stranger = try await other.adapter.authentication(on: channel).get()
                XCTAssertEqual(stranger.presentedChain?.derEncoded, [alice.certificateDER])
                let result = await stranger.authenticate()
                XCTAssertEqual(result.refusalCode, .untrusted)
                let kept = try await other.adapter.authentication(on: channel).get()
                XCTAssertTrue(kept === stranger, "created again for the second call")
            }
        }
    }
}
#endif
