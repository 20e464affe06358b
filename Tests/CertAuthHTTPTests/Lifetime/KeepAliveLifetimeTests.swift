// SPDX-License-Identifier: Apache-2.0
// Idle keep-alive connections end when their client is no longer accepted, and their twins stay open.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import Synchronization
import XCTest

final class KeepAliveLifetimeTests: XCTestCase {
    /// A CA and a clock that advances only when it is set.
    private struct World {
        let clock = TestClock()
        let authority: TestAuthority
        let alice: TestIdentity
        let bob: TestIdentity

        /// - Parameter bobEnds: seconds until bob's certificate expires.
        init(bobEnds seconds: Int64 = 60) throws {
            authority = try TestAuthority("Client Root", clock: clock.verificationClock)
            alice = try authority.issue("alice")
            let end = clock.now.adding(seconds: seconds)
            bob = try authority.issue("bob") { $0.notAfter = .automatic(end) }
        }

        func authenticator(
            trust: TrustPolicy? = nil,
            _ change: (inout CertificateAuthenticationOptions) -> Void = { $0.revocationMode = .noCheck }
        ) throws -> CertificateAuthenticator {
            var options = CertificateAuthenticationOptions(
                trust: try trust ?? .custom(TrustStore(certificates: [authority.anchor]))
            )
            options.clock = clock.verificationClock
            change(&options)
            return try CertificateAuthenticator(options: options)
        }

        func lists(revoking identities: [TestIdentity], number: Int) throws -> RevocationEvidence {
            let list = try authority.revocationList(revoked: identities, number: number)
            return RevocationEvidence(
                revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
            )
        }
    }

    /// Two idle connections: `change` ends bob's, and alice's stays open.
    private func assertOnlyBobEnds(
        _ world: World,
        _ authenticator: CertificateAuthenticator,
        alice: TestIdentity? = nil,
        when change: () throws -> Void,
        andBack restore: () throws -> Void = {},
        file: StaticString = #filePath,
        line: UInt = #line
    ) async throws {
        for validation in ClientCertificateValidation.allCases {
            try await TestListener.withListener(
                authenticator: authenticator,
                customize: { $0.withTLS { $0.validation = validation } }
            ) { listener in
                try await listener.client(alice ?? world.alice).withConnection { kept in
                    let before = try await kept.get("/")
                    XCTAssertEqual(before.text, "CN=alice", file: file, line: line)
                    try await listener.client(world.bob).withConnection { ended in
                        let answer = try await ended.get("/")
                        XCTAssertEqual(answer.text, "CN=bob", file: file, line: line)
                        try change()
                        let end = try await ended.end()
                        XCTAssertEqual(end, .closed(cleanly: true), "\(validation)", file: file, line: line)
                    }
                    let after = try await kept.get("/")
                    XCTAssertEqual(after.text, "CN=alice", file: file, line: line)
                }
            }
            try restore()
        }
    }

    func test_an_idle_connection_is_closed_when_its_certificate_has_expired() async throws {
        for validation in ClientCertificateValidation.allCases {
            // The connection's timer runs in real time; it ends within two seconds.
            let world = try World(bobEnds: 1)
            let authenticator = try world.authenticator()
            try await TestListener.withListener(
                authenticator: authenticator,
                customize: { $0.withTLS { $0.validation = validation } }
            ) { listener in
                try await listener.client(world.alice).withConnection { kept in
                    _ = try await kept.get("/")
                    try await listener.client(world.bob).withConnection { ended in
                        let answer = try await ended.get("/")
                        XCTAssertEqual(answer.text, "CN=bob")
                        world.clock.advance(by: .seconds(61))
                        let end = try await ended.end()
                        XCTAssertEqual(end, .closed(cleanly: true), "\(validation)")
                    }
                    let after = try await kept.get("/")
                    XCTAssertEqual(after.text, "CN=alice")
                }
            }
        }
    }

