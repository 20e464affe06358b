// SPDX-License-Identifier: Apache-2.0
// Contradictory options, each with the one change that fixes it.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class ConfigurationErrorTests: XCTestCase {
    private typealias Change = (inout CertificateAuthenticationOptions) throws -> Void
    private var stage: Stage!
    private var pin: CertificatePin!

    override func setUpWithError() throws {
        stage = try Stage()
        pin = .certificate(try stage.selfSigned().certificate.sha256Thumbprint)
    }

    private func make(_ change: Change, cache: LRUCertificateValidationCache? = nil) throws {
        _ = try stage.authenticator(options: stage.options(change), cache: cache)
    }

    private func assertRefuses(
        _ error: ConfigurationError,
        _ wrong: Change,
        repairedBy repair: Change,
        line: UInt = #line
    ) {
        assertThrows(error, line: line) { try make(wrong) }
        XCTAssertNoThrow(
            try make {
                try wrong(&$0)
                try repair(&$0)
            },
            line: line
        )
        XCTAssertFalse(error.description.isEmpty)
    }

    func test_a_scheme_without_a_name_is_refused() {
        assertRefuses(.emptySchemeName, { $0.schemeName = "" }, repairedBy: { $0.schemeName = "Certificate" })
    }

    func test_self_signed_without_pins_is_refused() {
        assertRefuses(.selfSignedWithoutPins, { $0.allowedCertificateTypes = .all }) { $0.selfSignedPins = [self.pin] }
        assertRefuses(.selfSignedWithoutPins, { $0.allowedCertificateTypes = .all }) {
            $0.insecurelyAcceptAnySelfSigned = true
        }
    }

    func test_pins_with_only_chained_are_refused() {
        assertRefuses(.pinsWithoutSelfSigned, { $0.selfSignedPins = [self.pin] }) {
            $0.allowedCertificateTypes = .all
        }
        assertThrows(ConfigurationError.pinsWithoutSelfSigned) { try make { $0.insecurelyAcceptAnySelfSigned = true } }
    }

    func test_pins_together_with_any_self_signed_are_refused() {
        let wrong: Change = {
            $0.allowedCertificateTypes = .all
            $0.selfSignedPins = [self.pin]
            $0.insecurelyAcceptAnySelfSigned = true
        }
        assertRefuses(.pinsBesideAnySelfSigned, wrong) { $0.selfSignedPins = [] }
        assertRefuses(.pinsBesideAnySelfSigned, wrong) { $0.insecurelyAcceptAnySelfSigned = false }
    }

    func test_a_sha1_pin_is_refused() throws {
        let certificate = try stage.selfSigned().certificate
        let weak = try XCTUnwrap(certificate.thumbprint(.sha1))
        for pins: Set<CertificatePin> in [[.certificate(weak)], [.publicKey(weak)]] {
            assertRefuses(.weakPin(weak.hexadecimal)) {
                $0.allowedCertificateTypes = .all
                $0.selfSignedPins = pins
            } repairedBy: {
                $0.selfSignedPins = [.certificate(certificate.sha256Thumbprint)]
            }
        }
    }

    func test_chained_without_anchors_is_refused() throws {
        let store = TrustPolicy.custom(try TrustStore(certificates: [stage.root.certificate]))
        assertRefuses(.chainedWithoutAnchors, { $0.trust = .noAnchors }) { $0.trust = store }
    }

    func test_anchors_that_nothing_would_use_are_refused() {
        assertRefuses(.anchorsWithoutChained) {
            $0.allowedCertificateTypes = .selfSigned
            $0.selfSignedPins = [self.pin]
        } repairedBy: {
            $0.trust = .noAnchors
        }
    }

    func test_more_additional_certificates_than_the_limit_are_refused() throws {
        let two = [try stage.issuing.certificate, try stage.root.intermediate("Second").certificate]
        assertRefuses(.tooManyAdditionalCertificates(count: 2, limit: 1)) {
            $0.additionalChainCertificates = two
            $0.limits.additionalCertificates = 1
        } repairedBy: {
            $0.limits.additionalCertificates = 2
        }
    }

    func test_cached_hooks_need_an_identifier_and_a_cache() throws {
        let cache = LRUCertificateValidationCache()
        assertThrows(ConfigurationError.cachedHooksWithoutPolicyIdentifier) {
            try make({ $0.hookReuse = .cached }, cache: cache)
        }
        let complete: Change = {
            $0.hookReuse = .cached
            $0.policyIdentifier = "one"
        }
        assertThrows(ConfigurationError.cachedHooksWithoutCache) { try make(complete) }
        XCTAssertNoThrow(try make(complete, cache: cache))
        for reuse in [HookReuse.everyRequest, .connection] { XCTAssertNoThrow(try make { $0.hookReuse = reuse }) }
    }

    func test_a_limit_out_of_range_is_refused_by_its_name_and_its_bound_is_accepted() {
        typealias Limit = WritableKeyPath<ValidationLimits, Int>
        let positive: [(String, Limit)] = [
            ("presentedCertificates", \.presentedCertificates), ("certificateBytes", \.certificateBytes),
            ("chainBytes", \.chainBytes), ("presentedValues", \.presentedValues),
            ("signatureChecks", \.signatureChecks),
            ("nameComparisons", \.nameComparisons), ("pathSteps", \.pathSteps),
        ]
        for (name, limit) in positive {
            assertRefuses(.invalidLimit(name: name, expected: "at least 1"), { $0.limits[keyPath: limit] = 0 }) {
                $0.limits[keyPath: limit] = 1
            }
        }
        let ranges: [(String, Limit, wrong: Int, right: Int, String)] = [
            ("additionalCertificates", \.additionalCertificates, -1, 0, "at least 0"),
            ("intermediates", \.intermediates, -1, 0, "0 to 90"), ("intermediates", \.intermediates, 91, 90, "0 to 90"),
            ("smallestRSABits", \.smallestRSABits, 1_023, 1_024, "1024 to largestRSABits"),
            ("smallestRSABits", \.smallestRSABits, 8_193, 8_192, "1024 to largestRSABits"),
            ("largestRSABits", \.largestRSABits, 16_385, 16_384, "at most 16384"),
        ]
        for (name, limit, wrong, right, expected) in ranges {
            assertRefuses(.invalidLimit(name: name, expected: expected), { $0.limits[keyPath: limit] = wrong }) {
                $0.limits[keyPath: limit] = right
            }
        }
    }

    func test_system_trust_that_cannot_be_loaded_is_refused() throws {
        let error = ConfigurationError.trust(.noSystemRoots(tried: ["/nowhere"]))
        XCTAssertEqual(error.description, "trust: no system roots found, tried /nowhere")
        XCTAssertEqual(
            ConfigurationError.digestUnavailable("no SHA-256").description,
            "a digest is not available: no SHA-256"
        )
        XCTAssertEqual(ConfigurationError.unsupportedOpenSSL("OpenSSL 1.1.1").description, "OpenSSL 1.1.1")
    }

    func test_loosened_options_are_named_in_the_log_and_strict_ones_are_not() throws {
        let log = LogRecorder()
        _ = try CertificateAuthenticator(options: stage.options { $0.revocationMode = .online }, logger: log.logger)
        let strict = log.lines.compactMap { $0.metadata["certauth.finding"] }
        XCTAssertEqual(strict, ["online-without-fetcher", "revocation-without-evidence"])
        let loose = try stage.options {
            $0.validateCertificateUse = false
            $0.validateValidityPeriod = false
            $0.revocationFlag = .endCertificateOnly
            $0.unknownRevocation = .allow
            $0.allowedCertificateTypes = .all
            $0.insecurelyAcceptAnySelfSigned = true
        }
        _ = try CertificateAuthenticator(options: loose, logger: log.logger)
        XCTAssertEqual(
            log.lines.dropFirst(strict.count).compactMap { $0.metadata["certauth.finding"] },
            ["any-self-signed-without-identity-rule", "no-usage-check", "no-validity-check", "no-revocation"]
        )
    }
}
