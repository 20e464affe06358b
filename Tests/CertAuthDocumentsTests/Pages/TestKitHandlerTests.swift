// SPDX-License-Identifier: Apache-2.0
// The example with the application's own handler and authenticator on the test kit page, compiled and run.

// snippet of TestKit.md
import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

/// What the application serves. Production code passes the same function to its `HTTPSListener`.
func greet(_ request: ListenerRequest) async throws -> ListenerResponse {
    .text("hello \(request.principal?.name ?? "visitor")")
}

/// Admits the members. Production code passes the same hooks to its authenticator.
let memberHooks = CertificateAuthenticationEvents(onCertificateValidated: { context in
    guard context.principal.name == "alice" else { return .fail(reason: "not a member") }
    return .success(context.principal)
})

final class MemberTests: XCTestCase {
    func test_only_members_are_greeted() async throws {
        let authority = try TestAuthority("Our Root")
        let alice = try authority.issue("alice")
        let bob = try authority.issue("bob")
        let carol = try authority.issue("carol")
        let list = try authority.revocationList(revoked: [carol])
        let anchors = try TrustStore(certificates: [authority.certificate])
        let authenticator = try CertificateAuthenticator(
            options: CertificateAuthenticationOptions(trust: .custom(anchors)),
            events: memberHooks,
            revocationEvidence: RevocationEvidence(
                revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
            )
        )
        try await TestListener.withListener(authenticator: authenticator, handler: greet) { server in
            let member = try await server.client(alice).get("/")
            XCTAssertEqual(member.text, "hello alice")
            let clients: [(TestIdentity?, String)] = [
                (bob, "rejected-by-handler"), (carol, "revoked"), (nil, "no-certificate"),
                (try TestAuthority("Other Root").issue("alice"), "untrusted"),
            ]
            for (client, code) in clients {
                let answer = try await server.client(client).get("/")
                XCTAssertEqual(answer.problemCode, code)
            }
        }
    }
}
// end of snippet
