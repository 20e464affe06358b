// SPDX-License-Identifier: Apache-2.0
// The fingerprint changes with each option that affects verdicts, and with nothing else.

import CertAuth
import CertAuthTesting
import XCTest

final class PolicyFingerprintTests: XCTestCase {
    private typealias Change = (inout CertificateAuthenticationOptions) throws -> Void
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func fingerprint(
        trusting anchors: [Certificate]? = nil,
        _ change: Change = { _ in }
    ) throws -> PolicyFingerprint {
        let options = try stage.options(trusting: anchors, change)
        return try PolicyFingerprint(options: options, anchors: options.trust.store)
    }

    func test_every_option_changes_the_fingerprint() throws {
        let extra = try stage.issuing.certificate
        let digest = extra.sha256Thumbprint
        let changes: [(String, Change)] = [
            ("schemeName", { $0.schemeName = "other" }),
            ("trust", { $0.trust = .custom(try TrustStore(certificates: [extra])) }),
            ("trust none", { $0.trust = .noAnchors }),
            ("allowedCertificateTypes", { $0.allowedCertificateTypes = .all }),
            ("allowedCertificateTypes alone", { $0.allowedCertificateTypes = .selfSigned }),
            ("pin", { $0.selfSignedPins = [.certificate(digest)] }),
            ("key pin", { $0.selfSignedPins = [.publicKey(digest)] }),
            ("insecurelyAcceptAnySelfSigned", { $0.insecurelyAcceptAnySelfSigned = true }),
            ("additionalChainCertificates", { $0.additionalChainCertificates = [extra] }),
            ("validateCertificateUse", { $0.validateCertificateUse = false }),
            ("validateValidityPeriod", { $0.validateValidityPeriod = false }),
            ("revocationMode offline", { $0.revocationMode = .offline }),
            ("revocationMode online", { $0.revocationMode = .online }),
            ("revocationFlag end", { $0.revocationFlag = .endCertificateOnly }),
            ("revocationFlag entire", { $0.revocationFlag = .entireChain }),
            ("unknownRevocation", { $0.unknownRevocation = .allow }), ("claimsIssuer", { $0.claimsIssuer = "us" }),
            ("empty claimsIssuer", { $0.claimsIssuer = "" }), ("hookReuse", { $0.hookReuse = .connection }),
            ("hookReuse cached", { $0.hookReuse = .cached }), ("policyIdentifier", { $0.policyIdentifier = "p" }),
            ("empty policyIdentifier", { $0.policyIdentifier = "" }), ("securityLevel", { $0.securityLevel = 1 }),
            ("profile", { $0.profile = .strict }),
            ("constrainsCommonNames", { $0.constrainsCommonNames = true }),
            ("requiresExtendedKeyUsage", { $0.requiresExtendedKeyUsage = true }),
            ("requiredKeyUsage", { $0.requiredKeyUsage = .digitalSignature }),
            ("requiredExtendedKeyUsages", { $0.requiredExtendedKeyUsages = [.serverAuth] }),
            ("acceptable policies", { $0.certificatePolicies.acceptable = [.clientAuth] }),
            ("required policies", { $0.certificatePolicies.required = [.clientAuth] }),
            ("requireExplicitPolicy", { $0.certificatePolicies.requireExplicitPolicy = true }),
            ("inhibitPolicyMapping", { $0.certificatePolicies.inhibitPolicyMapping = true }),
            ("inhibitAnyPolicy", { $0.certificatePolicies.inhibitAnyPolicy = true }),
            ("allowsAuthorityAsClient", { $0.allowsAuthorityAsClient.toggle() }),
            ("presentedCertificates", { $0.limits.presentedCertificates += 1 }),
            ("certificateBytes", { $0.limits.certificateBytes += 1 }), ("chainBytes", { $0.limits.chainBytes += 1 }),
            ("presentedValues", { $0.limits.presentedValues += 1 }),
            ("additionalCertificates", { $0.limits.additionalCertificates += 1 }),
            ("signatureChecks", { $0.limits.signatureChecks += 1 }),
            ("nameComparisons", { $0.limits.nameComparisons += 1 }), ("pathSteps", { $0.limits.pathSteps += 1 }),
            ("intermediates", { $0.limits.intermediates += 1 }),
            ("smallestRSABits", { $0.limits.smallestRSABits += 1 }),
            ("largestRSABits", { $0.limits.largestRSABits += 1 }),
        ]
        var seen = [try fingerprint(): "the defaults"]
        for (name, change) in changes {
            let changed = try fingerprint(change)
            XCTAssertNil(seen[changed], "\(name) looks like \(seen[changed] ?? "")")
            seen[changed] = name
        }
    }

