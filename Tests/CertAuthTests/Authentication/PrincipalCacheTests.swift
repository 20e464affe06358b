// SPDX-License-Identifier: Apache-2.0
// Requests of clients whose verdict is cached decode no certificate, over however many connections they arrive.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class PrincipalCacheTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// The first request over a new connection, as of each request that a proxy forwards.
    private func principal(
        _ client: TestIdentity,
        _ authenticator: CertificateAuthenticator
    ) async throws -> ClaimsPrincipal? {
        let chain = try XCTUnwrap(PresentedChain(derEncoded: client.chain, source: .tls))
        let facts = ConnectionFacts(isSecure: true)
        let connection = ConnectionAuthentication(authenticator: authenticator, chain: chain, facts: facts)
        guard case .success(let accepted) = await connection.authenticate() else { return nil }
        return accepted.principal
    }

    func test_requests_of_cached_clients_decode_no_certificate() async throws {
        let authenticator = try stage.authenticator(options: stage.options(), cache: LRUCertificateValidationCache())
        let clients = try ["alice", "bob"].map { try stage.issuing.issue($0) }
        let expected = try clients.map { ClaimMapping(claimsIssuer: nil).principal(of: try $0.certificate) }
        XCTAssertNotEqual(expected[0], expected[1])
        for (client, own) in zip(clients, expected) {
            let found = try await principal(client, authenticator)
            XCTAssertEqual(found, own)
        }
        for count in [30, 300] {
            let before = DecodedObjects.madeCount
            for turn in 0..<count {
                let found = try await principal(clients[turn % 2], authenticator)
                XCTAssertEqual(found, expected[turn % 2])
            }
            XCTAssertEqual(DecodedObjects.madeCount, before, "\(count) requests")
        }
    }

    func test_a_principal_that_is_remembered_admits_no_refused_client() async throws {
        let authenticator = try stage.authenticator(options: stage.options(), cache: LRUCertificateValidationCache())
        let alice = try stage.issuing.issue("alice")
        let accepted = try await principal(alice, authenticator)
        XCTAssertNotNil(accepted)
        authenticator.revoke(try alice.certificate)
        let refused = try await principal(alice, authenticator)
        XCTAssertNil(refused)
    }

    func test_the_number_of_principals_and_the_size_of_their_certificates_are_limited() async throws {
        let mapping = ClaimMapping(claimsIssuer: nil)
        let memory = PrincipalCache(mapping)
        let key = try TestKey.generate()
        let names = (0..<300).map { "\($0).example.test" }
        let large = try stage.issuing.issue("large", .server(dnsNames: names), key: key).certificate
        XCTAssertGreaterThan(large.derEncoded.count, PrincipalCache.certificateBytes)
        XCTAssertEqual(memory.principal(of: large), mapping.principal(of: large))
        let first = try stage.issuing.issue("client", key: key).certificate
        #if DEBUG
        XCTAssertEqual(decodings(of: first, memory), 1)
        XCTAssertEqual(decodings(of: first, memory), 0)
        XCTAssertEqual(decodings(of: large, memory), 1)
        #endif
        for number in 0..<PrincipalCache.capacity {
            let other = try stage.issuing.issue("client \(number)", key: key).certificate
            XCTAssertEqual(memory.principal(of: other), mapping.principal(of: other))
        }
        #if DEBUG
        XCTAssertEqual(decodings(of: first, memory), 1, "displaced")
        #endif
    }

    /// The number of times that the principal of an undecoded copy needs its fields.
    private func decodings(of certificate: Certificate, _ memory: PrincipalCache) -> Int {
        let copy = certificate.undecoded
        let before = DecodedObjects.madeCount
        _ = memory.principal(of: copy)
        return DecodedObjects.madeCount - before
    }
}
