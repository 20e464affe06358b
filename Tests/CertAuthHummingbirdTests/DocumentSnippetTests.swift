// SPDX-License-Identifier: Apache-2.0
// The examples in Docs/Hummingbird.md, run.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import ServiceLifecycle
import XCTest

final class DocumentSnippetTests: XCTestCase {
    func test_the_first_example_can_be_built_and_ends_when_cancelled() async throws {
        let clients = try ToolClients()
        let (tls, _) = try RunningApplication.serverTLS(clients.authenticator())
        let application = try secureApplication(identity: tls.identity, authenticator: clients.authenticator())
        let running = Task { try await application.run() }
        running.cancel()
        _ = await running.result
    }

    func test_the_server_on_the_forwarding_page_starts() throws {
        let clients = try ToolClients()
        let router = Router(context: ShopContext.self)
        lateRoutes(router)
        XCTAssertNoThrow(try behindNginx(router, authenticator: clients.authenticator()))
    }

    func test_a_server_can_change_its_identity() throws {
        let clients = try ToolClients()
        let (tls, _) = try RunningApplication.serverTLS(clients.authenticator())
        let (other, _) = try RunningApplication.serverTLS(clients.authenticator())
        let router = Router(context: ShopContext.self)
        XCTAssertNoThrow(try reloading(tls, router, newIdentity: other.identity))
    }
}
#endif