    func test_the_list_of_options_is_complete() throws {
        let properties = Mirror(reflecting: try stage.options()).children.compactMap(\.label)
        // The clock and the hooks' deadline do not affect what a policy accepts. RevocationPolicyTests covers
        // `revocation`, the test above all other options.
        XCTAssertEqual(
            Set(properties),
            [
                "schemeName", "trust", "allowedCertificateTypes", "selfSignedPins", "insecurelyAcceptAnySelfSigned",
                "additionalChainCertificates", "validateCertificateUse", "validateValidityPeriod", "revocationMode",
                "revocationFlag", "unknownRevocation", "claimsIssuer", "hookReuse", "policyIdentifier", "limits",
                "clock", "hookDeadline", "securityLevel", "requiredExtendedKeyUsages", "profile", "certificatePolicies",
                "allowsAuthorityAsClient", "revocation", "requiredKeyUsage", "requiresExtendedKeyUsage",
                "constrainsCommonNames",
            ]
        )
        XCTAssertEqual(
            Set(Mirror(reflecting: CertificatePolicyOptions()).children.compactMap(\.label)),
            ["acceptable", "required", "requireExplicitPolicy", "inhibitPolicyMapping", "inhibitAnyPolicy"]
        )
        XCTAssertEqual(
            Set(Mirror(reflecting: ValidationLimits()).children.compactMap(\.label)),
            [
                "presentedCertificates", "certificateBytes", "chainBytes", "additionalCertificates", "signatureChecks",
                "nameComparisons", "pathSteps", "intermediates", "smallestRSABits", "largestRSABits",
                "presentedValues",
            ]
        )
    }

    func test_equal_options_have_equal_fingerprints_whatever_the_order() throws {
        let one = try stage.issuing.certificate
        let two = try stage.root.certificate
        XCTAssertEqual(try fingerprint(), try fingerprint())
        XCTAssertEqual(try fingerprint(trusting: [one, two]), try fingerprint(trusting: [two, one, two]))
        XCTAssertEqual(
            try fingerprint { $0.additionalChainCertificates = [one, two] },
            try fingerprint { $0.additionalChainCertificates = [two, one] }
        )
        XCTAssertEqual(try fingerprint().bytes.count, 32)
    }

    func test_the_clock_and_the_trust_stores_generation_do_not_change_the_fingerprint() throws {
        XCTAssertEqual(try fingerprint(), try fingerprint { $0.clock = .fixed(Timestamp(secondsSince1970: 0)) })
        let first = try TrustStore(certificates: [stage.root.certificate])
        let second = try TrustStore(certificates: [stage.root.certificate])
        XCTAssertLessThan(first.generation, second.generation)
        XCTAssertEqual(try fingerprint { $0.trust = .custom(first) }, try fingerprint { $0.trust = .custom(second) })
    }

    func test_an_authenticator_shows_the_fingerprint_of_its_policy() throws {
        XCTAssertEqual(try stage.authenticator().policyFingerprint, try fingerprint())
        XCTAssertEqual(try fingerprint().description.count, 64)
    }

    func test_the_encoding_of_fields_is_unambiguous() {
        var left = CanonicalEncoding(domain: "d")
        left.append("a", "bc")
        var right = CanonicalEncoding(domain: "d")
        right.append("ab", "c")
        XCTAssertNotEqual(left.bytes, right.bytes)
        var absent = CanonicalEncoding(domain: "d")
        absent.append("a", optional: nil)
        var empty = CanonicalEncoding(domain: "d")
        empty.append("a", optional: "")
        XCTAssertNotEqual(absent.bytes, empty.bytes)
    }
}

extension TrustPolicy {
    fileprivate var store: TrustStore? {
        if case .custom(let store) = self { store } else { nil }
    }
}
