// SPDX-License-Identifier: Apache-2.0
// What a refusal retains: values of bounded size, and no certificate.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class RefusalMemoryTests: XCTestCase {
    /// The maximum size of a refusal, on an open connection and in the cache.
    private static let bound = 16 * 1024
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// A weak reference, so that the test does not keep the certificate alive.
    private struct WeakReference {
        weak var certificate: X509Certificate?
    }

    /// A chain as a handshake presents it, with OpenSSL's parsed certificates, and weak references to these.
    private func presented(_ encodings: [[UInt8]]) throws -> (chain: PresentedChain?, witnesses: [WeakReference]) {
        let handles = try encodings.map { try X509Certificate(der: $0) }
        let chain = PresentedChain(handles: handles, derEncoded: encodings, source: .tls)
        return (chain, handles.map { WeakReference(certificate: $0) })
    }

    /// A chain with the given number of certificates under an untrusted root, each with the given number of names.
    private func stranger(certificates: Int, names: Int) throws -> [[UInt8]] {
        let alternative = (0..<names).map { GeneralNameTemplate.dns("\($0)") }
        var authority = try TestAuthority("Stranger", clock: stage.clock.verificationClock)
        for number in 1..<certificates {
            authority = try authority.intermediate("Issuer \(number)") {
                $0.extensions.append(.subjectAlternativeNames(alternative))
            }
        }
        return try authority.issue("mallory") { $0.extensions.append(.subjectAlternativeNames(alternative)) }.chain
    }

    /// Returns chains that are refused for different reasons.
    private func refusedChains() throws -> [(FailureCode, [[UInt8]])] {
        let alternative = (0..<1_000).map { GeneralNameTemplate.dns("\($0)") }
        let forged = try stage.issuing.issue("mallory") {
            $0.extensions.append(.subjectAlternativeNames(alternative))
            $0.signingKey = try TestKey.generate()
        }
        return [
            (.untrusted, try stranger(certificates: 1, names: 1_000)),
            (.partialChain, try stranger(certificates: 4, names: 1_000)), (.badSignature, forged.chain),
            (.expired, try stage.issuing.issue("old", .expired).chain),
            (.wrongUsage, try stage.issuing.issue("server", .wrongUsage).chain),
        ]
    }

    func test_a_refusal_keeps_no_certificate_alive() throws {
        for (code, encodings) in try refusedChains() {
            let authenticator = try stage.authenticator()
            var (chain, witnesses) = try presented(encodings)
            let verdict = authenticator.validate(try XCTUnwrap(chain))
            XCTAssertTrue(witnesses.allSatisfy { $0.certificate != nil }, "the chain is held here still")
            chain = nil
            XCTAssertTrue(witnesses.allSatisfy { $0.certificate == nil }, "\(code)")
            let failure = assertRefused(verdict, code, at: code == .partialChain ? 3 : 0)
            XCTAssertEqual(failure?.trace.attempts.first?.certificates.first?.sha256Thumbprint.bytes.count, 32)
        }
    }

    func test_an_acceptance_keeps_its_certificates() throws {
        let authenticator = try stage.authenticator()
        var (chain, witnesses) = try presented(try stage.issuing.issue("alice").chain)
        let verdict = authenticator.validate(try XCTUnwrap(chain))
        chain = nil
        assertAccepted(verdict)
        XCTAssertNotNil(witnesses[0].certificate)
        witnesses = []
    }

    func test_a_connection_keeps_nothing_parsed_of_a_client_that_was_refused() async throws {
        for (code, encodings) in try refusedChains() {
            let authenticator = try stage.authenticator(
                options: stage.options(),
                cache: LRUCertificateValidationCache()
            )
            let refused = HookCounter<Void>()
            let (connection, witnesses) = try connection(authenticator, encodings)
            connection.whenRefused { refused.record(()) }
            XCTAssertTrue(witnesses.allSatisfy { $0.certificate != nil }, "not validated yet")
            for _ in 0..<2 {
                let result = await connection.authenticate()
                XCTAssertEqual(result.refusalCode, code)
            }
            XCTAssertTrue(witnesses.allSatisfy { $0.certificate == nil }, "\(code)")
            XCTAssertEqual(refused.count, 1)
            let kept = try XCTUnwrap(connection.presentedChain)
            XCTAssertEqual(kept.derEncoded[0], encodings[0])
            XCTAssertLessThanOrEqual(kept.byteCount, max(8 * 1024, encodings[0].count))
        }
    }

    func test_a_connection_keeps_the_chain_of_a_client_that_was_accepted() async throws {
        let alice = try stage.issuing.issue("alice")
        let (connection, witnesses) = try connection(stage.authenticator(), alice.chain)
        assertAccepted(await connection.authenticate())
        XCTAssertTrue(witnesses.allSatisfy { $0.certificate != nil })
        XCTAssertEqual(connection.presentedChain?.derEncoded, alice.chain)
    }

    func test_a_refused_client_with_a_real_chain_is_validated_again_from_what_is_kept() async throws {
        let alice = try stage.issuing.issue("alice", .notYetValid)
        let (connection, witnesses) = try connection(stage.authenticator(), alice.chain)
        assertRefused(await connection.authenticate(), .notYetValid, at: 0)
        XCTAssertTrue(witnesses.allSatisfy { $0.certificate == nil })
        stage.clock.advance(by: .seconds(3_600))
        assertAccepted(await connection.authenticate())
    }

    func test_a_refused_chain_that_may_become_acceptable_is_kept_without_parsed_objects() async throws {
        let names = (0..<1_000).map { GeneralNameTemplate.dns("\($0).example") }
        let issuing = try stage.root.intermediate("Large Issuing") {
            $0.extensions.append(.subjectAlternativeNames(names))
        }
        let alice = try issuing.issue("alice")
        let authenticator = try stage.authenticator { $0.revocationMode = .offline }
        let (connection, witnesses) = try connection(authenticator, alice.chain)
        assertRefused(await connection.authenticate(), .revocationUnknown, at: 0)
        XCTAssertNil(witnesses[0].certificate, "the issuer's signature held, it is remembered as an issuer")
        XCTAssertEqual(connection.presentedChain?.derEncoded, alice.chain)
        authenticator.revocationEvidence = try stage.evidence([issuing.revocationList(), stage.root.revocationList()])
        assertAccepted(await connection.authenticate())
    }

    func test_the_retained_part_of_a_large_chain_begins_with_the_leaf_and_fits() throws {
        let encodings = [2_000, 3_000, 3_000, 3_000, 10].map { [UInt8](repeating: 7, count: $0) }
        let chain = try XCTUnwrap(PresentedChain(derEncoded: encodings, source: .tls))
        XCTAssertEqual(chain.remainderAfterRefusal.derEncoded.map(\.count), [2_000, 3_000, 3_000])
        let large = try XCTUnwrap(
            PresentedChain(derEncoded: [[UInt8](repeating: 7, count: 16_000), [1]], source: .tls)
        )
        XCTAssertEqual(large.remainderAfterRefusal.derEncoded.map(\.count), [16_000])
        XCTAssertEqual(large.remainderAfterRefusal.source, .tls)
    }

    func test_the_largest_refusals_that_can_be_provoked_stay_within_the_bound() throws {
        let long = String(repeating: "\u{202E}", count: 3_000)
        let alternative = (0..<2_000).map { GeneralNameTemplate.dns("\($0)") }
        var authority = try TestAuthority(long + "root", clock: stage.clock.verificationClock)
        for number in 1...8 { authority = try authority.intermediate(long + "\(number)") }
        let deep = try authority.issue(long).chain
        let wide = try stage.issuing.issue(long) {
            $0.serialNumber = [UInt8](repeating: 0x7F, count: 3_000)
            $0.extensions.append(.subjectAlternativeNames(alternative))
        }.chain
        for encodings in [deep, wide, try stranger(certificates: 4, names: 1_000)] {
            let authenticator = try stage.authenticator()
            let chain = try XCTUnwrap(PresentedChain(derEncoded: encodings, source: .tls))
            guard case .refused(let failure, _) = authenticator.validate(chain) else { return XCTFail("accepted") }
            XCTAssertLessThanOrEqual(failure.estimatedBytes, Self.bound)
            XCTAssertLessThanOrEqual(failure.message.utf8.count, 2_048)
            for attempt in failure.trace.attempts {
                for certificate in attempt.certificates {
                    XCTAssertLessThanOrEqual(certificate.subject.utf8.count, 512)
                    XCTAssertLessThanOrEqual(certificate.issuer.utf8.count, 512)
                    XCTAssertLessThanOrEqual(certificate.serialNumber.utf8.count, 64)
                }
            }
        }
    }

    func test_a_trace_of_a_mesh_stays_within_its_bytes_and_counts_the_rest() throws {
        let name = String(repeating: "é", count: 400)
        let certificates = try (0..<12).map { number in
            TracedCertificate(try stage.root.issue("\(number)" + name).certificate, isLeaf: number == 0)
        }
        var trace = ValidationTrace()
        let findings = (0..<20).map { Finding(.policy, at: $0, String(repeating: "x", count: 5_000)) }
        for _ in 0..<40 {
            trace.record(PathAttempt(certificates: certificates, endsAtAnchor: true, findings: findings))
        }
        XCTAssertEqual(trace.count, 40)
        XCTAssertEqual(trace.attempts.count + trace.omittedAttempts, 40)
        XCTAssertGreaterThan(trace.attempts.count, 0)
        XCTAssertLessThanOrEqual(trace.estimatedBytes, ValidationTrace.byteCapacity + 64)
        XCTAssertEqual(trace.attempts[0].findings.count, PathAttempt.findingCapacity)
        XCTAssertEqual(trace.attempts[0].omittedFindings, 20 - PathAttempt.findingCapacity)
        XCTAssertLessThanOrEqual(trace.attempts[0].findings[0].message.utf8.count, 384)
    }

    func test_text_is_truncated_between_characters_and_marked() {
        XCTAssertEqual(DisplayText.capped("abc", bytes: 3), "abc")
        XCTAssertEqual(DisplayText.capped("abcdef", bytes: 5), "ab…")
        XCTAssertEqual(DisplayText.capped("éééé", bytes: 7), "éé…")
        XCTAssertEqual(DisplayText.capped("éééé", bytes: 6), "é…")
    }

    /// A connection that is the only owner of the chain.
    private func connection(
        _ authenticator: CertificateAuthenticator,
        _ encodings: [[UInt8]]
    ) throws -> (ConnectionAuthentication, [WeakReference]) {
        let (chain, witnesses) = try presented(encodings)
        let facts = ConnectionFacts(isSecure: true)
        return (ConnectionAuthentication(authenticator: authenticator, chain: chain, facts: facts), witnesses)
    }
}
