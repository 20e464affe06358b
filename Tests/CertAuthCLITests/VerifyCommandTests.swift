// SPDX-License-Identifier: Apache-2.0
// `certauth verify` as a process: exit codes and output.

import CertAuth
import CertAuthCLI
import CertAuthTesting
import XCTest

final class VerifyCommandTests: XCTestCase {
    private let moment = "2026-06-01T00:00:00Z"

    func test_a_good_path_is_accepted_and_drawn_with_the_root_on_top() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let outcome = try Program.run(
            "verify",
            "--leaf",
            world.path("alice.chain.pem"),
            "--trust",
            world.path("root.pem"),
            "--time",
            moment
        )
        XCTAssertEqual(outcome.status, 0)
        XCTAssertEqual(outcome.errors, "")
        let skipped = "revocation: not checked: not requested (--crl, --revocation)"
        XCTAssertEqual(
            outcome.lines,
            [
                "accepted: CN=alice, checked for 2026-06-01T00:00:00Z, valid until 2027-01-01T00:00:00Z",
                "",
                "path 1 of 1: valid",
                "  ✓ CN=CertAuth Development Root  2 anchor, P-256, until 2035-12-30T00:00:00Z",
                "  │   \(skipped)",
                "  └── ✓ CN=CertAuth Development Issuing  1 intermediate, P-256, until 2030-12-31T00:00:00Z",
                "      │   \(skipped)",
                "      └── ✓ CN=alice  0 leaf, P-256, until 2027-01-01T00:00:00Z",
                "              \(skipped)",
            ]
        )
    }

    func test_a_leaf_without_its_intermediate_is_refused_as_untrusted() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let refused = try Program.run(
            "verify",
            "--leaf",
            world.path("alice.pem"),
            "--trust",
            world.path("root.pem"),
            "--time",
            moment
        )
        XCTAssertEqual(refused.status, 1)
        let reason =
            "CN=alice: its issuer CN=CertAuth Development Issuing is neither a trust anchor nor among the known"
            + " certificates"
        XCTAssertEqual(
            refused.lines,
            [
                "refused: untrusted, checked for 2026-06-01T00:00:00Z",
                "  \(reason)",
                "  remedy: \(FailureCode.untrusted.reference.remedy)",
                "",
                "path 1 of 1: 1 finding",
                "  ? CN=CertAuth Development Issuing  not known",
                "  └── ✗ CN=alice  0 leaf, P-256, until 2027-01-01T00:00:00Z",
                "          [1] untrusted: \(reason) (RFC 5280 §6.1.3 (a)(4))",
            ]
        )
        let accepted = try Program.run(
            "verify",
            "--leaf",
            world.path("alice.pem"),
            "--trust",
            world.path("root.pem"),
            "--untrusted",
            world.path("intermediate.pem"),
            "--time",
            moment
        )
        XCTAssertEqual(accepted.status, 0)
    }

    func test_each_flag_affects_the_verdict() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        try world.issue("server") { $0.purposes = [.serverAuth] }
        let trust = ["--trust", world.path("root.pem")]
        let alice = ["--leaf", world.path("alice.chain.pem")] + trust
        let server = ["--leaf", world.path("server.chain.pem")] + trust
        let now = ["--time", moment]
        let cases: [(arguments: [String], code: String?)] = [
            (alice + now, nil),
            (alice + ["--time", "2027-01-01T00:00:00Z"], nil),
            (alice + ["--time", "2027-01-01T00:00:01Z"], "expired"),
            (alice + ["--time", "2025-12-31T22:59:59Z"], "not-yet-valid"),
            (server + now, "wrong-usage"),
            (server + now + ["--purpose", "any"], nil),
            (alice + now + ["--max-intermediates", "1"], nil),
            (alice + now + ["--max-intermediates", "0"], "path-too-long"),
            (alice + now + ["--revocation", "crl-leaf"], "revocation-unknown"),
            (alice + ["--crl", world.path("crls.pem"), "--time", "2026-01-15T00:00:00Z"], nil),
            (alice + ["--crl", world.path("crls.pem")] + now, "revocation-unknown"),
            (
                alice + [
                    "--crl", world.path("intermediate.crl.pem"), "--revocation", "crl-leaf", "--time",
                    "2026-01-15T00:00:00Z",
                ],
                nil
            ),
            (
                alice + ["--crl", world.path("intermediate.crl.pem"), "--time", "2026-01-15T00:00:00Z"],
                "revocation-unknown"
            ),
            (alice + now + ["--policy", "1.2.3.4"], "policy"),
        ]
        for (arguments, code) in cases {
            let outcome = try Program.run(Program.certauth, ["verify", "--json"] + arguments)
            XCTAssertEqual(outcome.status, code == nil ? 0 : 1, arguments.joined(separator: " "))
            XCTAssertEqual(try Answer(outcome.output).error?.code, code, arguments.joined(separator: " "))
        }
    }

    func test_a_revoked_certificate_is_refused_with_the_date_and_the_list() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        try world.pki.revoke("alice", reason: .keyCompromise)
        let outcome = try Program.run(
            "verify",
            "--json",
            "--leaf",
            world.path("alice.chain.pem"),
            "--trust",
            world.path("root.pem"),
            "--crl",
            world.path("crls.pem"),
            "--time",
            "2026-01-15T00:00:00Z"
        )
        XCTAssertEqual(outcome.status, 1)
        let answer = try Answer(outcome.output)
        XCTAssertEqual(answer.result, "reject")
        XCTAssertEqual(answer.status, "REVOKED")
        XCTAssertEqual(
            answer.error,
            Answer.Failure(
                code: "revoked",
                depth: 0,
                message: "CN=alice: revoked at 2026-01-01T00:00:00Z for reason 1 by CRL 2 of "
                    + "CN=CertAuth Development Issuing of 2026-01-01T00:00:00Z"
            )
        )
        XCTAssertEqual(answer.paths?.first?.certificates.map(\.revocation?.status), ["REVOKED", "GOOD", "NOT-CHECKED"])
    }

    func test_self_signed_certificates_need_their_pin() throws {
        let directory = try TemporaryDirectory()
        let box = try TestIdentity.selfSigned("box")
        let file = try directory.write(try box.certificatePEM(), as: "box.pem")
        let pin = try box.certificate.sha256Thumbprint.hexadecimal
        let other = String(repeating: "0", count: 64)
        let types = ["verify", "--leaf", file, "--types", "self-signed"]
        XCTAssertEqual(try Program.run(Program.certauth, types + ["--pin", pin]).status, 0)
        let refused = try Program.run(Program.certauth, types + ["--pin", other, "--json"])
        XCTAssertEqual(try Answer(refused.output).error?.code, "untrusted")
        let unnamed = try Program.run(Program.certauth, types)
        XCTAssertEqual(unnamed.status, 2)
        XCTAssertEqual(
            unnamed.errors,
            "certauth: error: self-signed certificates are allowed, but none is named\n"
                + "hint: give --pin SHA256HEX for each\n"
        )
    }

    func test_malformed_input_is_refused_and_names_the_file() throws {
        let world = try PKIInFolder()
        let der = try world.issue("alice").derEncoded
        let trust = [
            "--trust", world.path("root.pem"), "--untrusted", world.path("intermediate.pem"), "--time", moment,
        ]
        let files = [
            try world.directory.write(der, as: "good.der"),
            try world.directory.write(der + [0], as: "trailing.der"),
            try world.directory.write(Array(der.dropLast()), as: "short.der"),
            try world.directory.write("no certificate", as: "text.pem"),
        ]
        let outcomes = try files.map { try Program.run(Program.certauth, ["verify", "--json", "--leaf", $0] + trust) }
        XCTAssertEqual(outcomes.map(\.status), [0, 1, 1, 1])
        XCTAssertEqual(
            try outcomes.map { try Answer($0.output).error?.code },
            [nil, "malformed", "malformed", "malformed"]
        )
        XCTAssertEqual(
            try Answer(outcomes[3].output).error?.message,
            "\(files[3]): neither PEM, DER nor PKCS #12, expected a certificate"
        )
    }

    func test_usage_errors_are_explained_on_standard_error() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let leaf = ["verify", "--leaf", world.path("alice.pem")]
        let whole = leaf + ["--trust", world.path("root.pem")]
        let missing = world.path("missing.pem")
        let cases: [(arguments: [String], errors: String)] = [
            (["verify"], "error: --leaf is missing\nhint: see `certauth help verify`"),
            (leaf, "error: --trust is missing: a path must end at a trust anchor\nhint: give --trust root.pem"),
            (
                ["verify", "--leaf", missing, "--trust", missing],
                "error: \(missing): can't be read: No such file or directory\nhint: check the path and its permissions"
            ),
            (whole + ["--frobnicate"], "error: unknown option '--frobnicate'\nhint: see `certauth help verify`"),
            (
                whole + ["--types", "odd"],
                "error: --types odd: not a valid value\n"
                    + "hint: please provide one of 'chained', 'self-signed' or 'all'\nhint: see `certauth help verify`"
            ),
            (
                whole + ["--time", "noon"],
                "error: --time noon: expected ISO 8601 with a zone, for instance 2026-11-23T12:00:00Z\n"
                    + "hint: see `certauth help verify`"
            ),
            (
                whole + ["--ocsp", missing],
                "error: \(missing): can't be read: No such file or directory\nhint: check the path and its permissions"
            ),
            (
                whole + ["--revocation", "none", "--ocsp", missing],
                "error: --ocsp has no meaning with --revocation none\nhint: leave one of them out"
            ),
            (
                whole + ["--revocation", "none", "--crl", world.path("crls.pem")],
                "error: --crl has no meaning with --revocation none\nhint: leave one of them out"
            ),
            (whole + ["--security-level", "3"], "error: --security-level is 3, expected 0, 1 or 2"),
            (whole + ["--max-intermediates", "91"], "error: --max-intermediates is out of range, expected 0 to 90"),
            (
                ["verify", "--leaf", world.path("alice.key"), "--trust", world.path("root.pem")],
                "error: \(world.path("alice.key")): found PRIVATE KEY, expected a certificate: "
                    + "give the certificate's file, not the key's"
            ),
            (whole + ["--batch"], "error: --leaf has no meaning with --batch: each case has its own"),
        ]
        for (arguments, errors) in cases {
            let outcome = try Program.run(Program.certauth, arguments)
            XCTAssertEqual(outcome.status, 2, arguments.joined(separator: " "))
            XCTAssertEqual(outcome.output, "", arguments.joined(separator: " "))
            XCTAssertEqual(outcome.errors, "certauth: \(errors)\n", arguments.joined(separator: " "))
        }
    }

    func test_PKCS12_files_open_with_their_password() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let file = try world.pki.writePKCS12("alice", password: "secret", legacy: false, replacing: false)
        let call = ["verify", "--leaf", file, "--trust", world.path("root.pem"), "--time", moment]
        XCTAssertEqual(try Program.run(Program.certauth, call + ["--password", "secret"]).status, 0)
        let wrong = try Program.run(Program.certauth, call + ["--password", "Secret"])
        XCTAssertEqual(wrong.status, 2)
        XCTAssertEqual(
            wrong.errors,
            "certauth: error: \(file): the password does not open this PKCS #12 file\n"
                + "hint: give the correct one with --password-file FILE, or set CERTAUTH_PASSWORD\n"
        )
    }

    func test_names_of_attackers_cannot_steer_the_terminal() throws {
        let directory = try TemporaryDirectory()
        let root = try TestAuthority("Root")
        let leaf = try root.issue("evil\u{1B}[2J\u{202E}name")
        let report = try Program.run(
            "verify",
            "--leaf",
            try directory.write(leaf.certificateDER, as: "leaf.der"),
            "--trust",
            try directory.write(root.certificateDER, as: "root.der")
        )
        XCTAssertEqual(report.status, 0)
        let first = try XCTUnwrap(report.lines.first)
        XCTAssertTrue(first.hasPrefix("accepted: CN=evil\\1B[2J\\E2\\80\\AEname, "), first)
        XCTAssertFalse(report.output.contains("\u{1B}"))
    }
}
