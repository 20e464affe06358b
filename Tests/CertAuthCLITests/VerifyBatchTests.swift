// SPDX-License-Identifier: Apache-2.0
// `certauth verify --batch`: one output line for each input line, whatever the line contains.

import CertAuth
import CertAuthCLI
import CertAuthTesting
import Foundation
import XCTest

final class VerifyBatchTests: XCTestCase {
    private func line(_ id: String, _ changes: [String: Any], _ world: PKIInFolder) throws -> String {
        let root = try Certificate.load(file: world.path("root.pem"))
        let intermediate = try Certificate.load(file: world.path("intermediate.pem"))
        let alice = try Certificate.load(file: world.path("alice.pem"))
        var fields: [String: Any] = [
            "id": id, "mode": "path", "purpose": "client", "trusted_certs": root.map(Self.base64),
            "untrusted_intermediates": intermediate.map(Self.base64), "peer_certificate": alice.map(Self.base64)[0],
            "crls": try CertificateRevocationList.load(file: world.path("crls.pem")).map {
                Data($0.derEncoded).base64EncodedString()
            },
            "ocsp": [String](), "revocation": "none", "validation_time": "2026-01-15T00:00:00Z",
            "max_revocation_age": NSNull(), "policy_processing": false, "initial_policy_set": ["2.5.29.32.0"],
            "initial_explicit_policy": false, "initial_policy_mapping_inhibit": false,
            "initial_inhibit_any_policy": false, "max_chain_depth": NSNull(), "security_level": 2,
        ]
        for (name, value) in changes { fields[name] = value }
        return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
    }

    private static func base64(_ certificate: Certificate) -> String {
        Data(certificate.derEncoded).base64EncodedString()
    }

    func test_most_fields_of_a_case_affect_the_verdict() throws {
        let world = try PKIInFolder()
        let alice = try world.issue("alice") { $0.emails = ["alice@example.com"] }
        let cases: [(changes: [String: Any], code: String?, status: String?)] = [
            ([:], nil, nil),
            (["untrusted_intermediates": [String]()], "untrusted", nil),
            (["untrusted_intermediates": ["AAAA"]], "untrusted", nil),
            (["trusted_certs": ["AAAA"]], "untrusted", nil),
            (["peer_certificate": "AAAA"], "malformed", nil),
            (["peer_certificate": "no base64"], "malformed", nil),
            (["peer_certificate": ""], "malformed", nil),
            (["validation_time": "2027-01-15T00:00:00.500Z"], "expired", nil),
            (["validation_time": "today"], "malformed", nil),
            (["revocation": "crl-all"], nil, "GOOD"),
            (["revocation": "crl-leaf", "crls": [String]()], "revocation-unknown", "UNKNOWN"),
            (["revocation": "crl-all", "max_revocation_age": 86_400], "revocation-unknown", "UNKNOWN"),
            (["revocation": "crl-all", "max_revocation_age": 14 * 86_400], nil, "GOOD"),
            (["revocation": "ocsp-leaf"], "revocation-unknown", "UNKNOWN"),
            (["mode": "unit", "revocation": "crl-leaf"], nil, "GOOD"),
            (["max_chain_depth": 0], "path-too-long", nil),
            (["max_chain_depth": 1], nil, nil),
            (["initial_explicit_policy": true], "policy", nil),
        ]
        for (changes, code, status) in cases {
            let answer = try Answer(BatchValidator().answer(BatchLine(try line("x", changes, world))).json.compact)
            XCTAssertEqual(answer.id, "x")
            XCTAssertEqual(answer.error?.code, code, "\(changes)")
            XCTAssertEqual(answer.status, status, "\(changes)")
            XCTAssertEqual(answer.result, code == nil ? "accept" : "reject")
        }
        let answer = try Answer(BatchValidator().answer(BatchLine(try line("x", [:], world))).json.compact)
        XCTAssertEqual(answer.chain.count, 3)
        XCTAssertEqual(answer.chain.first, alice.sha256Thumbprint.hexadecimal)
        XCTAssertEqual(
            answer.identity,
            Answer.Identity(subject: "CN=alice", san: [Answer.Name(type: "email", value: "alice@example.com")])
        )
    }

