// SPDX-License-Identifier: Apache-2.0
// Each limit refuses with its name; if the limit is one higher, the same chain is accepted.

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

    /// The chain is refused if `limit` is `value` less one, and accepted if it is `value`.
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

    func test_the_limit_on_presented_certificates_is_exact() throws {
        try assertLimit("presentedCertificates", \.presentedCertificates, 2)
    }

    func test_the_limit_on_bytes_of_a_certificate_is_exact() throws {
        let sizes = alice.chain.map(\.count)
        let longest = try XCTUnwrap(sizes.max())
        try assertLimit("certificateBytes", \.certificateBytes, longest, at: sizes.firstIndex(of: longest))
    }

    func test_the_limit_on_bytes_of_a_chain_is_exact() throws {
        try assertLimit("chainBytes", \.chainBytes, alice.chain.map(\.count).reduce(0, +))
    }

    func test_the_limit_on_signature_checks_is_exact() throws {
        try assertLimit("signatureChecks", \.signatureChecks, 2)
    }

    func test_the_limit_on_name_comparisons_is_exact() throws {
        try assertLimit("nameComparisons", \.nameComparisons, 4, at: 0)
    }

    func test_the_limit_on_steps_of_the_search_is_exact() throws { try assertLimit("pathSteps", \.pathSteps, 2) }

    func test_the_limit_on_intermediates_is_exact() throws {
        try assertLimit("intermediates", \.intermediates, 1, code: .pathTooLong)
    }

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

    /// Comparisons cost more than signatures: a client whose chain the anchor did not issue cannot cause them.
    func test_no_name_is_compared_before_the_signatures_verify() throws {
        func leaf(of anchor: TestAuthority, isForged: Bool) throws -> TestIdentity {
            let names = (0..<200).map { GeneralNameTemplate.dns("h\($0).a.example") }
            let key = try TestKey.generate()
            let top = isForged ? try TestAuthority("Stage Root", clock: stage.clock.verificationClock) : anchor
            let issuing = try top.intermediate("Constrained", key: key) {
                $0.extensions.append(.nameConstraints(permitted: names))
            }
            return try issuing.issue("mallory") {
                $0.extensions.append(.subjectAlternativeNames(names))
            }
        }
        let tight = try stage.authenticator { $0.limits.nameComparisons = 1 }
        let forged = try leaf(of: stage.root, isForged: true)
        assertRefused(tight.validate(try XCTUnwrap(forged.presented())), .badSignature, at: 1)
        let genuine = try leaf(of: stage.root, isForged: false)
        assertRefused(tight.validate(try XCTUnwrap(genuine.presented())), .limitExceeded, at: 0)
        assertAccepted(try stage.authenticator().validate(try XCTUnwrap(genuine.presented())))
    }

    func test_no_name_of_a_mesh_without_the_anchors_signature_is_compared() throws {
        let names = (0..<50).map { GeneralNameTemplate.dns("h\($0).a.example") }
        let mesh = try Mesh(of: 4) {
            $0.extensions.append(.nameConstraints(permitted: names))
        } leaf: {
            $0.extensions.append(.subjectAlternativeNames(names))
        }
        for (anchor, code) in [(mesh.namesake, FailureCode.badSignature), (mesh.authorities[1], .limitExceeded)] {
            var options = try mesh.options(trusting: anchor)
            options.limits.nameComparisons = 1
            let verdict = try stage.authenticator(options: options).validate(try XCTUnwrap(mesh.leaf.presented()))
            guard case .refused(let failure, _) = verdict else { return XCTFail("\(verdict)") }
            XCTAssertEqual(failure.code, code)
        }
    }

    /// A key that is too large is refused before it verifies a signature.
    func test_a_key_beyond_the_limits_verifies_no_signature() throws {
        let large = try stage.root.intermediate("Large", key: try TestKey.generate(.rsa(bits: 3_072)))
        let chain = try XCTUnwrap(large.issue("alice").presented())
        let tight = try stage.authenticator {
            $0.limits.largestRSABits = 2_048
            $0.limits.signatureChecks = 1
        }
        assertRefused(tight.validate(chain), .weakKey, at: 1)
        assertAccepted(try stage.authenticator().validate(chain))
    }
}
