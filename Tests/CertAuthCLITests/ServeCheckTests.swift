// SPDX-License-Identifier: Apache-2.0
// `certauth serve --check` finds configurations that cannot or will probably not work.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServeCheckTests: XCTestCase {
    private struct Report: Decodable {
        struct Entry: Decodable {
            let code: String
            let severity: String
            let message: String
        }

        struct Failure: Decodable {
            let message: String
            let hints: [String]
        }

        let usable: Bool
        let findings: [Entry]
        let error: Failure?
    }

    private var world: PKIInFolder!

    override func setUpWithError() throws {
        world = try PKIInFolder(clock: .system)
        try server("localhost") { _ in }
    }

    override func tearDown() { world = nil }

    private func server(_ name: String, _ change: (inout LeafRequest) -> Void) throws {
        try world.issue(name) {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
            change(&$0)
        }
    }

    private func check(
        cert: String = "localhost.chain.pem",
        key: String = "localhost.key",
        trust: String = "root.pem",
        _ more: String...
    ) throws -> (report: Report, status: Int32, errors: String) {
        var arguments = [
            "serve", "--check", "--json", "--connections", "100", "--cert", world.path(cert), "--key", world.path(key),
        ]
        arguments += ["--client-ca", world.path(trust)]
        if !more.contains("--crl") && !more.contains("--revocation") { arguments += ["--crl", world.path("crls.pem")] }
        let outcome = try Program.run(Program.certauth, arguments + more)
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        return (report, outcome.status, outcome.errors)
    }

    private func codes(_ report: Report) -> [String] { report.findings.map { "\($0.severity) \($0.code)" } }

    func test_a_good_configuration_has_no_finding() throws {
        let good = try check()
        XCTAssertEqual(codes(good.report), [])
        XCTAssertTrue(good.report.usable)
        XCTAssertNil(good.report.error)
        XCTAssertEqual(good.status, 0)
        XCTAssertEqual(good.errors, "")
    }

    func test_an_expired_server_certificate_cannot_work() throws {
        try server("old") {
            $0.notBefore = Timestamp.now.adding(seconds: -30 * 86_400)
            $0.days = 29
        }
        let expired = try check(cert: "old.chain.pem", key: "old.key")
        XCTAssertEqual(codes(expired.report), ["error server-certificate-expired"])
        XCTAssertFalse(expired.report.usable)
        XCTAssertEqual(expired.status, 2)
        let several = try check(
            "--sni",
            "localhost=require",
            "--sni-cert",
            "x.test=\(world.path("old.pem")),\(world.path("old.key"))"
        )
        XCTAssertTrue(codes(several.report).contains("warning server-certificate-expired"), "\(codes(several.report))")
        XCTAssertEqual(several.status, 0)
        try server("early") { $0.notBefore = Timestamp.now.adding(seconds: 86_400) }
        let early = try check(cert: "early.chain.pem", key: "early.key")
        XCTAssertEqual(codes(early.report), ["warning server-certificate-not-yet-valid"])
        XCTAssertEqual(early.status, 0)
    }

    func test_a_server_does_not_start_with_a_certificate_that_cannot_work() throws {
        try server("client") { $0.purposes = [.clientAuth] }
        let refused = try Program.run(
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--cert",
            world.path("client.chain.pem"),
            "--key",
            world.path("client.key"),
            "--client-ca",
            world.path("root.pem"),
            "--crl",
            world.path("crls.pem")
        )
        XCTAssertEqual(refused.status, 2)
        XCTAssertEqual(refused.output, "")
        XCTAssertTrue(
            refused.errors.contains("certauth: error: the configuration cannot work: server-certificate-wrong-usage\n"),
            refused.errors
        )
        XCTAssertEqual(refused.errors.components(separatedBy: "is not for servers").count, 2, refused.errors)
    }

    func test_fetching_without_lists_is_found_where_unknown_is_refused() throws {
        XCTAssertEqual(codes(try check("--revocation", "online").report), ["notice online-without-lists"])
        let allowed = try check("--revocation", "online", "--unknown-revocation", "allow")
        XCTAssertEqual(codes(allowed.report), ["warning soft-revocation"])
        let given = try check("--revocation", "online", "--crl", world.path("crls.pem"))
        XCTAssertEqual(codes(given.report), [])
    }

    func test_a_certificate_for_clients_cannot_be_a_servers() throws {
        try server("client") { $0.purposes = [.clientAuth] }
        let found = try check(cert: "client.chain.pem", key: "client.key")
        XCTAssertEqual(codes(found.report), ["error server-certificate-wrong-usage"])
        XCTAssertEqual(found.status, 2)
    }

    func test_a_certificate_without_its_intermediate_is_found() throws {
        let found = try check(cert: "localhost.pem")
        XCTAssertEqual(codes(found.report), ["notice server-chain-incomplete"])
        XCTAssertEqual(found.status, 0)
        let known = try check(cert: "localhost.pem", "--intermediate", world.path("intermediate.pem"))
        XCTAssertEqual(codes(known.report), ["warning server-chain-incomplete"])
        try server("direct") { $0.issuer = "root" }
        XCTAssertEqual(codes(try check(cert: "direct.pem", key: "direct.key").report), [])
    }

    func test_a_name_that_the_certificate_does_not_cover_is_found() throws {
        let found = try check("--sni", "a.test=require", "--sni", "localhost=require")
        XCTAssertEqual(codes(found.report), ["warning server-name-not-covered"])
        XCTAssertTrue(found.report.findings[0].message.contains("does not cover a.test"))
        XCTAssertTrue(found.report.findings[0].message.contains("--sni-cert NAME=CERT,KEY"))
        try server("wide") { $0.dnsNames = ["*.a.test", "localhost"] }
        let covered = try check(
            cert: "wide.chain.pem",
            key: "wide.key",
            "--sni",
            "x.a.test=require",
            "--sni",
            "*.a.test=require",
            "--sni",
            "localhost=require"
        )
        XCTAssertEqual(codes(covered.report), [])
    }

    func test_trust_for_a_name_alone_leaves_the_certificates_own_name_unserved() throws {
        let found = try check("--sni-trust", "a.test=\(world.path("root.pem"))")
        XCTAssertEqual(
            codes(found.report),
            ["warning server-name-not-covered", "notice certificate-name-not-served"]
        )
        XCTAssertTrue(found.report.findings[1].message.contains("localhost"))
    }

    func test_CRLs_of_another_authority_and_stale_ones_are_found() throws {
        let other = try PKIInFolder(clock: .system)
        let foreign = try check("--crl", other.path("crls.pem"))
        XCTAssertEqual(codes(foreign.report), ["warning crl-of-another-authority"])
        let stranger = try TestAuthority("Stranger")
        try world.directory.write(try stranger.revocationList().pem(), as: "stranger.crl.pem")
        let strange = try check("--crl", world.path("stranger.crl.pem"))
        XCTAssertEqual(codes(strange.report), ["warning crl-of-another-authority"])
        XCTAssertTrue(strange.report.findings[0].message.contains("--intermediate"))

        let pki = try DevelopmentPKI(opening: world.directory.path)
        let stale = try pki.authority(named: "root").revocationList { template in
            template.thisUpdate = .automatic(Timestamp.now.adding(seconds: -864_000))
            template.nextUpdate = .automatic(Timestamp.now.adding(seconds: -86_400))
        }
        try world.directory.write(try stale.pem(), as: "stale.pem")
        XCTAssertEqual(codes(try check("--crl", world.path("stale.pem")).report), ["warning crl-stale"])
        let both = try check("--crl", world.path("stale.pem"), "--crl", world.path("crls.pem"))
        XCTAssertEqual(codes(both.report), [])
    }

    func test_a_leaf_as_an_anchor_is_found() throws {
        try world.issue("alice")
        let found = try check(trust: "alice.pem", "--crl", world.path("crls.pem"))
        XCTAssertTrue(codes(found.report).contains("warning anchor-not-authority"), "\(codes(found.report))")
        XCTAssertEqual(found.status, 0)
    }

    func test_a_key_that_every_user_can_read_is_found() throws {
        let file = world.path("localhost.key")
        for (mode, expected) in [(0o644, 1), (0o602, 1), (0o640, 0), (0o600, 0)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            let found = try check().report
            XCTAssertEqual(codes(found), Array(repeating: "warning private-key-exposed", count: expected))
        }
    }

    func test_names_of_authorities_beyond_64_KiB_are_an_error_in_JSON_too() throws {
        var all = try String(contentsOfFile: world.path("root.pem"), encoding: .utf8)
        let key = try TestKey.generate()
        for number in 0..<300 {
            let name = String(repeating: "x", count: 240) + "\(number)"
            all += try TestAuthority(name, key: key).identity.certificatePEM()
        }
        try world.directory.write(all, as: "many.pem")
        let found = try check(trust: "many.pem")
        XCTAssertEqual(found.status, 2)
        XCTAssertFalse(found.report.usable)
        XCTAssertTrue(try XCTUnwrap(found.report.error).message.contains("names of 301 authorities"))
        XCTAssertTrue(try XCTUnwrap(found.report.error).hints[0].contains("--ca-names none"))
        XCTAssertEqual(try check(trust: "many.pem", "--ca-names", "none").status, 0)
    }

    func test_findings_name_flags_and_no_Swift_property() throws {
        let loose = try check(
            "--unknown-revocation",
            "allow",
            "--expose-details",
            "--mode",
            "allow",
            "--sni",
            "a.test=require",
            "--insecurely-looser-default"
        )
        XCTAssertEqual(
            codes(loose.report),
            [
                "warning soft-revocation", "warning server-name-not-covered", "warning looser-default",
                "notice details-exposed",
            ]
        )
        let none = try check("--revocation", "none")
        let offline = try Program.run(
            "serve",
            "--check",
            "--cert",
            world.path("localhost.chain.pem"),
            "--key",
            world.path("localhost.key"),
            "--client-ca",
            world.path("root.pem"),
            "--revocation",
            "offline"
        )
        XCTAssertTrue(offline.errors.contains("give --crl, or --revocation online"), offline.errors)
        XCTAssertEqual(offline.errors.split(separator: "\n").count, 1)
        let settings: [Any] = [
            CertificateAuthenticationOptions(trust: .noAnchors), RevocationOptions(), CertificatePolicyOptions(),
            ValidationLimits(), HTTPSListenerLimits(),
        ]
        // Words such as `trust` are not only names of properties, and `subjectAltName` is a name of the standard.
        let names = settings.flatMap { Mirror(reflecting: $0).children.compactMap(\.label) }
            .filter { $0.contains(where: \.isUppercase) }
        XCTAssertGreaterThan(names.count, 40)
        let others = ["exposesFailureDetails", "authorityHints", "unnamedClients", "sessionTickets", "minimumVersion"]
        for message in (loose.report.findings + none.report.findings).map(\.message) + [offline.errors] {
            let words = Set(message.split { !$0.isLetter && !$0.isNumber }.map(String.init))
            XCTAssertEqual(words.intersection(names + others), [], message)
        }
    }

    func test_JSON_without_a_check_is_a_usage_error() throws {
        let outcome = try Program.run("serve", "--json", "--cert", "x", "--key", "y")
        XCTAssertEqual(outcome.status, 2)
        XCTAssertTrue(outcome.errors.hasPrefix("certauth: error: --json has no meaning without --check\n"))
    }
}