    func test_explicit_revoke_closes_only_the_idle_connection_of_that_certificate() async throws {
        let world = try World()
        let authenticator = try world.authenticator()
        let bob = try world.bob.certificate
        try await assertOnlyBobEnds(world, authenticator) {
            authenticator.revoke(bob)
        } andBack: {
            authenticator.reinstate(bob)
        }
    }

    func test_a_CRL_update_closes_the_idle_connection_of_the_client_it_revokes() async throws {
        let world = try World()
        let authenticator = try world.authenticator { $0.revocationFlag = .endCertificateOnly }
        let (good, revoking) = (
            try world.lists(revoking: [], number: 1), try world.lists(revoking: [world.bob], number: 2)
        )
        authenticator.revocationEvidence = good
        try await assertOnlyBobEnds(world, authenticator) {
            authenticator.revocationEvidence = revoking
        } andBack: {
            authenticator.insecurelyReplaceRevocationEvidence(with: good)
        }
    }

    func test_trust_removal_closes_the_idle_connection_that_depends_on_it() async throws {
        let world = try World()
        let other = try TestAuthority("Other Root", clock: world.clock.verificationClock)
        let (both, rest) = ([try world.authority.anchor, try other.anchor], [try other.anchor])
        let anchors = Mutex(both)
        let source = try TrustSource { () throws(TrustStoreError) in
            try TrustStore(certificates: anchors.withLock { $0 })
        }
        let authenticator = try world.authenticator(trust: .reloadable(source))
        try await assertOnlyBobEnds(world, authenticator, alice: try other.issue("alice")) {
            anchors.withLock { $0 = rest }
            source.reload()
        } andBack: {
            anchors.withLock { $0 = both }
            source.reload()
        }
    }

    func test_after_an_invalidation_expired_evidence_is_fetched_again_for_open_connections() async throws {
        try await RevocationServiceScene.run { scene in
            let profile = scene.service.profile(lists: false, responder: true)
            let alice = try scene.root.issue("alice", profile)
            let bob = try scene.root.issue("bob", profile)
            let authenticator = try scene.authenticator(scene.gatherer())
            try await TestListener.withListener(authenticator: authenticator) { listener in
                try await listener.client(alice).withConnection { kept in
                    _ = try await kept.get("/")
                    try await listener.client(bob).withConnection { ended in
                        let answer = try await ended.get("/")
                        XCTAssertEqual(answer.status, 200)
                        let asked = scene.service.requests.count
                        scene.service.revoke(bob)
                        scene.clock.advance(by: .seconds(8 * 86_400))
                        authenticator.invalidate()
                        let end = try await ended.end()
                        XCTAssertEqual(end, .closed(cleanly: true))
                        XCTAssertGreaterThan(scene.service.requests.count, asked)
                    }
                    let after = try await kept.get("/")
                    XCTAssertEqual(after.status, 200)
                }
            }
        }
    }

    func test_a_request_in_flight_is_answered_and_is_the_last() async throws {
        let world = try World()
        let authenticator = try world.authenticator()
        let reached = AsyncStream<Void>.makeStream()
        let gate = AsyncStream<Void>.makeStream()
        try await TestListener.withListener(
            authenticator: authenticator,
            handler: { request in
                reached.continuation.yield()
                for await _ in gate.stream { break }
                return .text(request.client?.certificate.subject.rfc4514 ?? "anonymous")
            }
        ) { listener in
            try await listener.client(world.bob).withConnection { connection in
                try await connection.write(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
                for await _ in reached.stream { break }
                authenticator.revoke(try world.bob.certificate)
                // Whichever of the refusal and the answer comes first, the connection ends.
                gate.continuation.finish()
                let answer = try await connection.readResponse()
                XCTAssertEqual(answer.text, "CN=bob")
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
            let refused = try await listener.client(world.bob).get("/")
            XCTAssertEqual(refused.problemCode, "revoked")
            let twin = try await listener.client(world.alice).get("/")
            XCTAssertEqual(twin.text, "CN=alice")
        }
    }
}
