// SPDX-License-Identifier: Apache-2.0
// Cases A01 to A13 and A16 of Docs/Cases.md: which kinds of certificates are accepted, and when.

import CertAuth
import CertAuthTesting
import XCTest

final class HandlerCaseTestsKinds: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    func test_the_defaults_are_strict() throws {
        let options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [stage.root.certificate]))
        )
        XCTAssertEqual(options.schemeName, "Certificate")
        XCTAssertEqual(options.allowedCertificateTypes, .chained)
        XCTAssertTrue(options.validateCertificateUse)
        XCTAssertTrue(options.validateValidityPeriod)
        XCTAssertEqual(options.revocationMode, .online)
        XCTAssertEqual(options.revocationFlag, .excludeRoot)
        XCTAssertEqual(options.unknownRevocation, .deny)
        XCTAssertTrue(options.selfSignedPins.isEmpty)
        XCTAssertFalse(options.insecurelyAcceptAnySelfSigned)
        XCTAssertTrue(options.additionalChainCertificates.isEmpty)
        XCTAssertNil(options.claimsIssuer)
        XCTAssertEqual(options.hookReuse, .everyRequest)
        XCTAssertNil(options.policyIdentifier)
        XCTAssertNoThrow(try stage.authenticator(options: options))
    }

    func test_a_certificate_signed_by_its_own_key_is_self_signed_and_an_issued_one_is_not() throws {
        let selfSigned = try stage.selfSigned("self", .withoutExtendedKeyUsage)
        XCTAssertTrue(try selfSigned.certificate.isSelfSigned)
        XCTAssertFalse(try stage.issuing.issue("alice").certificate.isSelfSigned)
    }

    func test_a_pinned_self_signed_certificate_with_clientAuth_is_accepted() async throws {
        let identity = try stage.selfSigned()
        assertAccepted(try await selfSignedPolicy(identity).authenticate(identity))
    }

    func test_a_pinned_self_signed_certificate_without_extended_key_usage_is_accepted() async throws {
        let identity = try stage.selfSigned("self", .withoutExtendedKeyUsage)
        assertAccepted(try await selfSignedPolicy(identity).authenticate(identity))
    }

    func test_a_self_signed_certificate_is_refused_where_only_chained_is_allowed() async throws {
        let identity = try stage.selfSigned()
        assertRefused(try await stage.authenticator().authenticate(identity), .certificateTypeNotAllowed, at: 0)
        assertAccepted(try await selfSignedPolicy(identity).authenticate(identity))
    }

    func test_the_validated_hook_does_not_run_for_a_kind_that_is_not_allowed() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let authenticator = try stage.authenticator(options: stage.options(), events: events)
        let identity = try stage.selfSigned("self", .withoutExtendedKeyUsage)
        assertRefused(await authenticator.authenticate(identity), .certificateTypeNotAllowed, at: 0)
        XCTAssertEqual(calls.count, 0)
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice")))
        XCTAssertEqual(calls.count, 1)
    }

    func test_a_self_signed_certificate_meant_for_servers_is_refused() async throws {
        let identity = try stage.selfSigned("self", .wrongUsage)
        assertRefused(try await selfSignedPolicy(identity).authenticate(identity), .wrongUsage, at: 0)
    }

    func test_a_self_signed_certificate_meant_for_servers_is_accepted_with_the_usage_check_off() async throws {
        let identity = try stage.selfSigned("self", .wrongUsage)
        let policy = try selfSignedPolicy(identity) { $0.validateCertificateUse = false }
        assertAccepted(await policy.authenticate(identity))
    }

    func test_switching_the_usage_check_off_does_not_allow_another_kind() async throws {
        let identity = try stage.selfSigned("self", .wrongUsage)
        let authenticator = try stage.authenticator { $0.validateCertificateUse = false }
        assertRefused(await authenticator.authenticate(identity), .certificateTypeNotAllowed, at: 0)
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice", .wrongUsage)))
    }

    func test_an_expired_self_signed_certificate_is_refused() async throws {
        let identity = try stage.selfSigned("self", .expired)
        let policy = try selfSignedPolicy(identity) { $0.validateCertificateUse = false }
        assertRefused(await policy.authenticate(identity), .expired, at: 0)
    }

    func test_an_expired_self_signed_certificate_is_accepted_with_the_validity_check_off() async throws {
        let identity = try stage.selfSigned("self", .expired)
        let policy = try selfSignedPolicy(identity) { $0.validateValidityPeriod = false }
        assertAccepted(await policy.authenticate(identity))
    }

    func test_a_not_yet_valid_self_signed_certificate_is_refused() async throws {
        let identity = try stage.selfSigned("self", .notYetValid)
        let policy = try selfSignedPolicy(identity) { $0.validateCertificateUse = false }
        assertRefused(await policy.authenticate(identity), .notYetValid, at: 0)
        stage.clock.advance(by: .seconds(3_600))
        assertAccepted(await policy.authenticate(identity))
    }

    func test_a_not_yet_valid_self_signed_certificate_is_accepted_with_the_validity_check_off() async throws {
        let identity = try stage.selfSigned("self", .notYetValid)
        let policy = try selfSignedPolicy(identity) { $0.validateValidityPeriod = false }
        assertAccepted(await policy.authenticate(identity))
    }

    func test_no_certificate_is_no_result_and_a_protected_resource_says_no_certificate() async throws {
        let authenticator = try stage.authenticator()
        let result = await authenticator.authenticate(nil, facts: ConnectionFacts(isSecure: true))
        XCTAssertEqual(result, .noResult(.noCertificate))
        XCTAssertEqual(result.refusalCode, .noCertificate)
        XCTAssertEqual(result.refusalCode?.reference.httpStatus, 403)
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice")))
    }

    func test_a_request_without_tls_is_no_result_even_with_a_certificate() async throws {
        let identity = try stage.issuing.issue("alice")
        let authenticator = try stage.authenticator()
        let plain = await authenticator.authenticate(identity.presented(), facts: ConnectionFacts(isSecure: false))
        XCTAssertEqual(plain, .noResult(.notHTTPS))
        XCTAssertEqual(plain.refusalCode, .notHTTPS)
        assertAccepted(await authenticator.authenticate(identity.presented(), facts: ConnectionFacts(isSecure: true)))
    }

    private func selfSignedPolicy(
        _ identity: TestIdentity,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        try stage.authenticator(options: stage.selfSignedOptions(pinning: [identity], change))
    }
}
