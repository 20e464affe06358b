// SPDX-License-Identifier: Apache-2.0
// The adapter without a network: its answers and what it retains.

#if NIOSSL
import CertAuth
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import NIOSSL
import XCTest

final class AdapterTests: XCTestCase {
    func test_the_adapter_returns_the_engines_verdict() async throws {
        let world = try ClientWorld()
        guard case .accepted(let path) = await world.adapter.verify(derEncoded: try world.issuing.issue("alice").chain)
        else { return XCTFail("refused") }
        XCTAssertEqual(path.certificates.count, 3)
        guard
            case .refused(let failure, _) = await world.adapter.verify(
                derEncoded: try world.issuing.issue("bob", .expired).chain
            )
        else { return XCTFail("accepted") }
        XCTAssertEqual(failure.code, .expired)
    }

    func test_a_certificate_revoked_by_hand_is_refused_until_it_is_reinstated() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        let certificate = try Certificate(derEncoded: alice.chain[0])
        world.adapter.authenticator.revoke(certificate)
        guard case .refused(let failure, _) = await world.adapter.verify(derEncoded: alice.chain) else {
            return XCTFail("accepted")
        }
        XCTAssertEqual(failure.code, .revoked)
        world.adapter.authenticator.reinstate(certificate)
        guard case .accepted = await world.adapter.verify(derEncoded: alice.chain) else { return XCTFail("refused") }
    }

    func test_an_empty_list_of_certificates_is_no_certificate() async throws {
        guard case .refused(let failure, _) = await (try ClientWorld()).adapter.verify(derEncoded: []) else {
            return XCTFail("accepted")
        }
        XCTAssertEqual(failure.code, .noCertificate)
    }

    func test_bytes_that_are_not_a_certificate_are_malformed() async throws {
        let adapter = try ClientWorld().adapter
        for bytes in [[], [0], [0x30, 0x80], [UInt8](repeating: 0xFF, count: 64)] as [[UInt8]] {
            guard case .refused(let failure, _) = await adapter.verify(derEncoded: [bytes]) else {
                return XCTFail("accepted")
            }
            XCTAssertEqual(failure.code, .malformed)
        }
    }

    func test_NIOSSL_gets_the_path_that_was_validated_whatever_was_presented() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        let noise = try TestAuthority("Noise")
        let presented = try [alice.certificateDER, noise.certificateDER, world.issuing.certificateDER].map {
            try NIOSSLCertificate(bytes: $0, format: .der)
        }
        guard case .certificateVerified(let metadata) = await world.adapter.verify(presented) else {
            return XCTFail("refused")
        }
        let path = try metadata.validatedCertificateChain?.map { try $0.toDERBytes() }
        XCTAssertEqual(path, [alice.certificateDER, world.issuing.certificateDER, world.root.certificateDER])
        let bad = try NIOSSLCertificate(bytes: noise.issue("mallory").certificateDER, format: .der)
        let refused = await world.adapter.verify([bad])
        XCTAssertEqual(refused, .failed)
    }

    func test_only_issuers_of_an_accepted_path_are_remembered() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        let noise = try TestAuthority("Noise").certificateDER
        // Sending a certificate does not require its key: a chain without a path to the root is not remembered.
        _ = await world.adapter.verify(derEncoded: [alice.certificateDER, noise])
        XCTAssertEqual(world.adapter.knownChain(of: alice.certificateDER), [alice.certificateDER])
        _ = await world.adapter.verify(derEncoded: [alice.certificateDER, noise, world.issuing.certificateDER])
        XCTAssertEqual(
            world.adapter.knownChain(of: alice.certificateDER),
            [alice.certificateDER, world.issuing.certificateDER]
        )
        _ = await world.adapter.verify(derEncoded: [alice.certificateDER, noise])
        XCTAssertEqual(world.adapter.knownChain(of: alice.certificateDER).count, 2)
    }

    func test_the_memory_is_bounded_and_forgets_the_least_recently_seen_client() async throws {
        let world = try ClientWorld(rememberedClients: 2)
        let clients = try (1...3).map { try world.issuing.issue("client \($0)") }
        for client in clients { _ = await world.adapter.verify(derEncoded: client.chain) }
        XCTAssertEqual(clients.map { world.adapter.knownChain(of: $0.certificateDER).count }, [1, 2, 2])
    }
}
#endif
