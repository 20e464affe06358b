// SPDX-License-Identifier: Apache-2.0
// A request's connection is visible only to that request.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import HummingbirdCore
import XCTest

final class InheritedConnectionTests: XCTestCase {
    /// Starts a server during a request of alice's and sends it a request without a certificate.
    private func answers(
        of inner: @escaping @Sendable () -> HTTPServerBuilder,
        revoking: Bool = false
    ) async throws -> [String] {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let authenticator = try clients.authenticator()
        let (results, sent) = AsyncStream<Result<[String], any Error>>.makeStream()
        try await RunningApplication.withTLS(
            authenticator,
            http: .http1,
            routes: { router in
                router.add(middleware: OptionalClientCertificateMiddleware())
                router.get("start") { _, context in
                    let name = try context.requirePrincipal().name ?? "?"
                    let work = Task {
                        try await RunningApplication.with(
                            inner(),
                            serverAuthority: clients.authority,
                            routes: RunningApplication.routes
                        ) { server in
                            if revoking { authenticator.revoke(try clients.alice.certificate) }
                            var texts: [String] = []
                            for path in ["public", "secure"] {
                                let url = "http://127.0.0.1:\(server.port)/\(path)"
                                texts.append(try await tool.run(["-s", "--max-time", "20", url]).output)
                            }
                            return texts
                        }
                    }
                    sent.yield(await work.result)
                    return name
                }
            }
        ) { server in
            let outer = try await server.client(clients.alice).get("/start")
            XCTAssertEqual(outer.text, "alice")
        }
        var iterator = results.makeAsyncIterator()
        let result = await iterator.next()
        return try XCTUnwrap(result).get()
    }

    func test_a_plain_server_started_during_a_request_has_no_client() async throws {
        let builders: [@Sendable () -> HTTPServerBuilder] = [{ .http1() }, { .certAuthBehindProxy() }]
        for builder in builders {
            for revoking in [false, true] {
                let texts = try await answers(of: builder, revoking: revoking)
                XCTAssertEqual(texts.first, "anonymous")
                XCTAssertTrue(texts.last?.contains("\"code\":\"not-https\"") == true, "\(texts)")
            }
        }
    }
}
#endif
