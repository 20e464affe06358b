// SPDX-License-Identifier: Apache-2.0
// Policies on methods: authenticated clients that are not authorized.

#if GRPC
import CertAuth
import CertAuthGRPC
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import XCTest

final class AuthorizationTests: XCTestCase {
    private let denied = CallOutcome.refused(
        .permissionDenied,
        "not-authorized: \(FailureCode.notAuthorized.publicSentence)"
    )

    func test_a_policy_applies_only_to_its_methods() async throws {
        let world = try ClientWorld()
        let (alice, bob) = (try world.issuing.issue("alice"), try world.issuing.issue("bob"))
        let policy = AuthorizationPolicy.thumbprint(sha256: try alice.certificate.sha256Thumbprint)
        let interceptors: WhoServer.Interceptors = [
            .apply(ClientCertificateInterceptor(world.adapter), to: .all),
            .apply(ClientAuthorizationInterceptor(policy), to: .methods([WhoService.get])),
        ]
        try await WhoServer.withServer(world.adapter, interceptors: interceptors) { server in
            let allowed = try await server.ask(as: alice)
            XCTAssertEqual(allowed, .messages(["CN=alice, full"]))
            let outcomes = try await server.withClient(bob) { await [$0.ask(), $0.call(WhoService.watch)] }
            XCTAssertEqual(outcomes, [denied, .messages(["1 CN=bob", "2 CN=bob", "3 CN=bob"])])
        }
    }

    func test_an_error_thrown_by_a_rule_denies_and_is_not_sent_to_the_client() async throws {
        struct OutOfOrder: Error {}
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        let interceptors: WhoServer.Interceptors = [
            .apply(ClientCertificateInterceptor(world.adapter), to: .all),
            .apply(ClientAuthorizationInterceptor(.custom("store") { _ in throw OutOfOrder() }), to: .all),
        ]
        try await WhoServer.withServer(world.adapter, interceptors: interceptors) { server in
            let outcome = try await server.ask(as: alice)
            XCTAssertEqual(outcome, denied)
        }
    }

    func test_anonymous_calls_are_unauthenticated_not_denied() async throws {
        let world = try ClientWorld()
        let everybody = ClientAuthorizationInterceptor(.custom("everybody") { _ in .allowed })
        let optional = ClientCertificateInterceptor(world.adapter, requirement: .optional)
        let refusal = CallOutcome.refused(.unauthenticated, "no-certificate: A client certificate is required.")
        let pipelines: [WhoServer.Interceptors] = [
            [.apply(optional, to: .all), .apply(everybody, to: .all)],
            [.apply(everybody, to: .all)],
            // The wrong order: the certificate has not been authenticated yet.
            [.apply(everybody, to: .all), .apply(optional, to: .all)],
        ]
        for interceptors in pipelines {
            try await WhoServer.withServer(world.adapter, interceptors: interceptors) {
                $0.clientCertificateVerification = .noVerification
            } _: { server in
                let outcome = try await server.ask(as: nil)
                XCTAssertEqual(outcome, refusal)
            }
        }
    }
}
#endif