    /// Each field, with a value by which the path is accepted, and one by which it is refused.
    func test_fields_about_usage_strength_policies_and_responses_affect_the_verdict() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let gold = try XCTUnwrap(OID(dotted: "1.2.3.1"))
        let silver = try XCTUnwrap(OID(dotted: "1.2.3.2"))
        let root = try TestAuthority("Root")
        func users(_ extensions: [ExtensionTemplate] = []) throws -> TestAuthority {
            try root.intermediate("Users") { $0.extensions += extensions }
        }
        let plain = try users()
        let person = try plain.issue("person")
        let server = try plain.issue("server", .server(dnsNames: ["a.test"]))
        let old = try plain.issue("old") { $0.signatureScheme = .ecdsaSHA1 }
        let mapping = try users([.certificatePolicies([gold]), .policyMappings([(issuer: gold, subject: silver)])])
        let any = try users([.certificatePolicies([.anyPolicy])])
        let goldUsers = try users([.certificatePolicies([gold])])
        func holder(of policy: OID, _ authority: TestAuthority) throws -> TestIdentity {
            try authority.issue("person") { $0.extensions.append(.certificatePolicies([policy])) }
        }
        let explicit: [String: Any] = ["initial_explicit_policy": true]
        let good = Data(try plain.ocspResponse(for: person)).base64EncodedString()
        let hourAgo = Timestamp.now.adding(seconds: -3_600)
        let revoked = Data(try plain.ocspResponse(for: person, .revoked(at: hourAgo))).base64EncodedString()
        let cases: [Pair] = [
            Pair(plain, server, "purpose", "any", "client", "wrong-usage"),
            Pair(plain, old, "security_level", 0, 2, "weak-signature"),
            Pair(plain, person, "ocsp", [good], [revoked], "revoked", besides: ["revocation": "ocsp-leaf"]),
            Pair(
                goldUsers,
                try holder(of: gold, goldUsers),
                "initial_policy_set",
                ["1.2.3.1"],
                ["1.2.3.2"],
                "policy",
                besides: explicit
            ),
            Pair(
                mapping,
                try holder(of: silver, mapping),
                "initial_policy_mapping_inhibit",
                false,
                true,
                "policy",
                besides: explicit
            ),
            Pair(
                any,
                try holder(of: gold, any),
                "initial_inhibit_any_policy",
                false,
                true,
                "policy",
                besides: explicit
            ),
        ]
        for pair in cases {
            var changes: [String: Any] = [
                "trusted_certs": [Self.base64(try root.certificate)],
                "untrusted_intermediates": [Self.base64(try pair.authority.certificate)],
                "peer_certificate": Self.base64(try pair.leaf.certificate), "crls": [String](),
                "validation_time": "\(Timestamp.now)",
            ]
            changes.merge(pair.besides) { $1 }
            for (value, code) in [(pair.accepted, nil), (pair.refused, pair.code)] as [(Any, String?)] {
                changes[pair.field] = value
                let answer = BatchValidator().answer(BatchLine(try line("x", changes, world)))
                XCTAssertEqual(try Answer(answer.json.compact).error?.code, code, "\(pair.field) \(value)")
            }
        }
    }

    /// A path, and two values of one field that differ in the verdict.
    private struct Pair {
        let authority: TestAuthority
        let leaf: TestIdentity
        let field: String
        let accepted: Any
        let refused: Any
        let code: String
        let besides: [String: Any]

        init(
            _ authority: TestAuthority,
            _ leaf: TestIdentity,
            _ field: String,
            _ accepted: Any,
            _ refused: Any,
            _ code: String,
            besides: [String: Any] = [:]
        ) {
            self.authority = authority
            self.leaf = leaf
            self.field = field
            self.accepted = accepted
            self.refused = refused
            self.code = code
            self.besides = besides
        }
    }

    /// A person's certificate under an authority constrained to a domain.
    func test_common_names_are_constrained_only_by_a_flag_or_a_cases_field() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let root = try TestAuthority("Root")
        let users = try root.intermediate("Users") {
            $0.extensions.append(.nameConstraints(permitted: [.dns("corp.example")]))
        }
        let person = try users.issue("john.smith")
        let changes: [String: Any] = [
            "trusted_certs": [Self.base64(try root.certificate)],
            "untrusted_intermediates": [Self.base64(try users.certificate)],
            "peer_certificate": Self.base64(try person.certificate),
            "validation_time": "\(try person.certificate.validity.notBefore)",
        ]
        let cases: [(flag: Bool, member: Any, code: String?)] = [
            (false, NSNull(), nil), (true, NSNull(), "name-not-permitted"), (false, true, "name-not-permitted"),
            (true, false, nil),
        ]
        for (flag, member, code) in cases {
            let judge = BatchValidator(profile: .rfc5280, constrainsCommonNames: flag)
            let line = try line("x", changes.merging(["constrain_common_names": member]) { $1 }, world)
            let answer = try Answer(judge.answer(BatchLine(line)).json.compact)
            XCTAssertEqual(answer.error?.code, code, "\(flag) \(member)")
            let flags = flag ? ["--constrain-common-names"] : []
            let outcome = try Program.run(
                Program.certauth,
                ["verify", "--batch", "--profile", "rfc5280"] + flags,
                input: line
            )
            XCTAssertEqual(try Answer(try XCTUnwrap(outcome.lines.first)).error?.code, code, "\(flag) \(member)")
        }
        // The strict profile always constrains common names.
        let strict = try line("x", changes.merging(["constrain_common_names": false]) { $1 }, world)
        XCTAssertEqual(
            try Answer(BatchValidator().answer(BatchLine(strict)).json.compact).error?.code,
            "name-not-permitted"
        )
    }

    func test_each_line_is_answered_even_if_it_is_not_a_case() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let input = [
            try line("good", [:], world), #"{"id":"half","mode":"path"}"#, "no JSON at all", "", "[1,2]",
            #"{"id":"odd","trusted_certs":3,"peer_certificate":""}"#, #"{"id":7}"#,
            try line("mode", ["mode": "sideways"], world), try line("last", [:], world),
        ]
        let outcome = try Program.run("verify", "--batch", input: input.joined(separator: "\n"))
        XCTAssertEqual(outcome.status, 0)
        let answers = try outcome.lines.map { try Answer($0) }
        XCTAssertEqual(answers.map(\.id), ["good", "half", nil, nil, "odd", nil, "mode", "last"])
        XCTAssertEqual(
            answers.map(\.error?.message),
            [
                nil, "not a case: trusted_certs is missing", "not a case: the line is not JSON",
                "not a case: the line is not a JSON object", "not a case: trusted_certs has the wrong type",
                "not a case: id has the wrong type", "not a case: mode has an unknown value", nil,
            ]
        )
    }

    func test_the_bettertls_suite_is_answered_completely_and_correctly() throws {
        let root = ProcessInfo.processInfo.environment["CERTAUTH_VECTORS"] ?? "../shared/conformance"
        let file = URL(fileURLWithPath: "\(root)/suites/bettertls-path.json")
        guard let data = try? Data(contentsOf: file) else {
            throw XCTSkip("no test vectors at \(root): set CERTAUTH_VECTORS, see Docs/Conformance.md")
        }
        let suite = try XCTUnwrap(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cases = try XCTUnwrap(suite["testcases"] as? [[String: Any]])
        let input = try cases.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) }
        let outcome = try Program.run("verify", "--batch", input: input.joined(separator: "\n"))
        let results = try outcome.lines.map { try Answer($0).result }
        XCTAssertEqual(
            results,
            cases.map { ($0["expected_result"] as? String) == "SUCCESS" ? "accept" : "reject" }
        )
    }
}
