// SPDX-License-Identifier: Apache-2.0
// Untrusted peers that send the headers of proxies, with 60 spellings and places for each dialect.

import CertAuth
import CertAuthTesting
import XCTest

final class SpoofingTests: XCTestCase {
    private struct Attempt {
        let description: String
        var fields: [HeaderField] = []
        var trailers: [HeaderField] = []
    }

    /// 60 ways to send `honest` with other spellings, or in places that a proxy's filter may overlook.
    private func attempts(_ honest: [HeaderField]) -> [Attempt] {
        var attempts: [Attempt] = []
        let cases: [(String, (String) -> String)] = [
            ("as it is", { $0 }), ("lower", { $0.lowercased() }), ("upper", { $0.uppercased() }),
            (
                "swapped",
                { String($0.map { $0.isLowercase ? Character($0.uppercased()) : Character($0.lowercased()) }) }
            ),
        ]
        let folds: [(String, (String) -> String)] = [
            ("hyphens", { $0.replacing("_", with: "-") }), ("underscores", { $0.replacing("-", with: "_") }),
            ("first underscore", { $0.replacing("-", with: "_", maxReplacements: 1) }),
            ("dots", { $0.replacing("-", with: ".").replacing("_", with: ".") }),
            ("blanks", { $0.replacing("-", with: " ").replacing("_", with: " ") }),
        ]
        for (caseName, cased) in cases {
            for (foldName, folded) in folds {
                let names = honest.map { HeaderField(folded(cased($0.name)), $0.value) }
                attempts.append(Attempt(description: "\(caseName), \(foldName)", fields: names))
            }
        }
        for pad in [" ", "\t", "  ", "-", "_", "."] {
            let before = honest.map { HeaderField(pad + $0.name, $0.value) }
            attempts.append(Attempt(description: "padded before by \(pad.debugDescription)", fields: before))
            let behind = honest.map { HeaderField($0.name + pad, $0.value) }
            attempts.append(Attempt(description: "padded behind by \(pad.debugDescription)", fields: behind))
            let value = honest.map { HeaderField($0.name, pad + $0.value + pad) }
            attempts.append(Attempt(description: "value padded by \(pad.debugDescription)", fields: value))
        }
        attempts.append(Attempt(description: "twice", fields: honest + honest))
        attempts.append(Attempt(description: "first empty", fields: honest.map { HeaderField($0.name, "") } + honest))
        attempts.append(Attempt(description: "last empty", fields: honest + honest.map { HeaderField($0.name, "") }))
        attempts.append(
            Attempt(description: "twin", fields: honest + honest.map { HeaderField(twin($0.name), $0.value) })
        )
        attempts.append(Attempt(description: "trailers", trailers: honest))
        attempts.append(Attempt(description: "both", fields: honest, trailers: honest))
        for option in ["Connection", "connection", "CONNECTION"] {
            for list in ["close, %", "%", "%,keep-alive", " % "] {
                let names = honest.map(\.name).joined(separator: ",")
                let field = HeaderField(option, list.replacing("%", with: names))
                attempts.append(Attempt(description: "listed in \(option) \(list)", fields: [field] + honest))
            }
        }
        for name in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"] {
            let claim = HeaderField(name, ForwardingStage.proxyAddress)
            attempts.append(Attempt(description: "claims by \(name)", fields: [claim] + honest))
        }
        return attempts
    }

    private func twin(_ name: String) -> String {
        name.contains("-") ? name.replacing("-", with: "_") : name.replacing("_", with: "-")
    }

    func test_sixty_variants_from_an_untrusted_peer_are_never_an_identity_in_any_dialect() async throws {
        let stage = try ForwardingStage()
        var count = 0
        for dialect in ForwardingDialect.builtIn {
            let honest = try HeaderText.fields(dialect, stage.alice.chain)
            let attempts = attempts(honest)
            XCTAssertEqual(attempts.count, 60)
            for policy in [UntrustedPeerPolicy.refuse, .strip] {
                var forwarding = try stage.forwarding(dialect)
                forwarding.untrustedPeers = policy
                for attempt in attempts {
                    let request = ForwardingRequest(
                        fields: [HeaderField("X-Forwarded-Proto", "https")] + attempt.fields,
                        trailers: attempt.trailers,
                        peer: ForwardingStage.peer(ForwardingStage.untrustedAddress)
                    )
                    let found = await stage.result(forwarding, request)
                    let name = "\(dialect.name), \(policy), \(attempt.description)"
                    XCTAssertNil(found.result.client, name)
                    XCTAssertEqual(found.isRejected, policy == .refuse, name)
                    let expected = policy == .refuse ? FailureCode.forwardingUntrusted : .notHTTPS
                    XCTAssertEqual(found.result.refusalCode, expected, name)
                    let left = attempt.fields.filter { honest.map(\.value).contains($0.value) && !$0.value.isEmpty }
                    for field in left { XCTAssertTrue(forwarding.removes(field.name), "\(name): \(field.name)") }
                    count += 1
                }
            }
        }
        XCTAssertEqual(count, 22 * 60 * 2)
    }

    func test_the_same_request_from_the_proxy_is_the_twin() async throws {
        let stage = try ForwardingStage()
        for dialect in ForwardingDialect.builtIn {
            for name in ["as it is", "lower", "upper"] {
                let fields = try HeaderText.fields(dialect, stage.alice.chain).map { field in
                    HeaderField(
                        name == "lower"
                            ? field.name.lowercased() : name == "upper" ? field.name.uppercased() : field.name,
                        field.value
                    )
                }
                let found = try await stage.result(dialect, fields)
                assertAccepted(found)
            }
        }
    }

    func test_a_header_that_the_proxy_passed_on_with_its_own_is_refused() async throws {
        let stage = try ForwardingStage()
        let bob = try stage.issuing.issue("bob")
        for dialect in ForwardingDialect.builtIn {
            let forwarding = try stage.forwarding(dialect)
            let own = try HeaderText.fields(dialect, stage.alice.chain)
            let sent = try HeaderText.fields(dialect, bob.chain)
            let smuggled = sent.map { HeaderField(twin($0.name), $0.value) }
            for (fields, code) in [
                (smuggled + own, FailureCode.forwardingUntrusted), (own + smuggled, .forwardingUntrusted),
                (sent + own, .malformed), (own + sent, .malformed),
            ] {
                let found = await stage.result(forwarding, ForwardingStage.fromProxy(fields))
                XCTAssertEqual(found.result.refusalCode, code, dialect.name)
                XCTAssertTrue(found.isRejected, dialect.name)
            }
            assertAccepted(try await stage.result(dialect, own))
        }
    }

    func test_the_message_names_the_spelling() throws {
        let stage = try ForwardingStage()
        let fields = [HeaderField("X_Client.Cert", "x")]
        let decision = try stage.forwarding(.unverified(.aspnet())).decide(ForwardingStage.fromProxy(fields))
        guard case .rejected(let error) = decision else { return XCTFail("not rejected") }
        XCTAssertEqual(
            "\(error)",
            "forwarding-untrusted: dialect aspnet, header X_Client.Cert: "
                + "another spelling of X-Client-Cert, which the proxy neither sets nor removes"
        )
    }

    func test_a_proxys_request_that_lists_a_header_in_connection_is_rejected() async throws {
        let stage = try ForwardingStage()
        for dialect in ForwardingDialect.builtIn {
            let forwarding = try stage.forwarding(dialect)
            for listed in [dialect.headers[0], twin(dialect.headers[0]), twin(dialect.schemeHeader)] {
                var request = ForwardingStage.fromProxy(try HeaderText.fields(dialect, stage.alice.chain))
                request.fields.append(HeaderField("Connection", "close, \(listed)"))
                let found = await stage.result(forwarding, request)
                XCTAssertTrue(found.isRejected, "\(dialect.name) \(listed)")
                XCTAssertEqual(found.result.refusalCode, .forwardingUntrusted)
            }
            var harmless = ForwardingStage.fromProxy(try HeaderText.fields(dialect, stage.alice.chain))
            harmless.fields.append(HeaderField("Connection", "close, te"))
            let found = await stage.result(forwarding, harmless)
            assertAccepted(found.result)
        }
    }

    func test_trailers_of_a_proxys_request_are_rejected() async throws {
        let stage = try ForwardingStage()
        let forwarding = try stage.forwarding(.unverified(.aspnet()))
        for name in ["X-Client-Cert", "client_cert", "X-Forwarded-Proto"] {
            var request = ForwardingStage.fromProxy(try HeaderText.fields(.unverified(.aspnet()), stage.alice.chain))
            request.trailers = [HeaderField(name, "x")]
            let found = await stage.result(forwarding, request)
            XCTAssertTrue(found.isRejected, name)
            request.trailers = [HeaderField("Server-Timing", "x")]
            let harmless = await stage.result(forwarding, request)
            assertAccepted(harmless.result)
        }
    }
}
