// SPDX-License-Identifier: Apache-2.0
// A chain whose key is not yet proven is neither remembered nor a reason to fetch.

#if NIOSSL
import CertAuth
import CertAuthHTTP
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOPosix
import NIOSSL
import XCTest

final class EvidenceAfterProofTests: XCTestCase {
    private struct Online {
        let service: RevocationService
        let root: TestAuthority
        let adapter: NIOSSLClientAuthentication

        func issue(_ name: String) throws -> TestIdentity { try root.issue(name, service.profile()) }
    }

    private func withService(_ body: (Online) async throws -> Void) async throws {
        let root = try TestAuthority("Client Root")
        try await RevocationService.withService(of: root) { service in
            var policy = RevocationFetchPolicy()
            policy.allowedHosts = ["127.0.0.1"]
            let options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [root.certificate]))
            )
            let authenticator = try CertificateAuthenticator(
                options: options,
                revocationFetcher: NIORevocationFetcher(policy: policy)
            )
            let adapter = NIOSSLClientAuthentication(authenticator: authenticator)
            try await body(Online(service: service, root: root, adapter: adapter))
        }
    }

    /// The answers of both callbacks to a chain that any client may have sent.
    private func callbackAnswers(_ adapter: NIOSSLClientAuthentication, _ chain: [[UInt8]]) async throws -> [Bool] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let certificates = try chain.map { try NIOSSLCertificate(bytes: $0, format: .der) }
        let plain = loop.makePromise(of: NIOSSLVerificationResult.self)
        adapter.customVerificationCallback(certificates, plain)
        let full = loop.makePromise(of: NIOSSLVerificationResultWithMetadata.self)
        adapter.customVerificationCallbackWithMetadata(certificates, full)
        let first = try await plain.futureResult.get()
        let second = try await full.futureResult.get()
        if case .certificateVerified = second { return [first == .certificateVerified, true] }
        return [first == .certificateVerified, false]
    }

    func test_certificates_without_a_proven_key_cause_no_fetch() async throws {
        try await withService { online in
            for number in 1...5 {
                let stolen = try online.issue("stolen \(number)")
                let answers = try await callbackAnswers(online.adapter, stolen.chain)
                XCTAssertEqual(answers, [true, true])
                guard case .refused(let failure, _) = await online.adapter.verify(derEncoded: stolen.chain) else {
                    return XCTFail("accepted")
                }
                XCTAssertEqual(failure.code, .revocationUnknown)
            }
            XCTAssertEqual(online.service.connectionCount, 0)
            let stranger = try TestAuthority("Stranger").issue("mallory", online.service.profile())
            let refused = try await callbackAnswers(online.adapter, stranger.chain)
            XCTAssertEqual(refused, [false, false])
            XCTAssertEqual(online.service.connectionCount, 0)
        }
    }

    func test_a_client_with_a_proven_key_is_validated_by_fetched_evidence_before_its_first_request() async throws {
        try await withService { online in
            let (good, bad) = (try online.issue("alice"), try online.issue("bob"))
            online.service.revoke(bad)
            online.service.publish()
            try await LineServer.withGatedServer(online.adapter) { server in
                let refused = try await server.client(bad).ask()
                XCTAssertEqual(refused, .closed(cleanly: true))
                XCTAssertEqual(server.log.lines, [])
                XCTAssertEqual(online.service.requests.count, 1)
                let answer = try await server.client(good).ask()
                XCTAssertEqual(answer, .line("CN=alice, full, 1 certificates\n", resumed: false))
            }
        }
    }

    func test_on_pipelines_of_frameworks_the_first_request_is_validated_by_fetched_evidence() async throws {
        for withMetadata in [false, true] {
            try await withService { online in
                let (good, bad) = (try online.issue("alice"), try online.issue("bob"))
                online.service.revoke(bad)
                online.service.publish()
                try await LineServer.withStockServer(online.adapter, withMetadata: withMetadata) { server in
                    let refused = try await server.client(bad).ask()
                    XCTAssertEqual(refused, .line("revoked\n", resumed: false))
                    let answer = try await server.client(good).ask()
                    let kind = withMetadata ? "full" : "resumed"
                    XCTAssertEqual(answer, .line("CN=alice, \(kind), 1 certificates\n", resumed: false))
                }
            }
        }
    }

    func test_certificates_without_a_proven_key_displace_no_remembered_issuers() async throws {
        let world = try ClientWorld(rememberedClients: 2)
        let alice = try world.issuing.issue("alice")
        let stolen = try (1...4).map { try world.issuing.issue("stolen \($0)") }
        for isGated in [true, false] {
            let serve = isGated ? LineServer.gated : LineServer.stock
            try await serve(world.adapter) { server in
                let client = try await server.client(alice).keptSession()
                for identity in stolen {
                    let answers = try await callbackAnswers(world.adapter, identity.chain)
                    XCTAssertEqual(answers, [true, true])
                }
                let resumed = try await client.ask()
                XCTAssertEqual(resumed, .line("CN=alice, resumed, 2 certificates\n", resumed: true))
            }
        }
    }
}

extension LineServer {
    typealias Lent = (LineServer) async throws -> Void

    fileprivate static func gated(_ adapter: NIOSSLClientAuthentication, _ body: Lent) async throws {
        try await withGatedServer(adapter) { try await body($0) }
    }

    fileprivate static func stock(_ adapter: NIOSSLClientAuthentication, _ body: Lent) async throws {
        try await withStockServer(adapter) { try await body($0) }
    }
}
#endif
