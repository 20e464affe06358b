// SPDX-License-Identifier: Apache-2.0
// The start-up findings: each loosened option has one, and strict options have none.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class ConfigurationFindingTests: XCTestCase {
    private typealias Change = (inout CertificateAuthenticationOptions) throws -> Void

    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// Returns the findings for strict options with one change.
    private func findings(hasIdentityRule: Bool = false, _ change: Change = { _ in }) throws -> [String] {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [stage.root.certificate]))
        )
        try change(&options)
        return options.findings(hasIdentityRule: hasIdentityRule).map { "\($0.severity.rawValue) \($0.code)" }
    }

    func test_strict_options_have_no_finding() throws {
        XCTAssertEqual(try findings(), [])
        XCTAssertEqual(try findings(hasIdentityRule: true), [])
        XCTAssertEqual(try findings { $0.revocationMode = .offline }, [])
        XCTAssertEqual(try findings { $0.revocationFlag = .entireChain }, [])
        XCTAssertEqual(try findings { $0.revocation.unknownAnswers = [.timedOut: .deny] }, [])
    }

    func test_each_loosened_option_has_its_finding_and_no_other() throws {
        let cases: [(String, Change)] = [
            ("warning no-usage-check", { $0.validateCertificateUse = false }),
            ("warning no-validity-check", { $0.validateValidityPeriod = false }),
            ("warning no-revocation", { $0.revocationMode = .noCheck }),
            ("warning soft-revocation", { $0.unknownRevocation = .allow }),
            ("warning soft-revocation", { $0.revocation.unknownAnswers = [.timedOut: .allow] }),
            (
                "notice soft-revocation-while-fresh",
                { $0.revocation.unknownAnswers = [.timedOut: .allowWhileFresh(.seconds(60))] }
            ),
            ("notice leaf-revocation-only", { $0.revocationFlag = .endCertificateOnly }),
            ("notice no-revocation-available-accepted", { $0.revocation.acceptsNoRevocationAvailable = true }),
            ("notice short-lived-unchecked", { $0.revocation.shortLivedValidity = .seconds(86_400) }),
            ("notice responders-unchecked", { $0.revocation.responderRevocation = .onlyIfRevoked }),
        ]
        for (expected, change) in cases { XCTAssertEqual(try findings(change), [expected]) }
    }

    func test_trust_in_all_authorities_is_dangerous_without_an_identity_rule() throws {
        let system: Change = { $0.trust = .system }
        XCTAssertEqual(try findings(system), ["warning system-trust-without-identity-rule"])
        XCTAssertEqual(try findings(hasIdentityRule: true, system), [])
        let anybody: Change = {
            $0.trust = .noAnchors
            $0.allowedCertificateTypes = .selfSigned
            $0.insecurelyAcceptAnySelfSigned = true
        }
        XCTAssertEqual(try findings(anybody), ["warning any-self-signed-without-identity-rule"])
        XCTAssertEqual(try findings(hasIdentityRule: true, anybody), ["notice any-self-signed"])
        let identity = try stage.selfSigned()
        let pinned = try stage.selfSignedOptions(pinning: [identity])
        XCTAssertEqual(pinned.findings(hasIdentityRule: false), [])
    }

    func test_an_authenticator_reports_missing_revocation_evidence_until_it_is_provided() throws {
        let options = try stage.options { $0.revocationMode = .online }
        let bare = try stage.authenticator(options: options)
        XCTAssertEqual(
            bare.configurationFindings.map(\.code),
            ["online-without-fetcher", "revocation-without-evidence"]
        )
        bare.revocationEvidence = try stage.evidence([stage.root.revocationList()])
        XCTAssertEqual(bare.configurationFindings.map(\.code), ["online-without-fetcher"])
        let offline = try stage.options { $0.revocationMode = .offline }
        XCTAssertEqual(
            try stage.authenticator(options: offline).configurationFindings.map(\.code),
            ["revocation-without-evidence"]
        )
        struct StubFetcher: RevocationFetcher {
            let policy = RevocationFetchPolicy()

            func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse
            {
                throw .timedOut(url: "\(request.url)")
            }
        }
        let fetching = try CertificateAuthenticator(options: options, revocationFetcher: StubFetcher())
        XCTAssertEqual(fetching.configurationFindings, [])
    }

    func test_findings_appear_in_the_log_once_with_code_and_level() throws {
        let log = LogRecorder()
        let options = try stage.options {
            $0.revocationMode = .noCheck
            $0.validateCertificateUse = false
        }
        let authenticator = try CertificateAuthenticator(options: options, logger: log.logger)
        XCTAssertEqual(log.lines.map { $0.metadata["certauth.finding"] }, ["no-usage-check", "no-revocation"])
        XCTAssertEqual(log.lines.map(\.level), ["warning", "warning"])
        XCTAssertEqual(authenticator.configurationFindings.map(\.code), ["no-usage-check", "no-revocation"])
        XCTAssertEqual(
            authenticator.configurationFindings.last?.description,
            "warning: no-revocation: revocationMode is noCheck: a revoked certificate is accepted until it expires"
        )
    }
}
