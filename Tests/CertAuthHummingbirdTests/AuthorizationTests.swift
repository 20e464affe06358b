// SPDX-License-Identifier: Apache-2.0
// Policies on groups and on routes.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import Hummingbird
import XCTest

final class AuthorizationTests: XCTestCase {
    private struct Unreachable: Error {}

    private func withPolicies<Result>(
        _ clients: ToolClients,
        _ body: (RunningApplication) async throws -> Result
    ) async throws -> Result {
        let alice = try Certificate(derEncoded: clients.alice.chain[0]).sha256Thumbprint
        return try await RunningApplication.withTLS(
            clients.authenticator(),
            mode: .allow,
            routes: { router in
                let group = router.group("members").add(middleware: AuthorizationMiddleware())
                group.get { _, context in RunningApplication.description(of: context) }
                group.group("alice").add(middleware: AuthorizationMiddleware(.thumbprint(sha256: alice)))
                    .get { _, context in RunningApplication.description(of: context) }
                router.group("named").add(middleware: AuthorizationMiddleware(.claim(.name, anyOf: ["bob"])))
                    .get { _, context in RunningApplication.description(of: context) }
                router.group("broken")
                    .add(middleware: AuthorizationMiddleware(.custom("broken") { _ in throw Unreachable() }))
                    .get { _, context in RunningApplication.description(of: context) }
                router.group("own")
                    .add(middleware: AuthorizationMiddleware(.custom("own") { _ in throw HTTPError(.conflict) }))
                    .get { _, context in RunningApplication.description(of: context) }
                router.get("forgotten") { _, context in try context.requirePrincipal().name ?? "?" }
            },
            body
        )
    }

    func test_each_route_accepts_the_clients_its_policy_allows() async throws {
        let clients = try ToolClients()
        let bob = try clients.authority.issue("bob")
        let cases: [(TestIdentity?, String, Int, String?)] = [
            (clients.alice, "/members", 200, nil), (bob, "/members", 200, nil),
            (nil, "/members", 403, "no-certificate"), (clients.expired, "/members", 403, "expired"),
            (clients.alice, "/members/alice", 200, nil), (bob, "/members/alice", 403, "not-authorized"),
            (nil, "/members/alice", 403, "no-certificate"), (bob, "/named", 200, nil),
            (clients.alice, "/named", 403, "not-authorized"), (clients.stranger, "/named", 403, "untrusted"),
        ]
        try await withPolicies(clients) { server in
            for (identity, path, status, code) in cases {
                let response = try await server.client(identity).get(path)
                XCTAssertEqual(response.status, status, path)
                XCTAssertEqual(response.problemCode, code, path)
            }
        }
    }

    func test_a_policy_that_fails_admits_no_client() async throws {
        let clients = try ToolClients()
        try await withPolicies(clients) { server in
            let broken = try await server.client(clients.alice).get("/broken")
            XCTAssertEqual(broken.status, 403)
            XCTAssertEqual(broken.problemCode, "not-authorized")
            XCTAssertFalse(broken.text.contains("Unreachable"), broken.text)
            let own = try await server.client(clients.alice).get("/own")
            XCTAssertEqual(own.status, 403)
            XCTAssertEqual(own.problemCode, "not-authorized")
        }
    }

    func test_a_route_that_needs_a_principal_fails_without_authentication() async throws {
        let clients = try ToolClients()
        try await withPolicies(clients) { server in
            let forgotten = try await server.client(clients.alice).get("/forgotten")
            XCTAssertEqual(forgotten.status, 500)
            XCTAssertEqual(forgotten.problemCode, "internal")
        }
    }

    func test_clients_without_a_certificate_are_redirected_without_a_loop()
        async throws
    {
        let clients = try ToolClients()
        try await RunningApplication.withTLS(
            clients.authenticator(),
            mode: .allow,
            routes: { router in
                router.group("secure").add(middleware: AuthorizationMiddleware(certificateHost: "cert.test"))
                    .get { _, context in RunningApplication.description(of: context) }
            }
        ) { server in
            let sent = try await server.client().get("/secure?a=b")
            XCTAssertEqual(sent.status, 307)
            XCTAssertEqual(sent.headerFields[.location], "https://cert.test/secure?a=b")
            XCTAssertEqual(sent.headerFields[.cacheControl], "no-store")
            let refused = try await server.client(clients.expired).get("/secure?a=b")
            XCTAssertEqual(refused.problemCode, "expired")
            let there = try await server.client().withConnection { connection in
                try await connection.write(Array("GET /secure HTTP/1.1\r\nHost: Cert.test\r\n\r\n".utf8))
                return try await connection.readResponse()
            }
            XCTAssertEqual(there.problemCode, "no-certificate")
        }
    }

