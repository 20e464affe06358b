// SPDX-License-Identifier: Apache-2.0
// The cost of hostile chains: figures for Docs/Conformance.md, printed by a release build on request.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class CostMeasurements: XCTestCase {
    override func setUpWithError() throws {
        let isAsked = ProcessInfo.processInfo.environment["CERTAUTH_MEASURE"] == "1"
        try XCTSkipUnless(isAsked, "measures only with CERTAUTH_MEASURE=1, in a release build")
    }

    func test_cost_of_hostile_meshes() throws {
        let mesh = try Mesh(of: 1_000)
        let stranger = try Stage().root.certificate
        try measure(
            "1,000 namesakes, no anchor within reach",
            mesh.options(trusting: stranger),
            [mesh.leaf.certificateDER]
        )
        try measure("1,000 namesakes of the anchor", mesh.options(trusting: mesh.namesake), [mesh.leaf.certificateDER])
        let small = try Mesh(of: 9)
        var options = try small.options(trusting: small.namesake)
        options.additionalChainCertificates = []
        let chain = [small.leaf.certificateDER] + small.authorities.map(\.derEncoded)
        try measure("9 presented namesakes of the anchor", options, chain)
    }

    func test_cost_of_hostile_names() throws {
        try measureNames(900, under: 250)
        try measureNames(1, under: 450)
    }

    /// Nine presented CAs with the anchor's name, each with the given number of constraints.
    private func measureNames(_ nameCount: Int, under constraintCount: Int) throws {
        let constraints = (0..<constraintCount).map { GeneralNameTemplate.dns("n\($0).ex") }
        let names = (0..<nameCount).map { GeneralNameTemplate.dns("a.n\($0 % constraintCount).ex") }
        let mesh = try Mesh(of: 9) { template in
            template.extensions.append(.nameConstraints(permitted: constraints))
        } leaf: { template in
            template.extensions.append(.subjectAlternativeNames(names))
        }
        var options = try mesh.options(trusting: mesh.namesake)
        options.additionalChainCertificates = []
        let chain = [mesh.leaf.certificateDER] + mesh.authorities.map(\.derEncoded)
        try measure("\(nameCount) names under 9 times \(constraintCount) constraints", options, chain)
    }

    func test_cost_of_external_hostile_cases() throws {
        for suite in try ConformanceVectors().suites() {
            for testCase in suite.testcases where testCase.mode == "path" && testCase.tier == "dos" {
                let judge = ConformanceJudge(profile: .strict)
                guard let prepared = try judge.prepared(testCase) else { continue }
                report(testCase.id, prepared.judge)
            }
        }
    }

    private func measure(
        _ what: String,
        _ options: CertificateAuthenticationOptions,
        _ chain: [[UInt8]]
    ) throws {
        let authenticator = try CertificateAuthenticator(options: options, logger: .silent)
        let presented = try XCTUnwrap(PresentedChain(derEncoded: chain, source: .tls))
        report(what) { authenticator.validate(presented) }
    }

    /// Prints the shortest and the longest of five runs.
    private func report(_ what: String, _ judge: () -> ValidationVerdict) {
        var durations: [Duration] = []
        var outcome = ""
        for _ in 0..<5 {
            durations.append(
                ContinuousClock().measure {
                    if case .refused(let failure, _) = judge() { outcome = "\(failure.code): \(failure.message)" }
                }
            )
        }
        let milliseconds = durations.map { $0 / .milliseconds(1) }
        let best = String(format: "%.2f", milliseconds.min() ?? 0)
        let worst = String(format: "%.2f", milliseconds.max() ?? 0)
        print("\(what): \(best) to \(worst) ms, \(outcome.prefix(120))")
    }
}
