// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of hooks, run.

import CertAuth
import CertAuthTesting
import CertAuthTestingHTTP
import Synchronization
import XCTest

final class EventSnippetTests: XCTestCase {
    /// Knows alice; throws for bob.
    private struct Members: MemberStore {
        struct Unavailable: Error {}

        func role(ofMember email: String) async throws -> String? {
            if email == "bob@example.com" { throw Unavailable() }
            return email == "alice@example.com" ? "admin" : nil
        }
    }

    private func result(_ events: CertificateAuthenticationEvents, _ identity: TestIdentity, _ pki: GuidePKI)
        async throws -> AuthenticationResult
    {
        let chain = try XCTUnwrap(PresentedChain(derEncoded: identity.chain, source: .tls))
        return await (try pki.authenticator(events: events)).authenticate(chain, facts: ConnectionFacts(isSecure: true))
    }

    func test_a_member_gets_its_role_and_a_stranger_is_refused() async throws {
        let pki = try GuidePKI()
        let alice = try await result(memberEvents(Members()), pki.alice, pki)
        XCTAssertEqual(alice.principal?.name, "alice")
        XCTAssertEqual(alice.principal?.all(.role), ["admin"])
        let carol = try await result(memberEvents(Members()), pki.issuing.issue("carol"), pki)
        XCTAssertEqual(carol.refusalCode, .rejectedByHandler)
        XCTAssertEqual(carol.failure?.message, "no member has an address of this certificate")
    }

    func test_a_store_that_throws_refuses_the_client() async throws {
        let pki = try GuidePKI()
        let bob = try await result(memberEvents(Members()), pki.bob, pki)
        XCTAssertEqual(bob.refusalCode, .rejectedByHandler)
    }

    func test_a_refusal_is_reported_with_its_code_and_is_kept() async throws {
        let pki = try GuidePKI(revokingBob: true)
        let reports = Mutex<[String]>([])
        let events = EventSnippets.withFailures { report in reports.withLock { $0.append(report) } }
        let bob = try await result(events, pki.bob, pki)
        XCTAssertEqual(bob.refusalCode, .revoked)
        XCTAssertEqual(reports.withLock { $0.map { $0.prefix { $0 != ":" } } }, ["revoked at certificate 0"])
    }
}