    func test_a_challenge_that_redirects_to_its_own_request_is_a_refusal() async throws {
        let clients = try ToolClients()
        let events = CertificateAuthenticationEvents(onChallenge: { context in
            let host = context.host ?? ""
            let location =
                switch context.path {
                case "/secure/whole": "https://\(host)/secure/whole"
                case "/secure/plain": "http://\(host)/secure/plain"
                default: "/secure/path?a=b"
                }
            return .redirect(location: location)
        })
        try await RunningApplication.withTLS(
            clients.authenticator(events: events),
            mode: .allow,
            routes: { router in
                router.group("secure").add(middleware: AuthorizationMiddleware()).get(":name") { _, context in
                    RunningApplication.description(of: context)
                }
            }
        ) { server in
            for path in ["/secure/path?a=b", "/secure/whole"] {
                let answer = try await server.client().get(path)
                XCTAssertEqual(answer.status, 403, path)
                XCTAssertEqual(answer.problemCode, "no-certificate", path)
            }
            // Other requests: another query, and another scheme.
            for path in ["/secure/path", "/secure/plain"] {
                let answer = try await server.client().get(path)
                XCTAssertEqual(answer.status, 307, path)
            }
        }
    }

    func test_the_mode_of_the_connection_does_not_redirect_a_request_to_itself() async throws {
        let clients = try ToolClients()
        let events = CertificateAuthenticationEvents(onChallenge: { context in
            .redirect(location: context.path == "/elsewhere" ? "https://help.test/" : context.path)
        })
        try await RunningApplication.withTLS(clients.authenticator(events: events), mode: .require) { server in
            let client = server.client(clients.expired)
            let own = try await client.get("/secure")
            XCTAssertEqual(own.status, 403)
            XCTAssertEqual(own.problemCode, "expired")
            let elsewhere = try await client.get("/elsewhere")
            XCTAssertEqual(elsewhere.status, 307)
        }
    }

    func test_a_client_that_a_policy_denies_is_refused_and_not_challenged() async throws {
        let clients = try ToolClients()
        let events = CertificateAuthenticationEvents(onChallenge: { context in
            .redirect(location: "https://help.test\(context.path)")
        })
        try await RunningApplication.withTLS(
            clients.authenticator(events: events),
            mode: .allow,
            routes: { router in
                router.group("named")
                    .add(
                        middleware: AuthorizationMiddleware(
                            .claim(.name, anyOf: ["bob"]),
                            certificateHost: "cert.test"
                        )
                    )
                    .get { _, context in RunningApplication.description(of: context) }
            }
        ) { server in
            let denied = try await server.client(clients.alice).get("/named")
            XCTAssertEqual(denied.status, 403)
            XCTAssertEqual(denied.problemCode, "not-authorized")
            let challenged = try await server.client().get("/named")
            XCTAssertEqual(challenged.status, 307)
            XCTAssertEqual(challenged.headerFields[.location], "https://help.test/named")
        }
    }

    func test_a_failure_that_a_route_throws_is_its_answer() async throws {
        let clients = try ToolClients()
        let bob = try clients.authority.issue("bob")
        let digest = try Certificate(derEncoded: clients.alice.chain[0]).sha256Thumbprint.bytes
        let base64 = Data(digest).base64EncodedString()
        let bound = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        try await RunningApplication.withTLS(
            clients.authenticator(),
            mode: .allow,
            routes: { router in
                router.group("token").add(middleware: AuthorizationMiddleware()).get { _, context in
                    try TokenConfirmation(certificateThumbprint: bound).check(context.requireClient())
                    return RunningApplication.description(of: context)
                }
                router.get("own") { _, _ -> String in
                    throw AuthenticationFailure(code: FailureCode(rawValue: "no-seat"), message: "full")
                }
            }
        ) { server in
            let good = try await server.client(clients.alice).get("/token")
            XCTAssertEqual(good.status, 200)
            let wrong = try await server.client(bob).get("/token")
            XCTAssertEqual(wrong.status, 401)
            XCTAssertEqual(wrong.problemCode, "token-binding-mismatch")
            XCTAssertEqual(wrong.headerFields[.wwwAuthenticate], #"Bearer error="invalid_token""#)
            let own = try await server.client(clients.alice).get("/own")
            XCTAssertEqual(own.status, 403)
            XCTAssertEqual(own.problemCode, "no-seat")
            XCTAssertNil(own.headerFields[.wwwAuthenticate])
        }
    }

    func test_the_applications_challenge_hook_runs_before_routes_and_at_the_gate() async throws {
        let clients = try ToolClients()
        let events = CertificateAuthenticationEvents(onChallenge: { context in
            .redirect(location: "https://help.test\(context.path)")
        })
        for mode in [ClientCertificateMode.allow, .require] {
            try await RunningApplication.withTLS(clients.authenticator(events: events), mode: mode) { server in
                let response = try await server.client().get("/secure")
                XCTAssertEqual(response.status, 307)
                XCTAssertEqual(response.headerFields[.location], "https://help.test/secure")
            }
        }
    }
}
#endif
