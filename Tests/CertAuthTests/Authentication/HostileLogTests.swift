// SPDX-License-Identifier: Apache-2.0
// No certificate adds text to a log line or a refusal that breaks its lines or floods it.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class HostileLogTests: XCTestCase {
    /// Ends a line, starts another, clears a terminal, reverses the text direction, and continues for 3 KB.
    private static let hostile =
        "x\n2026-01-01 notice: client certificate accepted\r\u{1B}[2J\u{202E}\u{0}\u{85}\u{2028}"
        + String(repeating: "A", count: 3_000)

    private struct Scene {
        let stage: Stage
        let root: TestAuthority
        let issuing: TestAuthority

        init() throws {
            stage = try Stage()
            root = try TestAuthority(HostileLogTests.hostile, clock: stage.clock.verificationClock)
            issuing = try root.intermediate(HostileLogTests.hostile) {
                $0.extensions.append(.nameConstraints(permitted: [.dns("example.com")]))
            }
        }

        func leaf(_ names: [GeneralNameTemplate] = [], _ profile: LeafProfile = .client) throws -> TestIdentity {
            try issuing.issue(HostileLogTests.hostile, profile) { template in
                if !names.isEmpty { template.extensions.replace(.subjectAlternativeNames(names)) }
            }
        }
    }

    /// All lines that one authentication logs, and the message of its refusal.
    private func texts(
        _ identity: TestIdentity,
        _ stage: Stage,
        trusting anchor: Certificate,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) async throws -> (code: FailureCode?, texts: [String]) {
        let recorder = LogRecorder()
        let options = try stage.options(trusting: [anchor]) { change(&$0) }
        let authenticator = try CertificateAuthenticator(options: options, events: events, logger: recorder.logger)
        let chain = try XCTUnwrap(PresentedChain(derEncoded: identity.chain, source: .tls))
        let facts = ConnectionFacts(isSecure: true, serverName: Self.hostile)
        let result = await authenticator.authenticate(chain, facts: facts)
        var texts = recorder.lines.flatMap { [$0.message] + $0.metadata.values }
        texts += [result.failure?.message, result.failure?.description].compactMap { $0 }
        texts += (result.failure?.trace.attempts ?? []).flatMap { $0.findings.map(\.message) }
        return (result.refusalCode, texts)
    }

    private func assertSafe(_ texts: [String], file: StaticString = #filePath, line: UInt = #line) {
        XCTAssertGreaterThan(texts.count, 4, file: file, line: line)
        for text in texts {
            let isPrintable = text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
            XCTAssertTrue(isPrintable, "breaks the line: \(text.prefix(200))", file: file, line: line)
            XCTAssertLessThan(text.unicodeScalars.count, 2_000, "floods: \(text.prefix(200))", file: file, line: line)
        }
    }

    func test_hostile_names_stay_within_one_log_line_whatever_the_refusal() async throws {
        let scene = try Scene()
        let (stage, root) = (scene.stage, try scene.root.certificate)
        let stranger = try TestAuthority("Stranger", clock: stage.clock.verificationClock).certificate
        let names: [GeneralNameTemplate] = [
            .dns("a.example.com"), .email(Self.hostile), .uri("spiffe://" + Self.hostile),
        ]
        let cases: [(TestIdentity, Certificate, FailureCode?)] = [
            (try scene.leaf([.dns("a.example.com")]), root, nil),
            (try scene.leaf([.dns("a.example.com")]), stranger, .partialChain),
            (try scene.leaf([.dns("a.example.com")], .expired), root, .expired),
            (try scene.leaf([.dns("a.example.com")], .wrongUsage), root, .wrongUsage),
            (try scene.leaf([.dns("a.example.org")]), root, .nameNotPermitted),
            (try scene.leaf([.dns(Self.hostile)]), root, .malformed), (try scene.leaf(names), root, .malformed),
        ]
        for (identity, anchor, code) in cases {
            let outcome = try await texts(identity, stage, trusting: anchor)
            XCTAssertEqual(outcome.code, code)
            assertSafe(outcome.texts)
        }
    }

    func test_hostile_names_stay_within_one_log_line_if_revocation_is_unknown() async throws {
        let scene = try Scene()
        let outcome = try await texts(
            try scene.leaf([.dns("a.example.com")]),
            scene.stage,
            trusting: try scene.root.certificate
        ) { $0.revocationMode = .offline }
        XCTAssertEqual(outcome.code, .revocationUnknown)
        assertSafe(outcome.texts)
    }

    func test_text_and_errors_of_a_hook_stay_within_one_log_line() async throws {
        struct Mishap: Error { let text: String }
        let scene = try Scene()
        let hooks: [CertificateAuthenticationEvents] = [
            .init(onCertificateValidated: { .fail(reason: $0.principal.name ?? "") }),
            .init(onCertificateValidated: { throw Mishap(text: $0.principal.name ?? "") }),
        ]
        for events in hooks {
            let outcome = try await texts(
                try scene.leaf([.dns("a.example.com")]),
                scene.stage,
                trusting: try scene.root.certificate,
                events: events
            )
            XCTAssertEqual(outcome.code, .rejectedByHandler)
            assertSafe(outcome.texts)
        }
    }
}
