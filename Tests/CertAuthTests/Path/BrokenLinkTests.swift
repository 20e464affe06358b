// SPDX-License-Identifier: Apache-2.0
// Reported findings of paths with invalid signatures: what OpenSSL checks before signatures has precedence.

import CertAuth
import CertAuthTesting
import XCTest

final class BrokenLinkTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        on leaf: TestIdentity,
        with others: [Certificate],
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> ValidationVerdict {
        let options = try stage.options {
            $0.additionalChainCertificates = others
            change(&$0)
        }
        return try stage.authenticator(options: options).validate(try XCTUnwrap(leaf.presentedAlone))
    }

    /// A certificate with the anchor's name, issued by a key that is not the anchor's.
    private func forger(_ change: (inout CertificateTemplate) -> Void = { _ in }) throws -> Certificate {
        let clock = stage.clock.verificationClock
        return try TestAuthority("Stage Root", clock: clock)
            .crossSign(TestAuthority("Stage Root", clock: clock)) { change(&$0) }.certificate
    }

    private func forgedLeaf(_ change: (inout CertificateTemplate) -> Void = { _ in }) throws -> TestIdentity {
        try TestAuthority("Stage Root", clock: stage.clock.verificationClock).issue("mallory") {
            $0.extensions.remove(.authorityKeyIdentifier)
            change(&$0)
        }
    }

    /// The first path is the leaf below the anchor, and its signature is invalid.
    func test_what_openssl_finds_before_signatures_outranks_a_broken_signature_of_another_path() throws {
        let mallory = try forgedLeaf()
        let unknown = ExtensionTemplate.custom("1.3.6.1.4.1.99999.7", critical: true, value: DER.null)
        let cases: [(FailureCode, Int, (inout CertificateTemplate) -> Void)] = [
            (.badSignature, 0, { _ in }),
            (.weakSignature, 1, { $0.signatureScheme = .ecdsaSHA1 }),
            (.criticalExtension, 1, { $0.extensions.append(unknown) }),
        ]
        for (code, index, change) in cases {
            assertRefused(try verdict(on: mallory, with: [try forger(change)]), code, at: index)
            // After another forgery too: both are on the first paths, the second one above the first.
            let behind = index == 0 ? 0 : index + 1
            assertRefused(try verdict(on: mallory, with: [try forger(), try forger(change)]), code, at: behind)
        }
    }

    func test_each_forgery_is_reported_with_its_own_signature() throws {
        let mallory = try forgedLeaf()
        let forgers = try (0..<3).map { _ in try forger() }
        let failure = assertRefused(try verdict(on: mallory, with: forgers), .badSignature, at: 0)
        let attempts = try XCTUnwrap(failure?.trace.attempts)
        XCTAssertEqual(attempts.first?.certificates.count, 2)
        for attempt in attempts {
            // From the anchor down, the first link is that of the certificate below the anchor.
            XCTAssertEqual(attempt.findings.map(\.code), [.badSignature])
            XCTAssertEqual(attempt.findings.first?.certificateIndex, attempt.certificates.count - 2)
        }
    }

    /// A digest that the decoding contexts may lack: OpenSSL's own verification decides.
    func test_an_unusual_signature_after_a_broken_path_is_still_verified_by_openssl() throws {
        let genuine = try stage.root.issue("alice") { $0.signatureScheme = .ecdsaSHA1 }
        let altered = try stage.root.issue("alice") {
            $0.signatureScheme = .ecdsaSHA1
            $0.signatureDefect = .flippedBit
        }
        let forgers = [try forger()]
        assertAccepted(try verdict(on: genuine, with: forgers) { $0.securityLevel = 0 })
        assertRefused(try verdict(on: altered, with: forgers) { $0.securityLevel = 0 }, .badSignature, at: 0)
        assertRefused(try verdict(on: genuine, with: forgers), .weakSignature, at: 0)
    }

    /// A key of another kind cannot have made the signature, in any library context.
    func test_forgers_with_keys_of_all_kinds_end_in_a_broken_signature() throws {
        let clock = stage.clock.verificationClock
        for kind in [TestKey.Kind.p384, .p521, .ed25519, .ed448, .rsa(bits: 2048), .rsaPSS(bits: 2048)] {
            let namesake = try TestAuthority("Stage Root", key: TestKey.generate(kind), clock: clock)
            let forged = try TestAuthority("Stage Root", clock: clock).crossSign(namesake).certificate
            assertRefused(try verdict(on: forgedLeaf(), with: [forged]), .badSignature, at: 0)
            let below = try namesake.issue("bob") { $0.extensions.remove(.authorityKeyIdentifier) }
            assertRefused(try verdict(on: below, with: [forged]), .badSignature, at: 0)
            // Its twin, issued by the anchor.
            let genuine = try stage.root.crossSign(namesake).certificate
            assertAccepted(try verdict(on: below, with: [forged, genuine]))
        }
    }
}
