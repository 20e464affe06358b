// SPDX-License-Identifier: Apache-2.0
// The work of one validation does not grow with the anchors, pins and statements that are configured.

import CertAuth
import CertAuthTesting
import XCTest

final class ValidationGrowthTests: XCTestCase {
    /// How many more visits ten times as many values may cost: a few steps of binary searches, and comparisons in hash
    /// tables, of which there are by chance more where hash values collide. A walk costs at least 270 more.
    private static let searchSteps = 150

    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func others(_ count: Int) throws -> [Certificate] {
        let clock = stage.clock.verificationClock
        let key = try TestKey.generate()
        return try (0..<count).map { number in
            try TestAuthority("Other \(number)", key: key, clock: clock) {
                $0.notAfter = .automatic(Stage.moment.adding(seconds: 1_000 + Int64(number)))
            }.certificate
        }
    }

    /// The values that validations with each of the engines visit.
    private func visits(
        _ engines: [ValidationEngine],
        _ chain: PresentedChain?,
        evidence: RevocationEvidence = .none,
        _ check: (ValidationVerdict) -> Void
    ) throws -> [Int] {
        let chain = try XCTUnwrap(chain)
        return engines.map { engine in
            VisitCounter.count { check(engine.verdict(for: chain, evidence: evidence, at: stage.clock.now)) }
        }
    }

    private func assertFlat(
        _ visits: [Int],
        atLeast least: Int = 1,
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws {
        let (few, many) = (try XCTUnwrap(visits.first), try XCTUnwrap(visits.last))
        #if DEBUG
        XCTAssertGreaterThanOrEqual(few, least, "nothing is counted", file: file, line: line)
        #endif
        XCTAssertLessThanOrEqual(many, few + Self.searchSteps, "\(visits)", file: file, line: line)
    }

    /// Engines that trust the root and as many other anchors.
    private func engines(
        anchors counts: [Int],
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> [ValidationEngine] {
        let others = try others(counts.max() ?? 0)
        return try counts.map { count in
            let store = try TrustStore(certificates: [stage.root.certificate] + others.prefix(count))
            return ValidationEngine(options: try stage.options(change), trust: store)
        }
    }

    func test_an_unknown_issuer_is_refused_without_a_walk_through_the_anchors() throws {
        let stranger = try TestAuthority("Unknown", clock: stage.clock.verificationClock).issue("mallory")
        let engines = try engines(anchors: [100, 1_000])
        try assertFlat(visits(engines, stranger.presented()) { assertRefused($0, .untrusted, at: 0) })
    }

    func test_revocation_is_checked_without_a_walk_through_the_anchors() throws {
        let alice = try stage.issuing.issue("alice")
        let evidence = try stage.evidence([stage.issuing.revocationList(), stage.root.revocationList()])
        for isFound in [true, false] {
            let engines = try engines(anchors: [100, 1_000]) {
                $0.revocationMode = .offline
                $0.revocationFlag = .entireChain
            }
            let found = try visits(engines, alice.presented(), evidence: isFound ? evidence : .none) { verdict in
                if isFound { assertAccepted(verdict) } else { assertRefused(verdict, .revocationUnknown, at: 0) }
            }
            try assertFlat(found)
        }
    }

    func test_the_signer_of_an_indirect_list_is_found_without_a_walk_through_the_anchors() throws {
        let lister = try stage.root.intermediate("Lister")
        let alice = try stage.issuing.issue("alice") {
            let names = [GeneralNameTemplate.directory(lister.subject).encoded]
            let point = DER.sequence([DER.sequence([DER.constructed(2, names)])])
            $0.extensions.append(ExtensionTemplate(.cRLDistributionPoints, value: point))
        }
        var scope = IssuingDistributionPointTemplate()
        scope.isIndirect = true
        let list = try lister.revocationList(entries: []) { [scope] in
            $0.extensions.append(.issuingDistributionPoint(scope))
        }
        let evidence = RevocationEvidence(
            revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)],
            signerCertificates: [try lister.certificate]
        )
        let engines = try engines(anchors: [100, 1_000]) { $0.revocationMode = .offline }
        try assertFlat(visits(engines, alice.presented(), evidence: evidence) { _ in })
    }

    func test_lists_and_responses_of_other_issuers_are_not_visited() throws {
        let alice = try stage.issuing.issue("alice")
        let own = try stage.evidence([stage.issuing.revocationList(), stage.root.revocationList()])
        let clock = stage.clock.verificationClock
        let key = try TestKey.generate()
        let lists = try (0..<300).map { number in
            let other = try TestAuthority("Other \(number)", key: key, clock: clock)
            return try CertificateRevocationList(derEncoded: other.revocationList().derEncoded)
        }
        let engine = try XCTUnwrap(engines(anchors: [1]) { $0.revocationMode = .offline }.first)
        let accepted = try [30, 300].map { count in
            let evidence = RevocationEvidence(revocationLists: own.revocationLists + lists.prefix(count))
            return try visits([engine], alice.presented(), evidence: evidence) { assertAccepted($0) }[0]
        }
        try assertFlat(accepted)
        let refused = try [30, 300].map { count in
            let evidence = RevocationEvidence(revocationLists: Array(lists.prefix(count)))
            return try visits([engine], alice.presented(), evidence: evidence) {
                assertRefused($0, .revocationUnknown, at: 0)
            }[0]
        }
        try assertFlat(refused)
    }

    func test_pins_are_looked_up() throws {
        let alice = try stage.selfSigned()
        let mallory = try stage.selfSigned("mallory")
        let engines = try [100, 1_000].map { count in
            let options = try stage.selfSignedOptions(pinning: [alice]) { options in
                for number in 0..<count {
                    let text = String(number, radix: 16)
                    let digits = String(repeating: "0", count: 64 - text.count) + text
                    let digest = try XCTUnwrap(Thumbprint(hexadecimal: String(digits.reversed())))
                    options.selfSignedPins.insert(.certificate(digest))
                    options.selfSignedPins.insert(.publicKey(digest))
                }
            }
            return ValidationEngine(options: options, trust: nil)
        }
        try assertFlat(visits(engines, alice.presented()) { assertAccepted($0) })
        // A look-up of what is not there compares pins only where hash values collide.
        try assertFlat(visits(engines, mallory.presented()) { assertRefused($0, .untrusted, at: 0) }, atLeast: 0)
    }

    func test_every_kind_of_pin_admits_its_certificate() throws {
        let alice = try stage.selfSigned()
        let mallory = try stage.selfSigned("mallory")
        let certificate = try alice.certificate
        for algorithm in [Thumbprint.Algorithm.sha256, .sha384, .sha512] {
            let whole = try XCTUnwrap(certificate.thumbprint(algorithm))
            let key = try XCTUnwrap(certificate.publicKeyHash(algorithm))
            for pin in [CertificatePin.certificate(whole), .publicKey(key)] {
                let options = try stage.selfSignedOptions(pinning: []) { $0.selfSignedPins = [pin] }
                let authenticator = try stage.authenticator(options: options)
                assertAccepted(authenticator.validate(try XCTUnwrap(alice.presented())))
                assertRefused(authenticator.validate(try XCTUnwrap(mallory.presented())), .untrusted, at: 0)
            }
            // A digest of the certificate is not one of the key.
            let options = try stage.selfSignedOptions(pinning: []) { $0.selfSignedPins = [.publicKey(whole)] }
            let authenticator = try stage.authenticator(options: options)
            assertRefused(authenticator.validate(try XCTUnwrap(alice.presented())), .untrusted, at: 0)
        }
    }
}
