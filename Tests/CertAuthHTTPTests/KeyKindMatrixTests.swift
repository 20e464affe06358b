// SPDX-License-Identifier: Apache-2.0
// Each kind of key that the checks accept works on each TLS version and in each mode.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class KeyKindMatrixTests: XCTestCase {
    private static let kinds: [TestKey.Kind] = [
        .rsa(bits: 2048), .rsa(bits: 3072), .rsaPSS(bits: 2048), .p256, .p384, .p521, .ed25519, .ed448,
    ]

    private enum Way: CaseIterable { case handshake, request, delayed }

    func test_a_client_with_any_accepted_key_is_accepted_on_every_version_and_in_every_mode() async throws {
        let authority = try TestAuthority("Client Root")
        let clients = try Self.kinds.map { ("\($0)", try authority.issue("alice", key: .generate($0))) }
        for way in Way.allCases {
            try await TestListener.withListener(
                trusting: authority,
                mode: way == .delayed ? .delayed : .require,
                customize: { $0.withTLS { $0.validation = way == .handshake ? .handshake : .request } }
            ) { listener in
                for (kind, identity) in clients {
                    for version in TLSProtocolVersion.allCases {
                        var client = listener.client(identity)
                        client.version = version
                        client.answersLateRequests = way == .delayed
                        let answer = try await client.get("/whoami")
                        XCTAssertEqual(answer.status, 200, "\(kind), TLS \(version.rawValue), \(way): \(answer.text)")
                        XCTAssertEqual(answer.text, "CN=alice", "\(kind), TLS \(version.rawValue), \(way)")
                    }
                }
            }
        }
    }
}
