// SPDX-License-Identifier: Apache-2.0
// `certauth serve --sni`, in process, with curl as the client.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import Logging
import XCTest

final class ServeNamesTests: XCTestCase {
    /// `a.test` requires a certificate, `b.test` requests none, `*.c.test` requests late, `d.test` trusts another root.
    func test_names_behave_as_their_modes_say() async throws {
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost", "a.test", "b.test", "x.c.test", "d.test"]
        }
        try world.issue("alice")
        let other = try TestAuthority("Other Root")
        try world.directory.write(try other.identity.anchorPEM(), as: "other.pem")
        var settings = ServeSettings(certificate: world.path("localhost.chain.pem"), key: world.path("localhost.key"))
        settings.address = .hostPort(host: "127.0.0.1", port: 0)
        settings.clientAuthorities = [world.path("root.pem")]
        settings.revocation = .none
        settings.names = [("a.test", .require), ("b.test", ClientCertificateMode.none), ("*.c.test", .delayed)].map {
            var name = ServerNameSettings($0.0)
            name.mode = $0.1
            return name
        }
        var strict = ServerNameSettings("d.test")
        strict.clientAuthorities = [world.path("other.pem")]
        settings.names.append(strict)
        let listener = try settings.listener(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let address = try await listener.start()
        let port = try XCTUnwrap(address.port)
        let cases: [(name: String, host: String?, path: String, isAlice: Bool, status: String)] = [
            ("a.test", nil, "/whoami", true, "200"), ("a.test", nil, "/whoami", false, "403"),
            ("b.test", nil, "/public", true, "200"), ("b.test", nil, "/whoami", true, "403"),
            ("x.c.test", nil, "/whoami", true, "403"), ("x.c.test", nil, "/secure/x", true, "200"),
            ("x.c.test", nil, "/secure/x", false, "403"), ("d.test", nil, "/whoami", true, "403"),
            ("b.test", "a.test", "/public", true, "421"), ("a.test", "d.test", "/whoami", true, "421"),
            ("localhost", nil, "/public", true, "000"),
        ]
        for version in [["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"]] {
            for test in cases {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
                process.arguments =
                    ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--http1.1", "--cacert", world.path("root.pem")]
                    + ["--resolve", "\(test.name):\(port):127.0.0.1"] + version
                    + (test.isAlice ? ["--cert", world.path("alice.chain.pem"), "--key", world.path("alice.key")] : [])
                    + (test.host.map { ["-H", "Host: \($0)"] } ?? []) + ["https://\(test.name):\(port)\(test.path)"]
                let output = Pipe()
                process.standardOutput = output
                guard FileManager.default.isExecutableFile(atPath: "/usr/bin/curl") else {
                    throw XCTSkip("curl is not installed")
                }
                try process.run()
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                XCTAssertEqual(text, test.status, "\(test)")
            }
        }
        await listener.shutdown()
    }

    /// With HTTP/2 for all names, a route that needs a late certificate redirects to the host that requires one.
    func test_clients_over_HTTP2_are_redirected_to_the_host_that_requires_certificates() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/curl") else {
            throw XCTSkip("curl is not installed")
        }
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["strict.test", "late.test"]
        }
        try world.issue("alice")
        var settings = ServeSettings(certificate: world.path("localhost.chain.pem"), key: world.path("localhost.key"))
        settings.address = .hostPort(host: "127.0.0.1", port: 0)
        settings.clientAuthorities = [world.path("root.pem")]
        settings.revocation = .none
        settings.names = [("strict.test", ClientCertificateMode.require), ("late.test", .delayed)].map {
            var name = ServerNameSettings($0.0)
            name.mode = $0.1
            return name
        }
        for (offer, expected) in [
            (HTTP2Offer.all, "307 https://strict.test/secure/x 2"), (.exceptDelayed, "200  1.1"), (.none, "200  1.1"),
        ] {
            settings.http2 = offer
            settings.certificateHost = "strict.test"
            let listener = try settings.listener(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let address = try await listener.start()
            let port = try XCTUnwrap(address.port)
            let common =
                ["-s", "--http2", "--cacert", world.path("root.pem"), "-o", "/dev/null"]
                + ["--cert", world.path("alice.chain.pem"), "--key", world.path("alice.key")]
                + ["--connect-to", "::127.0.0.1:\(port)"]
            let format = "%{http_code} %{redirect_url} %{http_version}"
            let once = try Program.run(curl, common + ["-w", format, "https://late.test/secure/x"])
            XCTAssertEqual(once.output, expected, "\(offer)")
            let followed = try Program.run(curl, common + ["-L", "-w", "%{http_code}", "https://late.test/secure/x"])
            XCTAssertEqual(followed.output, "200", "\(offer)")
            let open = try Program.run(curl, common + ["-w", "%{http_code}", "https://late.test/public"])
            XCTAssertEqual(open.output, "200", "\(offer)")
            await listener.shutdown()
        }
    }

    private var curl: URL { URL(fileURLWithPath: "/usr/bin/curl") }

    /// `--ca-names` selects the names sent to clients. Too many are refused with advice, at start and at a reload.
    func test_names_of_authorities_that_do_not_fit_are_refused() throws {
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        let key = try TestKey.generate()
        let others = try (0..<14).map { number in
            try TestAuthority("Other", key: key) {
                $0.subject = NameTemplate(commonName: "\(number)")
                    .appending(.organizationName, String(repeating: "x", count: 5_000))
                $0.issuer = $0.subject
            }.identity.anchorPEM()
        }
        try world.directory.write(others.joined(), as: "others.pem")
        var settings = ServeSettings(certificate: world.path("localhost.chain.pem"), key: world.path("localhost.key"))
        settings.revocation = .none
        settings.clientAuthorities = [world.path("root.pem"), world.path("others.pem")]
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        for names in [AuthorityNamesArgument.all, .anchors, .file(world.path("others.pem"))] {
            settings.authorityNames = names
            XCTAssertThrowsError(try settings.listener(logger: logger)) { error in
                let failure = error as? CommandFailure
                XCTAssertEqual(failure?.kind, .usage)
                XCTAssertTrue(failure?.message.contains("bytes, at most 65000 can be sent") == true, "\(error)")
                XCTAssertTrue(failure?.hints.first?.contains("--ca-names none") == true, "\(error)")
            }
        }
        for names in [AuthorityNamesArgument.none, .file(world.path("root.pem"))] {
            settings.authorityNames = names
            XCTAssertNoThrow(try settings.listener(logger: logger))
        }
        settings.authorityNames = .file(world.path("missing.pem"))
        XCTAssertThrowsError(try settings.listener(logger: logger)) { error in
            XCTAssertTrue("\(error)".hasPrefix("--ca-names: "), "\(error)")
        }
        XCTAssertTrue(settings.files.contains(world.path("missing.pem")), "a reload reads it")
    }
}
