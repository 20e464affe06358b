// SPDX-License-Identifier: Apache-2.0
// Hummingbird's own TLS with CertAuth's callback and middleware, over HTTP/1.1 and HTTP/2.

#if NIOSSL && Hummingbird
import CertAuth
import CertAuthHTTP
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import CertAuthTLS
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOSSL
import ServiceLifecycle
import XCTest

final class HummingbirdTests: XCTestCase {
    private struct Running {
        let port: Int
        let authority: TestAuthority

        func client(_ identity: TestIdentity?) -> TLSTestClient {
            let address = ListenerAddress.hostPort(host: "127.0.0.1", port: port)
            return TLSTestClient(address: address, serverAnchorDER: authority.anchorDER, identity: identity)
        }
    }

    private func withApplication<Result>(
        _ clients: NIOSSLClientAuthentication,
        builder: (TLSConfiguration) throws -> HTTPServerBuilder,
        _ body: (Running) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority("Server Root")
        let identity = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        var tls = try TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(NIOSSLCertificate(bytes: identity.certificateDER, format: .der))],
            privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM().utf8), format: .pem))
        )
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates([])
        let router = Router(context: ClientContext.self)
        router.add(middleware: ClientMiddleware(clients: clients))
        router.get("/") { _, context in context.client?.principal.name ?? "anonymous" }
        let (ports, started) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            server: try builder(tls),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        let running = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next() ?? 0
        do {
            let result = try await body(Running(port: port, authority: authority))
            await group.triggerGracefulShutdown()
            try await running.value
            return result
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
    }

    func test_Hummingbirds_own_TLS_accepts_good_and_refuses_bad_clients_in_the_handshake() async throws {
        let world = try ClientWorld()
        let (alice, old) = (try world.issuing.issue("alice"), try world.issuing.issue("old", .expired))
        try await withApplication(world.adapter) {
            try server($0, world.adapter)
        } _: { running in
            for version in TLSProtocolVersion.allCases {
                let good = try await running.client(alice).version(version).get("/")
                XCTAssertEqual(good.text, "alice", version.rawValue)
                let bad = try await running.client(old).version(version).outcome("/")
                XCTAssertEqual(bad, .alert("certificate_unknown"), version.rawValue)
            }
        }
    }

    func test_a_session_that_is_resumed_after_expiry_gets_403() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice") { $0.notAfter = .automatic(world.clock.now.adding(seconds: 60)) }
        try await withApplication(world.adapter) {
            try server($0, world.adapter)
        } _: { running in
            var client = running.client(alice)
            client.session = try await client.withConnection { connection in
                let response = try await connection.get("/")
                XCTAssertEqual(response.text, "alice")
                return connection.session
            }
            for (seconds, status) in [(59, 200), (2, 403)] as [(Int64, Int)] {
                world.clock.advance(by: .seconds(seconds))
                try await client.withConnection { connection in
                    let response = try await connection.get("/")
                    XCTAssertEqual(response.status, status)
                    XCTAssertTrue(connection.isResumed)
                    let isExplained = response.text.contains("expired: \(FailureCode.expired.publicSentence)")
                    XCTAssertEqual(isExplained, status == 403, response.text)
                }
            }
        }
    }

    func test_the_streams_of_HTTP_2_know_the_client_of_their_connection() async throws {
        let curl = try ExternalTool("curl")
        let world = try ClientWorld()
        let folder = try TemporaryDirectory()
        let files = try world.issuing.issue("alice").write(to: folder, as: "alice")
        let callback = world.adapter.customVerificationCallback
        try await withApplication(world.adapter) {
            try .http2Upgrade(
                tlsChannelConfiguration: .init(tlsConfiguration: $0, customVerificationCallback: callback)
            )
        } _: { running in
            let anchor = try running.authority.identity.write(to: folder, as: "server")
            let url = "https://localhost:\(running.port)/"
            let result = try await curl.run([
                "--silent", "--http2", "--cacert", anchor.anchor, "--resolve", "localhost:\(running.port):127.0.0.1",
                "--cert", files.chain, "--key", files.key, "--write-out", " %{http_version}", url, url,
            ])
            XCTAssertEqual(result.output, "alice 2alice 2")
        }
    }
}
#endif
