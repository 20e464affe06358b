// SPDX-License-Identifier: Apache-2.0
// Cases A17 to A26 of Docs/Cases.md: trust, with real chains.

import CertAuth
import CertAuthTesting
import XCTest

final class HandlerCaseTestsTrust: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    func test_a_certificate_of_an_unknown_authority_is_refused() async throws {
        let stranger = try TestAuthority("Stranger Root", clock: stage.clock.verificationClock)
        let identity = try stranger.issue("alice")
        assertRefused(try await stage.authenticator().authenticate(identity), .untrusted, at: 0)
        let trusting = try stage.authenticator(options: stage.options(trusting: [stranger.certificate]))
        assertAccepted(await trusting.authenticate(identity))
    }

    func test_system_trust_refuses_a_private_authority_too() async throws {
        let system = try? TrustStore.system()
        try XCTSkipIf(system == nil, "this machine has no bundle of system roots")
        let authenticator = try stage.authenticator(
            options: stage.options { $0.trust = .system },
            events: CertificateAuthenticationEvents(onCertificateValidated: { .success($0.principal) })
        )
        assertRefused(await authenticator.authenticate(try stage.root.issue("alice")), .untrusted, at: 0)
    }

    func test_the_failed_hook_runs_once_and_its_text_is_used() async throws {
        let calls = HookCounter<AuthenticationFailedContext>()
        let events = CertificateAuthenticationEvents(onAuthenticationFailed: { context in
            calls.record(context)
            return .fail(reason: "not one of ours")
        })
        let authenticator = try stage.authenticator(options: stage.options(), events: events)
        let stranger = try TestAuthority("Stranger Root", clock: stage.clock.verificationClock)
        let failure = assertRefused(
            await authenticator.authenticate(try stranger.issue("alice")),
            .rejectedByHandler,
            at: nil
        )
        XCTAssertEqual(failure?.message, "not one of ours")
        XCTAssertEqual(calls.contexts.map(\.failure.code), [.untrusted])
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice")))
        XCTAssertEqual(calls.count, 1)
    }

    func test_an_intermediate_in_the_trust_store_is_an_anchor() async throws {
        let identity = try stage.issuing.issue("alice")
        let authenticator = try stage.authenticator(
            options: stage.options(trusting: [stage.issuing.certificate])
        )
        let client = assertAccepted(await authenticator.authenticate(identity.presentedAlone))
        XCTAssertEqual(client?.chain.certificates, [try identity.certificate, try stage.issuing.certificate])
        XCTAssertEqual(client?.chain.anchor, try stage.issuing.certificate)
        assertRefused(await authenticator.authenticate(try stage.root.issue("bob")), .untrusted, at: 0)
    }

    func test_a_leaf_below_an_intermediate_is_accepted_with_both_in_the_trust_store() async throws {
        let authenticator = try stage.authenticator(
            options: stage.options(trusting: [stage.root.certificate, stage.issuing.certificate])
        )
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice").presentedAlone))
    }

    func test_a_configured_intermediate_completes_the_path() async throws {
        let identity = try stage.issuing.issue("alice")
        let authenticator = try stage.authenticator {
            $0.additionalChainCertificates = [try stage.issuing.certificate]
        }
        let client = assertAccepted(await authenticator.authenticate(identity.presentedAlone))
        XCTAssertEqual(
            client?.chain.certificates,
            [try identity.certificate, try stage.issuing.certificate, try stage.root.certificate]
        )
    }

    func test_an_intermediate_that_the_client_sends_completes_the_path() async throws {
        let identity = try stage.issuing.issue("alice")
        assertAccepted(try await stage.authenticator().authenticate(identity.presented()))
    }

    func test_without_the_intermediate_there_is_no_path() async throws {
        let identity = try stage.issuing.issue("alice")
        assertRefused(try await stage.authenticator().authenticate(identity.presentedAlone), .untrusted, at: 0)
    }

    func test_a_chain_that_ends_at_an_intermediate_is_partial() async throws {
        let middle = try stage.root.intermediate("Stage Middle")
        let identity = try middle.intermediate("Stage Low").issue("alice")
        let shortened = PresentedChain(derEncoded: Array(identity.chain.dropLast()), source: .tls)
        let authenticator = try stage.authenticator()
        assertRefused(await authenticator.authenticate(shortened), .partialChain, at: 1)
        assertAccepted(await authenticator.authenticate(identity))
    }

    func test_a_forwarded_certificate_is_accepted_by_the_default_header() async throws {
        let (result, client) = try await forwarded(.aspnet(), header: "X-Client-Cert")
        XCTAssertEqual(assertAccepted(result)?.certificate.derEncoded, client.certificateDER)
    }

    func test_a_forwarded_certificate_with_garbage_before_it_is_refused() async throws {
        assertRefused(
            try await forwarded(.aspnet(), header: "X-Client-Cert", prefix: "OOPS").result,
            .malformed,
            at: nil
        )
    }

    func test_a_forwarded_certificate_is_accepted_by_a_header_of_another_name() async throws {
        let (result, client) = try await forwarded(.aspnet(header: "X-ARR-ClientCert"), header: "X-ARR-ClientCert")
        XCTAssertEqual(assertAccepted(result)?.certificate.derEncoded, client.certificateDER)
    }

    func test_a_forwarded_certificate_in_another_header_than_the_configured_one_is_ignored() async throws {
        let result = try await forwarded(.aspnet(header: "X-ARR-ClientCert"), header: "X-Client-Cert").result
        XCTAssertEqual(result.refusalCode, .noCertificate)
    }

    /// A self-signed client behind a trusted proxy.
    private func forwarded(
        _ dialect: UnverifiedDialect,
        header: String,
        prefix: String = ""
    ) async throws -> (result: AuthenticationResult, client: TestIdentity) {
        let client = try TestIdentity.selfSigned("alice", clock: stage.clock.verificationClock)
        let authenticator = try stage.authenticator(options: stage.selfSignedOptions(pinning: [client]))
        let forwarding = try CertificateForwarding(dialect, from: ForwardingStage.trusted())
        let field = HeaderField(header, prefix + HeaderText.base64(client.certificateDER))
        switch forwarding.decide(ForwardingStage.fromProxy([field])) {
        case .forwarded(let certificate, let isSecure):
            let facts = ConnectionFacts(isSecure: isSecure)
            return (await authenticator.authenticate(forwarded: certificate, facts: facts), client)
        case .failed(let error), .rejected(let error):
            return (await authenticator.refuse(error, facts: ConnectionFacts(isSecure: true)), client)
        case .direct:
            return (await authenticator.authenticate(nil, facts: ConnectionFacts(isSecure: true)), client)
        }
    }
}
