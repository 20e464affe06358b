// SPDX-License-Identifier: Apache-2.0
// What a refusal by OpenSSL reports: the certificate, what was found, and what was expected.

import CertAuth
import CertAuthTesting
import XCTest

final class JudgeFindingTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func refusal(
        of leaf: TestIdentity,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> AuthenticationFailure {
        let verdict = try stage.authenticator(change).validate(try XCTUnwrap(leaf.presented()))
        guard case .refused(let failure, _) = verdict else {
            XCTFail("accepted")
            throw XCTSkip("accepted")
        }
        return failure
    }

    func test_a_critical_extension_is_named_with_its_certificate() throws {
        let unknown = ExtensionTemplate.custom("1.3.6.1.4.1.99999.7", critical: true, value: DER.null)
        let leaf = try refusal(of: stage.issuing.issue("alice") { $0.extensions.append(unknown) })
        XCTAssertEqual(leaf.code, .criticalExtension)
        XCTAssertEqual(leaf.certificateIndex, 0)
        XCTAssertEqual(
            leaf.message,
            "CN=alice: has a critical extension that CertAuth does not know (1.3.6.1.4.1.99999.7), expected only "
                + "known critical extensions (RFC 5280 §4.2); issue it without the extension, or mark the extension as not "
                + "critical"
        )
        let issuing = try stage.root.intermediate("Odd") { $0.extensions.append(unknown) }
        let intermediate = try refusal(of: issuing.issue("bob"))
        XCTAssertEqual(intermediate.code, .criticalExtension)
        XCTAssertEqual(intermediate.certificateIndex, 1)
        XCTAssertTrue(intermediate.message.hasPrefix("CN=Odd: "), intermediate.message)
        XCTAssertTrue(intermediate.message.contains("1.3.6.1.4.1.99999.7"), intermediate.message)
    }

    func test_a_policy_that_occurs_twice_is_named() throws {
        let policy = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        let failure = try refusal(
            of: stage.issuing.issue("alice") {
                $0.extensions.append(.certificatePolicies([policy, policy]))
            }
        )
        XCTAssertEqual(failure.code, .policy)
        XCTAssertEqual(failure.certificateIndex, 0)
        XCTAssertTrue(failure.message.contains("policy 1.2.3.4 twice"), failure.message)
    }

    func test_required_policies_that_were_found_are_named() throws {
        let wanted = try XCTUnwrap(OID(dotted: "1.2.3.5"))
        let found = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        let leaf = try stage.issuing.issue("alice") { $0.extensions.append(.certificatePolicies([found])) }
        let failure = try refusal(of: leaf) { $0.certificatePolicies.required = [wanted] }
        XCTAssertEqual(failure.code, .policy)
        XCTAssertTrue(failure.message.contains("policy 1.2.3.5"), failure.message)
        XCTAssertTrue(
            failure.message.contains("policy 1.2.3.4") || failure.message.contains("no policy"),
            failure.message
        )
    }
}
