// SPDX-License-Identifier: Apache-2.0
// Hooks that do not answer, and answers that are not allowed.

import CertAuth
import CertAuthTesting
import Synchronization
import XCTest

final class HookDeadlineTests: XCTestCase {
    private var stage: Stage!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        alice = try stage.issuing.issue("alice")
    }

    /// A hook that never returns by itself and records when its task is cancelled.
    private static func wait(_ cancelled: XCTestExpectation) async {
        let (stream, end) = AsyncStream<Void>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            cancelled.fulfill()
            end.finish()
        }
    }

    private func authenticator(
        deadline: Duration,
        validated: (@Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision)? = nil,
        failed: (@Sendable (AuthenticationFailedContext) async throws -> AuthenticationFailedDecision)? = nil,
        challenge: (@Sendable (ChallengeContext) async throws -> ChallengeDecision)? = nil
    ) throws -> CertificateAuthenticator {
        let events = CertificateAuthenticationEvents(
            onCertificateValidated: validated,
            onAuthenticationFailed: failed,
            onChallenge: challenge
        )
        return try stage.authenticator(options: stage.options { $0.hookDeadline = deadline }, events: events)
    }

    func test_a_hook_beyond_its_deadline_refuses_and_is_cancelled() async throws {
        let cancelled = expectation(description: "the hook is cancelled")
        let authenticator = try authenticator(
            deadline: .milliseconds(10),
            validated: { context in
                await Self.wait(cancelled)
                return .success(context.principal)
            }
        )
        let failure = assertRefused(await authenticator.authenticate(alice), .rejectedByHandler, at: nil)
        XCTAssertEqual(
            failure?.message,
            "onCertificateValidated gave no answer within \(Duration.milliseconds(10)) (hookDeadline)"
        )
        await fulfillment(of: [cancelled], timeout: 10)
    }

    func test_a_hook_that_ignores_its_cancellation_is_not_waited_for() async throws {
        let (stream, end) = AsyncStream<Void>.makeStream()
        let ended = expectation(description: "the hook ends when it likes")
        let authenticator = try authenticator(
            deadline: .milliseconds(10),
            validated: { context in
                await Task.detached { for await _ in stream {} }.value
                ended.fulfill()
                return .success(context.principal)
            }
        )
        assertRefused(await authenticator.authenticate(alice), .rejectedByHandler, at: nil)
        end.finish()
        await fulfillment(of: [ended], timeout: 10)
    }

    func test_a_hook_within_its_deadline_decides() async throws {
        let authenticator = try authenticator(
            deadline: .seconds(60),
            validated: { context in
                await Task.yield()
                return .success(context.principal)
            }
        )
        assertAccepted(await authenticator.authenticate(alice))
    }

    func test_a_hook_ends_with_the_task_of_its_request() async throws {
        let cancelled = expectation(description: "the hook is cancelled")
        let (stream, begun) = AsyncStream<Void>.makeStream()
        let authenticator = try authenticator(
            deadline: .seconds(60),
            validated: { context in
                begun.finish()
                await Self.wait(cancelled)
                return .success(context.principal)
            }
        )
        let request = Task { [alice] in await authenticator.authenticate(try XCTUnwrap(alice)) }
        for await _ in stream {}
        request.cancel()
        let failure = assertRefused(try await request.value, .rejectedByHandler, at: nil)
        XCTAssertEqual(failure?.message, "onCertificateValidated was cancelled because its request has ended")
        await fulfillment(of: [cancelled], timeout: 10)
    }

    func test_failed_and_challenge_hooks_beyond_their_deadline_leave_the_refusal() async throws {
        let cancelled = expectation(description: "both hooks are cancelled")
        cancelled.expectedFulfillmentCount = 2
        let authenticator = try authenticator(
            deadline: .milliseconds(10),
            failed: { _ in
                await Self.wait(cancelled)
                return .noResult
            },
            challenge: { _ in
                await Self.wait(cancelled)
                return .redirect(location: "/")
            }
        )
        assertRefused(await authenticator.authenticate(try stage.issuing.issue("bob", .expired)), .expired, at: 0)
        let context = ChallengeContext(
            result: .noResult(.noCertificate),
            facts: ConnectionFacts(isSecure: true),
            method: "GET",
            host: nil,
            path: "/"
        )
        let answer = await authenticator.challenge(context)
        XCTAssertEqual(answer, .refuse)
        await fulfillment(of: [cancelled], timeout: 10)
    }

    func test_a_deadline_that_is_not_above_zero_throws() throws {
        for deadline in [Duration.zero, .seconds(-1)] {
            assertThrows(ConfigurationError.invalidHookDeadline) { _ = try authenticator(deadline: deadline) }
        }
        _ = try authenticator(deadline: .nanoseconds(1))
    }

    func test_a_principal_without_an_authenticated_identity_is_refused() async throws {
        let claims = [Claim(.role, "admin")]
        let nobodies = [ClaimsPrincipal(identities: []), ClaimsPrincipal(authenticationType: "", claims: claims)]
        for nobody in nobodies {
            let authenticator = try authenticator(deadline: .seconds(60), validated: { _ in .success(nobody) })
            let failure = assertRefused(await authenticator.authenticate(alice), .rejectedByHandler, at: 0)
            XCTAssertEqual(
                failure?.message,
                "onCertificateValidated returned a principal without an authenticated identity"
            )
        }
        let somebody = ClaimsPrincipal(
            identities: [
                ClaimsIdentity(authenticationType: "", claims: claims),
                ClaimsIdentity(authenticationType: "Members", claims: []),
            ]
        )
        let authenticator = try authenticator(deadline: .seconds(60), validated: { _ in .success(somebody) })
        let client = assertAccepted(await authenticator.authenticate(alice))
        XCTAssertEqual(client?.principal, somebody)
    }

    func test_an_invalid_hook_code_is_replaced_by_rejected_by_handler() async throws {
        let words = [
            "success", "", "Upper", "two words", "line\nbreak", "-a", "a-", "a--b", "a_b", "\u{212A}",
            String(repeating: "a", count: 65),
        ]
        for word in words {
            let code = FailureCode(rawValue: word)
            XCTAssertEqual(code.rawValue, word)
            let authenticator = try authenticator(
                deadline: .seconds(60),
                validated: { _ in .refuse(code, reason: "because") }
            )
            let failure = assertRefused(await authenticator.authenticate(alice), .rejectedByHandler, at: 0)
            XCTAssertEqual(failure?.message, "because")
            XCTAssertEqual(AuthenticationFailure(code: code, message: "a\nb").code, .rejectedByHandler)
        }
        XCTAssertEqual(FailureCode(rawValue: "a\nb").description, "a\\u{a}b")
        XCTAssertEqual(AuthenticationFailure(code: .expired, message: "a\nb").message, "a\\u{a}b")
        for word in ["no-seat", "a", "a1-b2", String(repeating: "a", count: 64)] {
            let code = FailureCode(rawValue: word)
            let authenticator = try authenticator(
                deadline: .seconds(60),
                validated: { _ in .refuse(code, reason: "because") }
            )
            assertRefused(await authenticator.authenticate(alice), code, at: 0)
        }
        XCTAssertEqual(FailureCode.all.filter { AuthenticationFailure(code: $0, message: "").code != $0 }, [])
    }
}
