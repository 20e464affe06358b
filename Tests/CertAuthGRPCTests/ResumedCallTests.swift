// SPDX-License-Identifier: Apache-2.0
// Calls on resumed sessions, where the transport runs no callback and keeps only the end-entity certificate.

#if GRPC
import CertAuth
import CertAuthGRPC
import CertAuthHTTP
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class ResumedCallTests: XCTestCase {
    private func client(of server: WhoServer, _ identity: TestIdentity) -> TLSTestClient {
        var client = TLSTestClient(
            address: .hostPort(host: "127.0.0.1", port: server.port),
            serverAnchorDER: server.authority.anchorDER,
            identity: identity
        )
        client.applicationProtocols = ["h2"]
        return client
    }

    private func ask(_ client: inout TLSTestClient) async throws -> (answer: RawCall.Answer, resumed: Bool) {
        let (answer, session, resumed) = try await client.withConnection { connection in
            (try await RawCall.answer(on: connection), connection.session, connection.isResumed)
        }
        client.session = session
        return (answer, resumed)
    }

    func test_a_resumed_client_is_authenticated_while_its_certificate_is_valid() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice") { $0.notAfter = .automatic(world.clock.now.adding(seconds: 60)) }
        try await WhoServer.withServer(world.adapter) { server in
            var client = client(of: server, alice)
            let full = try await ask(&client)
            XCTAssertEqual(full.answer, RawCall.Answer(message: "CN=alice, full", status: "0"))
            XCTAssertFalse(full.resumed)
            world.clock.advance(by: .seconds(59))
            let inTime = try await ask(&client)
            XCTAssertEqual(inTime.answer, RawCall.Answer(message: "CN=alice, resumed", status: "0"))
            XCTAssertTrue(inTime.resumed)
            world.clock.advance(by: .seconds(2))
            let late = try await ask(&client)
            let text = "expired: \(FailureCode.expired.publicSentence)"
            XCTAssertEqual(late.answer, RawCall.Answer(message: "", status: "16", statusMessage: text))
            XCTAssertTrue(late.resumed)
        }
    }

    func test_a_revoked_client_is_not_accepted_on_a_resumed_session() async throws {
        let world = try ClientWorld { $0.revocationMode = .offline }
        world.adapter.authenticator.revocationEvidence = try world.evidence()
        let alice = try world.issuing.issue("alice")
        try await WhoServer.withServer(world.adapter) { server in
            var client = client(of: server, alice)
            let full = try await ask(&client)
            XCTAssertEqual(full.answer, RawCall.Answer(message: "CN=alice, full", status: "0"))
            world.adapter.authenticator.revocationEvidence = try world.evidence(revoked: [alice])
            let resumed = try await ask(&client)
            let text = "revoked: \(FailureCode.revoked.publicSentence)"
            XCTAssertEqual(resumed.answer, RawCall.Answer(message: "", status: "16", statusMessage: text))
            XCTAssertTrue(resumed.resumed)
        }
    }
}
#endif
