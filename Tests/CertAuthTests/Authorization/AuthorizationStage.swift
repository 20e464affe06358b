// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting
import XCTest

/// Clients of one root, authenticated by the engine, for policies to decide on.
struct AuthorizationStage {
    let stage: Stage

    init() throws { stage = try Stage() }

    /// The engine's result for an identity to which a hook gives these claims.
    func client(
        _ identity: TestIdentity,
        trusting anchors: [Certificate]? = nil,
        claims: [Claim] = []
    ) async throws -> AuthenticatedClient {
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            var principal = context.principal
            principal.identities.append(ClaimsIdentity(authenticationType: "store", claims: claims))
            return .success(principal)
        })
        let authenticator = try stage.authenticator(options: stage.options(trusting: anchors), events: events)
        let result = await authenticator.authenticate(identity)
        return try XCTUnwrap(assertAccepted(result))
    }

    /// Returns alice with these claims.
    func alice(_ claims: Claim...) async throws -> AuthenticatedClient {
        try await client(stage.issuing.issue("alice"), claims: claims)
    }
}

/// Fails unless the policy makes exactly this decision.
func assertDecision(
    _ policy: AuthorizationPolicy,
    _ client: AuthenticatedClient,
    _ expected: AuthorizationDecision,
    file: StaticString = #filePath,
    line: UInt = #line
) async throws {
    let decision = try await policy.decide(client)
    XCTAssertEqual(decision, expected, policy.name, file: file, line: line)
}

/// Fails unless authorization refuses with `not-authorized` and this text.
func assertNotAuthorized(
    _ policy: AuthorizationPolicy,
    _ client: AuthenticatedClient,
    _ message: String,
    file: StaticString = #filePath,
    line: UInt = #line
) async {
    let result = await policy.authorize(.success(client))
    let failure = assertRefused(result, .notAuthorized, at: 0, file: file, line: line)
    XCTAssertEqual(failure?.message, message, file: file, line: line)
}
