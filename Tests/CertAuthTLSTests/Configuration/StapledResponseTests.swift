// SPDX-License-Identifier: Apache-2.0
// OCSP stapling: which response a client receives, and the findings about those that it does not receive.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class StapledResponseTests: XCTestCase {
    func test_a_client_that_asks_receives_the_response_about_the_certificate_that_it_receives() async throws {
        let world = try StapleWorld()
        let first = try world.authority.ocspResponse(for: world.first)
        let second = try world.authority.ocspResponse(for: world.second, digest: .sha256)
        let configuration = try world.configuration(stapling: first, second: second)
        XCTAssertEqual(world.codes(configuration), [])
        let context = try world.context(configuration)
        for version in TLSVersion.allCases {
            let own = try await world.staple(context, version, algorithms: "ECDSA+SHA256")
            XCTAssertEqual(own, first, "\(version)")
            let other = try await world.staple(context, version, algorithms: "ed25519")
            XCTAssertEqual(other, second, "\(version)")
            let unasked = try await world.staple(context, version, asking: false)
            XCTAssertNil(unasked)
        }
        let half = try world.context(try world.configuration(second: second))
        for version in TLSVersion.allCases {
            let none = try await world.staple(half, version, algorithms: "ECDSA+SHA256")
            XCTAssertNil(none)
            let other = try await world.staple(half, version, algorithms: "ed25519")
            XCTAssertEqual(other, second, "\(version)")
        }
    }

    func test_each_name_staples_for_its_own_certificate() async throws {
        let world = try StapleWorld()
        let own = try world.authority.issue("a.test", .server(dnsNames: ["localhost", "a.test"]))
        let responses = try [world.first, own].map { try world.authority.ocspResponse(for: $0) }
        var configuration = try world.configuration(stapling: responses[0])
        var policy = ServerNamePolicy("a.test")
        policy.identity = try own.server(stapling: responses[1])
        var plain = ServerNamePolicy("b.test")
        plain.identity = try own.server()
        configuration.namedPolicies = [policy, plain]
        configuration.unnamedClients = .servedByDefault
        let context = try world.context(configuration)
        for version in TLSVersion.allCases {
            let byDefault = try await world.staple(context, version, algorithms: "ECDSA+SHA256")
            XCTAssertEqual(byDefault, responses[0])
            let named = try await world.staple(context, version, serverName: "a.test")
            XCTAssertEqual(named, responses[1])
            let without = try await world.staple(context, version, serverName: "b.test")
            XCTAssertNil(without)
        }
    }

    func test_a_response_is_stapled_only_while_it_is_current() async throws {
        let world = try StapleWorld()
        // Times in responses have whole seconds.
        let now = Timestamp(secondsSince1970: world.clock.now.secondsSince1970)
        world.clock.set(to: now)
        let response = try world.authority.ocspResponse(for: world.first) { template in
            template.responses[0].nextUpdate = .generalizedTime(now.adding(seconds: 3_600))
        }
        let configuration = try world.configuration(stapling: response)
        let context = try world.context(configuration)
        XCTAssertEqual(world.codes(configuration), [])
        for version in TLSVersion.allCases {
            let current = try await world.staple(context, version)
            XCTAssertEqual(current, response)
        }
        world.clock.advance(by: .seconds(3_600))
        let last = try await world.staple(context)
        XCTAssertEqual(last, response)
        world.clock.advance(by: .seconds(1))
        for version in TLSVersion.allCases {
            let stale = try await world.staple(context, version)
            XCTAssertNil(stale)
            world.clock.advance(by: .seconds(600))
        }
        let warnings = world.log.lines.filter { $0.metadata["certauth.finding"] == "staple-stale" }
        XCTAssertEqual(warnings.map(\.level), ["warning"])
        XCTAssertTrue(warnings[0].message.contains("CN=localhost (P-256) has ended"), warnings[0].message)
        XCTAssertEqual(world.codes(configuration), ["warning staple-stale"])
        // A reload with a new response, and one with the stale one.
        let fresh = try world.authority.ocspResponse(for: world.first)
        try context.reload(try world.configuration(stapling: fresh))
        let replaced = try await world.staple(context)
        XCTAssertEqual(replaced, fresh)
        try context.reload(configuration)
        let former = try await world.staple(context)
        XCTAssertNil(former)
        // The clock is set back before thisUpdate.
        world.clock.set(to: now.adding(seconds: -86_400))
        let early = try await world.staple(context)
        XCTAssertNil(early)
        world.clock.set(to: now)
        let again = try await world.staple(context)
        XCTAssertEqual(again, response)
    }

    func test_a_good_response_is_not_stapled_if_the_evidence_reports_a_revocation() async throws {
        let world = try StapleWorld()
        let good = try world.authority.ocspResponse(for: world.first)
        let revoked = try world.authority.ocspResponse(for: world.first, .revoked(at: world.clock.now, reason: nil))
        let stranger = try TestAuthority("Server Root", clock: world.clock.verificationClock)
        let forged = try stranger.ocspResponse(for: world.first, .revoked(at: world.clock.now, reason: nil))
        for (evidence, isStapled) in [([revoked], false), ([good], true), ([forged], true), ([], true)] {
            let configuration = try world.configuration(stapling: good, world.authenticator(evidence))
            let found = try await world.staple(try world.context(configuration))
            XCTAssertEqual(found, isStapled ? good : nil)
            XCTAssertEqual(world.codes(configuration).contains("warning server-certificate-revoked"), !isStapled)
        }
    }

    func test_a_response_that_clients_would_refuse_is_not_stapled() async throws {
        let world = try StapleWorld()
        let (root, now) = (world.authority, world.clock.now)
        let stranger = try TestAuthority("Server Root", clock: world.clock.verificationClock)
        let delegated = try root.issue("responder", .ocspResponder)
        let unauthorized = try root.issue("responder")
        let foreign = try stranger.issue("responder", .ocspResponder)
        let cases: [(name: String, response: [UInt8], finding: String?)] = [
            ("good", try root.ocspResponse(for: world.first), nil),
            ("delegated", try root.ocspResponse(for: world.first, responder: delegated), nil),
            ("another certificate", try root.ocspResponse(for: world.second), "staple-unusable"),
            ("revoked", try root.ocspResponse(for: world.first, .revoked(at: now)), "server-certificate-revoked"),
            ("unknown", try root.ocspResponse(for: world.first, .unknown), "staple-unusable"),
            (
                "another authority of the name", try stranger.ocspResponse(for: world.first), "staple-unusable"
            ),
            (
                "another key",
                try root.ocspResponse(for: world.first) { $0.signingKey = stranger.key }, "staple-unusable"
            ),
            (
                "a revocation by another key",
                try root.ocspResponse(for: world.first, .revoked(at: now)) { $0.signingKey = stranger.key },
                "staple-unusable"
            ),
            ("no responder", try root.ocspResponse(for: world.first, responder: unauthorized), "staple-unusable"),
            ("a responder of another", try root.ocspResponse(for: world.first, responder: foreign), "staple-unusable"),
            (
                "stale",
                try root.ocspResponse(for: world.first) {
                    $0.responses[0].nextUpdate = .generalizedTime(now.adding(seconds: -1))
                }, "staple-stale"
            ),
            (
                "early",
                try root.ocspResponse(for: world.first) {
                    $0.responses[0].thisUpdate = .generalizedTime(now.adding(seconds: 3_600))
                }, "staple-stale"
            ),
            (
                "larger than a record",
                try root.ocspResponse(for: world.first) {
                    $0.certificates = [[0x30, 0x82, 0x40, 0] + [UInt8](repeating: 0, count: 16_384)]
                }, "staple-unusable"
            ),
            (
                "without an end, and old",
                try root.ocspResponse(for: world.first) {
                    $0.responses[0].thisUpdate = .generalizedTime(now.adding(seconds: -3_600))
                    $0.responses[0].nextUpdate = nil
                }, "staple-stale"
            ),
        ]
        for (name, response, finding) in cases {
            let configuration = try world.configuration(stapling: response)
            XCTAssertEqual(world.codes(configuration), finding.map { ["warning \($0)"] } ?? [], name)
            let context = try world.context(configuration)
            for version in TLSVersion.allCases {
                let received = try await world.staple(context, version, algorithms: "ECDSA+SHA256")
                XCTAssertEqual(received, finding == nil ? response : nil, name)
            }
        }
    }

    func test_the_certificate_of_a_responder_must_be_current_too() async throws {
        let world = try StapleWorld()
        let end = world.clock.now.adding(seconds: 600)
        let responder = try world.authority.issue("responder", .ocspResponder) { $0.notAfter = .automatic(end) }
        let response = try world.authority.ocspResponse(for: world.first, responder: responder)
        let context = try world.context(try world.configuration(stapling: response))
        let current = try await world.staple(context)
        XCTAssertEqual(current, response)
        world.clock.advance(by: .seconds(601))
        let late = try await world.staple(context)
        XCTAssertNil(late)
    }

    func test_without_the_issuer_the_response_is_stapled_with_a_notice() async throws {
        let world = try StapleWorld()
        let other = try TestAuthority("Client Root", clock: world.clock.verificationClock)
        let authenticator = try world.authenticator(trusting: other.anchor)
        let (root, now) = (world.authority, world.clock.now)
        let cases: [(response: [UInt8], isStapled: Bool, findings: [String])] = [
            (try root.ocspResponse(for: world.first), true, ["notice staple-not-verified"]),
            (try root.ocspResponse(for: world.second), false, ["warning staple-unusable"]),
            (try root.ocspResponse(for: world.first, .unknown), false, ["warning staple-unusable"]),
            (
                try root.ocspResponse(for: world.first, .revoked(at: now)), false,
                ["warning server-certificate-revoked"]
            ),
            (
                try root.ocspResponse(for: world.first) {
                    $0.responses[0].nextUpdate = .generalizedTime(now.adding(seconds: -1))
                }, false, ["warning staple-stale"]
            ),
        ]
        for (response, isStapled, findings) in cases {
            let configuration = try world.configuration(stapling: response, authenticator)
            XCTAssertEqual(world.codes(configuration).filter { $0 != "notice server-chain-incomplete" }, findings)
            let received = try await world.staple(try world.context(configuration), algorithms: "ECDSA+SHA256")
            XCTAssertEqual(received, isStapled ? response : nil, "\(findings)")
        }
    }

    func test_a_response_in_the_revocation_evidence_is_stapled_if_none_was_given() async throws {
        let world = try StapleWorld()
        let now = world.clock.now
        let held = try world.authority.ocspResponse(for: world.first)
        let authenticator = try world.authenticator([held])
        let context = try world.context(try world.configuration(authenticator))
        for version in TLSVersion.allCases {
            let received = try await world.staple(context, version, algorithms: "ECDSA+SHA256")
            XCTAssertEqual(received, held)
            let other = try await world.staple(context, version, algorithms: "ed25519")
            XCTAssertNil(other)
        }
        // Newer evidence is noticed within a minute, for the other certificate too.
        let newer = try world.authority.ocspResponse(for: world.first) { template in
            template.producedAt = .generalizedTime(now)
            template.responses[0].thisUpdate = .generalizedTime(now)
        }
        let second = try world.authority.ocspResponse(for: world.second)
        authenticator.revocationEvidence = try world.evidence([newer, second])
        world.clock.advance(by: .seconds(59))
        let early = try await world.staple(context, algorithms: "ed25519")
        XCTAssertNil(early)
        world.clock.advance(by: .seconds(1))
        let received = try await world.staple(context, algorithms: "ECDSA+SHA256")
        XCTAssertEqual(received, newer)
        let late = try await world.staple(context, algorithms: "ed25519")
        XCTAssertEqual(late, second)
        // A response that was given takes precedence while it may be stapled.
        try context.reload(try world.configuration(stapling: held, authenticator))
        let given = try await world.staple(context, algorithms: "ECDSA+SHA256")
        XCTAssertEqual(given, held)
        let unusable = try world.authority.ocspResponse(for: world.first, .unknown)
        try context.reload(try world.configuration(stapling: unusable, authenticator))
        let instead = try await world.staple(context, algorithms: "ECDSA+SHA256")
        XCTAssertEqual(instead, newer)
        // One that says revoked is not replaced by an older good one.
        let revoked = try world.authority.ocspResponse(for: world.first, .revoked(at: now))
        try context.reload(try world.configuration(stapling: revoked, authenticator))
        let none = try await world.staple(context, algorithms: "ECDSA+SHA256")
        XCTAssertNil(none)
    }

    func test_a_certificate_that_must_be_stapled_has_a_finding_without_a_response() async throws {
        let world = try StapleWorld()
        // SEQUENCE OF INTEGER, RFC 7633: 5 is status_request.
        func identity(_ features: [UInt8]) throws -> TestIdentity {
            try world.authority.issue("must", .server(dnsNames: ["localhost"])) {
                $0.extensions.append(ExtensionTemplate(.tlsFeature, value: features))
            }
        }
        func codes(_ identity: TestIdentity, _ response: [UInt8]?, held: [[UInt8]] = []) throws -> [String] {
            var configuration = try world.configuration(try world.authenticator(held))
            configuration.identity = try identity.server(stapling: response)
            configuration.additionalIdentities = []
            return world.codes(configuration)
        }
        let must = try identity([0x30, 3, 2, 1, 5])
        let response = try world.authority.ocspResponse(for: must)
        XCTAssertEqual(try codes(must, nil), ["warning must-staple-without-response"])
        XCTAssertEqual(try codes(must, response), [])
        XCTAssertEqual(try codes(must, nil, held: [response]), [])
        XCTAssertEqual(
            try codes(must, try world.authority.ocspResponse(for: must, .unknown)),
            ["warning staple-unusable", "warning must-staple-without-response"]
        )
        XCTAssertEqual(
            try codes(try identity([0x30, 6, 2, 1, 17, 2, 1, 5]), nil),
            ["warning must-staple-without-response"]
        )
        XCTAssertEqual(try codes(try identity([0x30, 3, 2, 1, 17]), nil), [])
        XCTAssertEqual(try codes(try identity([0x30, 0x80]), nil), [])
    }

    func test_sessions_are_resumed_with_a_staple() async throws {
        let world = try SessionWorld()
        let judge = try world.authenticator()
        let (tickets, cache) = (try world.sharedTickets(), try world.cache())
        let own = try world.server.authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let response = try world.server.authority.ocspResponse(for: own)
        for kind in SessionKind.allCases {
            func connect(_ session: TLSSession?, stapling response: [UInt8]?) async throws -> ObservedConnection {
                let identity = try own.server(stapling: response)
                return try await world.connect(
                    kind,
                    judge,
                    tickets,
                    cache,
                    identity: world.alice,
                    session: session,
                    asksForStaple: true
                ) { $0.identity = identity }
            }
            let first = try await connect(nil, stapling: response)
            // A new staple does not end sessions.
            let again = try await connect(first.session, stapling: nil)
            XCTAssertTrue(again.isResumed, "\(kind): \(again.errors)")
            let stapled = try await connect(first.session, stapling: response)
            XCTAssertTrue(stapled.isResumed, "\(kind): \(stapled.errors)")
        }
    }

    func test_bytes_that_are_no_response_are_refused_before_a_handshake() throws {
        for bytes in [[], [0x30, 0], [UInt8](repeating: 0x30, count: 100)] {
            XCTAssertThrowsError(try OCSPResponse(derEncoded: bytes))
        }
        XCTAssertThrowsError(try OCSPResponse(derEncoded: [UInt8](repeating: 0, count: OCSPResponse.sizeLimit + 1))) {
            XCTAssertEqual($0 as? OCSPResponseError, .tooLarge)
        }
        // tryLater.
        XCTAssertThrowsError(try OCSPResponse(derEncoded: [0x30, 3, 0x0A, 1, 3])) {
            XCTAssertEqual($0 as? OCSPResponseError, .notSuccessful(.tryLater))
        }
    }
}
