// SPDX-License-Identifier: Apache-2.0
// Issuers with the right name and another key are tried before the right one, for each signature algorithm.

import CertAuth
import CertAuthTesting
import XCTest

final class DecoyIssuerTests: XCTestCase {
    private var stage: Stage!
    /// Eight keys of each kind, because generating them takes long.
    private var keys: [TestKey.Kind: [TestKey]] = [:]

    override func setUpWithError() throws { stage = try Stage() }

    private func keys(_ kind: TestKey.Kind) throws -> [TestKey] {
        if let made = keys[kind] { return made }
        let made = try (0..<8).map { _ in try TestKey.generate(kind) }
        keys[kind] = made
        return made
    }

    /// Validates a client that presents six decoys before its issuer.
    ///
    /// - Parameter decoyScheme: the algorithm of the decoys' signatures; nil takes `scheme`.
    private func validated(
        _ kind: TestKey.Kind,
        _ scheme: SignatureScheme,
        decoyScheme: SignatureScheme? = nil,
        defect: SignatureDefect = .none
    ) throws -> ValidationVerdict {
        func hideKeys(_ template: inout CertificateTemplate) throws {
            for identifier in ["2.5.29.14", "2.5.29.35"] {
                template.extensions.remove(try XCTUnwrap(OID(dotted: identifier)))
            }
        }
        let root = try TestAuthority("Root", key: keys(kind)[7], clock: stage.clock.verificationClock)
        let authorities = try keys(kind).prefix(7).enumerated().map { index, key in
            try root.intermediate("Issuing", key: key) {
                $0.signatureScheme = index < 6 ? decoyScheme ?? scheme : scheme
                try hideKeys(&$0)
            }
        }
        let issuing = try XCTUnwrap(authorities.last)
        let client = try issuing.issue("client") {
            $0.signatureScheme = scheme
            $0.signatureDefect = defect
            try hideKeys(&$0)
        }
        let chain = [client.certificateDER] + authorities.map(\.certificateDER)
        let options = try stage.options(trusting: [root.certificate])
        let authenticator = try stage.authenticator(options: options)
        return authenticator.validate(try XCTUnwrap(PresentedChain(derEncoded: chain, source: .tls)))
    }

    func test_a_client_is_accepted_after_six_decoys() throws {
        assertAccepted(try validated(.p256, .ecdsaSHA224))
        assertAccepted(try validated(.p384, .ecdsaSHA224))
        assertAccepted(try validated(.p384, .ecdsaSHA384))
        assertAccepted(try validated(.rsa(bits: 2048), .rsaSHA224))
        assertAccepted(try validated(.rsa(bits: 2048), .rsaSHA256))
        assertAccepted(try validated(.rsa(bits: 2048), .rsaPSSSHA256))
        assertAccepted(try validated(.ed25519, .ed25519))
        assertAccepted(try validated(.ed448, .ed448))
    }

    func test_a_client_with_a_forged_certificate_is_refused_after_decoys() throws {
        assertRefused(try validated(.p384, .ecdsaSHA224, defect: .flippedBit), .badSignature, at: 0)
        assertRefused(try validated(.rsa(bits: 2048), .rsaSHA224, defect: .flippedBit), .badSignature, at: 0)
        assertRefused(try validated(.rsa(bits: 2048), .rsaPSSSHA256, defect: .flippedBit), .badSignature, at: 0)
        assertRefused(try validated(.ed448, .ed448, defect: .flippedBit), .badSignature, at: 0)
    }

    /// None of the weak signatures is verified, and none of them counts against the path without one.
    func test_decoys_with_weak_signatures_hide_no_issuer() throws {
        assertAccepted(try validated(.p256, .ecdsaSHA256, decoyScheme: .ecdsaSHA1))
        assertAccepted(try validated(.p384, .ecdsaSHA384, decoyScheme: .ecdsaSHA1))
        assertRefused(try validated(.p256, .ecdsaSHA1), .weakSignature, at: 0)
    }
}
