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

    func test_a_child_context_has_the_client_that_its_group_authorizes() async throws {
        let root = try TestAuthority("Root")
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            let isAdmin = context.principal.name == "alice"
            let claims = isAdmin ? [Claim(.role, "admin")] : []
            return .success(ClaimsPrincipal(authenticationType: "test", claims: [Claim(.name, "alice")] + claims))
        })
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.anchor])))
        options.revocationMode = .noCheck
        let authenticator = try CertificateAuthenticator(options: options, events: events)
        let (tls, authority) = try RunningApplication.serverTLS(authenticator, mode: .allow)
        let router = Router(context: ShopContext.self)
        addAdministration(to: router)
        try await RunningApplication.with(
            try .certAuth(http: .http1, tls: tls),
            serverAuthority: authority,
            router: router
        ) { running in
            let admin = try await running.client(try root.issue("alice")).get("/stock")
            XCTAssertEqual(admin.text, "stock for alice")
            let other = try await running.client(try root.issue("bob")).get("/stock")
            XCTAssertEqual(other.problemCode, "not-authorized")
            let stranger = try await running.client(try TestAuthority("Other").issue("alice")).get("/stock")
            XCTAssertEqual(stranger.problemCode, "untrusted")
            let anonymous = try await running.client().get("/stock")
            XCTAssertEqual(anonymous.problemCode, "no-certificate")
        }
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
