// SPDX-License-Identifier: Apache-2.0
// Open connections behind the gate end when their client is refused.

#if NIOSSL
import CertAuth
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class LifetimeTests: XCTestCase {
    func test_an_open_connection_ends_when_its_client_is_revoked_and_others_stay() async throws {
        let world = try ClientWorld { options, _ in options.revocationMode = .offline }
        let authenticator = world.adapter.authenticator
        authenticator.revocationEvidence = try world.evidence()
        let (alice, bob) = (try world.issuing.issue("alice"), try world.issuing.issue("bob"))
        try await LineServer.withGatedServer(world.adapter, greeting: "welcome\n") { server in
            try await server.client(alice).withConnection { first in
                try await server.client(bob).withConnection { second in
                    _ = try await first.read()
                    _ = try await second.read()
                    authenticator.revocationEvidence = try world.evidence(revoked: [alice])
                    let end = try await first.end()
                    XCTAssertEqual(end, .closed(cleanly: true))
                    try await second.write(Array("who\n".utf8))
                    let answer = String(decoding: try await second.read(), as: UTF8.self)
                    XCTAssertEqual(answer, "CN=bob, full, 2 certificates\n")
                }
            }
        }
    }
}
#endif
