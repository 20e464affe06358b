// SPDX-License-Identifier: Apache-2.0
// Server names with equal settings share an OpenSSL context, but no session.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import XCTest

final class NamedSessionTests: XCTestCase {
    func test_a_session_of_one_name_is_never_resumed_under_another_that_shares_its_context() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let (tickets, cache) = (try world.sharedTickets(), try world.cache())
        for kind in SessionKind.allCases {
            for unnamed in [UnnamedClients.refused, .servedByDefault] {
                func connect(_ name: String, _ session: TLSSession?) async throws -> ObservedConnection {
                    try await world.connect(
                        kind,
                        judge,
                        tickets,
                        cache,
                        identity: world.alice,
                        session: session,
                        serverName: name
                    ) {
                        $0.namedPolicies = [ServerNamePolicy("a.test"), ServerNamePolicy("b.test")]
                        $0.unnamedClients = unnamed
                    }
                }
                let first = try await connect("a.test", nil)
                XCTAssertEqual(first.subject, "CN=alice", "\(kind), \(unnamed)")
                XCTAssertFalse(first.isResumed)
                let again = try await connect("a.test", first.session)
                XCTAssertTrue(again.isResumed, "\(kind), \(unnamed): \(again.errors)")
                let other = try await connect("b.test", first.session)
                XCTAssertFalse(other.isResumed, "\(kind), \(unnamed)")
                XCTAssertEqual(other.subject, "CN=alice", "\(kind), \(unnamed): \(other.errors)")
                guard unnamed == .servedByDefault else { continue }
                let byDefault = try await connect("c.test", first.session)
                XCTAssertFalse(byDefault.isResumed, "\(kind)")
                XCTAssertEqual(byDefault.subject, "CN=alice", "\(kind): \(byDefault.errors)")
            }
        }
    }
}
