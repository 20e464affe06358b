// SPDX-License-Identifier: Apache-2.0
// Every limit refuses by its name, and one more of it lets the same chain in.

import CertAuth
import CertAuthTesting
import XCTest

final class WorkLimitTests: XCTestCase {
    private var stage: Stage!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        let issuing = try stage.root.intermediate("Constrained") {
            $0.extensions.append(.nameConstraints(permitted: [.dns("a.example"), .dns("b.example")]))
        }
        alice = try issuing.issue("alice") {
            $0.extensions.append(.subjectAlternativeNames([.dns("x.a.example"), .dns("x.b.example")]))
        }
    }

    /// The chain is refused for `limit` at `value` less one, and comes in at `value`.
    private func assertLimit(
        _ name: String,
        _ limit: WritableKeyPath<ValidationLimits, Int>,
        _ value: Int,
        code: FailureCode = .limitExceeded,
        at index: Int? = nil,
        line: UInt = #line
    ) throws {
        let chain = try XCTUnwrap(alice.presented())
        let tight = try stage.authenticator { $0.limits[keyPath: limit] = value - 1 }
        let failure = assertRefused(tight.validate(chain), code, at: index, line: line)
        XCTAssertTrue(failure?.message.hasSuffix("(limits.\(name))") ?? false, failure?.message ?? "", line: line)
        let enough = try stage.authenticator { $0.limits[keyPath: limit] = value }
        assertAccepted(enough.validate(chain), line: line)
    }

    func test_presented_certificates() throws { try assertLimit("presentedCertificates", \.presentedCertificates, 2) }

    func test_bytes_of_a_certificate() throws {
        let sizes = alice.chain.map(\.count)
        let longest = try XCTUnwrap(sizes.max())
        try assertLimit("certificateBytes", \.certificateBytes, longest, at: sizes.firstIndex(of: longest))
    }

    func test_bytes_of_a_chain() throws {
        try assertLimit("chainBytes", \.chainBytes, alice.chain.map(\.count).reduce(0, +))
    }

    func test_signature_checks() throws { try assertLimit("signatureChecks", \.signatureChecks, 2) }

    func test_name_comparisons() throws { try assertLimit("nameComparisons", \.nameComparisons, 4, at: 0) }

    func test_steps_of_the_search() throws { try assertLimit("pathSteps", \.pathSteps, 2) }

    func test_intermediates() throws { try assertLimit("intermediates", \.intermediates, 1, code: .pathTooLong) }

    func test_additional_certificates_are_counted_at_start_up() throws {
        let two = [try stage.issuing.certificate, try stage.root.certificate]
        assertThrows(ConfigurationError.tooManyAdditionalCertificates(count: 2, limit: 1)) {
            _ = try self.stage.authenticator {
                $0.additionalChainCertificates = two
                $0.limits.additionalCertificates = 1
            }
        }
        XCTAssertNoThrow(
            try stage.authenticator {
                $0.additionalChainCertificates = two
                $0.limits.additionalCertificates = 2
            }
        )
    }
}
