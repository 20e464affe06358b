// SPDX-License-Identifier: Apache-2.0
// `certauth header` and `certauth serve --plain`, run as subprocesses.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ForwardingCommandTests: XCTestCase {
    func test_header_batch_answers_every_line() throws {
        let client = try TestIdentity.selfSigned("alice")
        let leaf = Data(client.certificateDER).base64EncodedString()
        let xfcc = try Program.run(
            "header",
            "xfcc",
            "--batch",
            input: """
                {"id":"a","raw":["By=x;URI=\\"a,b\\"","DNS=c"]}
                {"id":"b","raw":["By"]}
                nonsense

                """
        )
        XCTAssertEqual(xfcc.status, 0)
        XCTAssertEqual(
            xfcc.lines,
            [
                #"{"id":"a","ok":true,"elements":[[["By","x"],["URI","a,b"]],[["DNS","c"]]]}"#,
                #"{"id":"b","ok":false,"error":"malformed: dialect xfcc, header x-forwarded-client-cert at byte 2: "#
                    + #"expected a key and ="}"#,
                #"{"id":null,"ok":false,"error":"not a case: not JSON"}"#,
            ]
        )
        let certificate = try Program.run(
            "header",
            "client-cert",
            "--batch",
            input: #"{"id":"a","client_cert":[":\#(leaf):"],"client_cert_chain":[":\#(leaf):, :\#(leaf):"]}"# + "\n"
                + #"{"id":"b","client_cert":[],"client_cert_chain":[]}"# + "\n"
        )
        XCTAssertEqual(
            certificate.lines,
            [
                #"{"id":"a","ok":true,"leaf":"\#(leaf)","chain":["\#(leaf)","\#(leaf)"]}"#,
                #"{"id":"b","ok":false,"error":"malformed: dialect rfc9440, header Client-Cert: missing"}"#,
            ]
        )
        XCTAssertEqual(try Program.run("header", "xfcc").status, 2)
        XCTAssertEqual(try Program.run("header", "guess", "--batch").status, 2)
    }

    func test_serve_plain_accepts_certificates_only_from_its_proxy() throws {
        let curl = try ExternalTool("curl").url
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Root")
        let root = try folder.write(authority.identity.certificatePEM(), as: "root.pem")
        let alice = try authority.issue("alice")
        let header =
            "X-SSL-Client-Cert: "
            + (try alice.certificatePEM().addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        let good = ["X-Forwarded-Proto: https", "X-SSL-Client-Verify: SUCCESS", header]
        let none = ["X-Forwarded-Proto: https", "X-SSL-Client-Verify: NONE"]
        for (proxy, cases) in [
            ("127.0.0.1/32", [(good, "200"), (none, "403"), ([], "403")]),
            ("10.0.0.0/8", [(good, "400"), (none, "400"), ([], "403")]),
        ] {
            let server = try RunningProgram([
                "serve", "--plain", "--listen", "127.0.0.1:0", "--client-ca", root, "--revocation", "none",
                "--forwarded", "nginx", "--trusted-proxy", proxy,
            ])
            let line = try XCTUnwrap(server.nextLine())
            XCTAssertTrue(line.hasPrefix("listening on http://127.0.0.1:"), line)
            let address = String(line.dropFirst("listening on ".count))
            for (headers, status) in cases {
                let arguments = ["-s", "-o", "/dev/null", "-w", "%{http_code}"] + headers.flatMap { ["-H", $0] }
                let found = try Program.run(curl, arguments + ["\(address)/whoami"])
                XCTAssertEqual(found.output, status, "\(proxy) \(headers.map { $0.prefix(20) })")
            }
            XCTAssertEqual(try server.end().status, 0)
        }
    }

    func test_serve_reads_the_headers_of_each_proxy_in_its_own_dialect() throws {
        let curl = try ExternalTool("curl").url
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Root")
        let root = try folder.write(authority.identity.certificatePEM(), as: "root.pem")
        let (alice, bob) = (try authority.issue("alice"), try authority.issue("bob"))
        let escaped = try alice.certificatePEM().addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let nginx = ["X-SSL-Client-Cert: \(escaped)", "X-SSL-Client-Verify: SUCCESS", "X-Forwarded-Proto: https"]
        let aspnet = ["X-Client-Cert: \(Data(bob.certificateDER).base64EncodedString())", "X-Scheme: https"]
        let file = try folder.write(
            #"{"forwarded": ["nginx@127.0.0.1", "aspnet@127.0.0.2,127.0.0.4,scheme:X-Scheme"]}"#,
            as: "serve.json"
        )
        let flags = ["--forwarded", "nginx@127.0.0.1", "--forwarded", "aspnet@127.0.0.2,127.0.0.4,scheme:X-Scheme"]
        for dialects in [flags, ["--config", file]] {
            let server = try RunningProgram(
                ["serve", "--plain", "--listen", "127.0.0.1:0", "--client-ca", root, "--revocation", "none"] + dialects
            )
            let line = try XCTUnwrap(server.nextLine())
            let address = String(line.dropFirst("listening on ".count))
            func answer(_ headers: [String], from peer: String) throws -> String {
                let arguments = ["-s", "-w", "%{http_code}", "--interface", peer] + headers.flatMap { ["-H", $0] }
                let found = try Program.run(curl, arguments + ["\(address)/whoami"]).output
                let name = ["CN=alice", "CN=bob", "\"no-certificate\"", "\"forwarding-untrusted\""].first(
                    where: found.contains
                )
                return "\(name ?? found) \(found.suffix(3))"
            }
            for (headers, peer, expected) in [
                (nginx, "127.0.0.1", "CN=alice 200"), (aspnet, "127.0.0.2", "CN=bob 200"),
                (aspnet, "127.0.0.4", "CN=bob 200"), (nginx + aspnet, "127.0.0.1", "CN=alice 200"),
                (nginx + aspnet, "127.0.0.2", "CN=bob 200"),
                (aspnet + ["X-Forwarded-Proto: https"], "127.0.0.1", "\"no-certificate\" 403"),
                (nginx + ["X-Scheme: https"], "127.0.0.2", "\"no-certificate\" 403"),
                (nginx, "127.0.0.3", "\"forwarding-untrusted\" 400"),
                (aspnet, "127.0.0.3", "\"forwarding-untrusted\" 400"),
            ] {
                XCTAssertEqual(try answer(headers, from: peer), expected, "\(peer) \(headers.map { $0.prefix(20) })")
            }
            XCTAssertEqual(try server.end().status, 0)
        }
    }

    func test_serve_reports_errors_about_its_proxies_before_it_listens() throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Root")
        let root = try folder.write(authority.identity.certificatePEM(), as: "root.pem")
        let proxy = try folder.write(authority.issue("edge").certificatePEM(), as: "proxy.pem")
        let base = ["serve", "--client-ca", root, "--revocation", "none", "--check"]
        let plain = base + ["--plain", "--forwarded", "nginx"]
        let overlap =
            "--forwarded: the same peer could be the proxy 10.0.0.0/8 (nginx) and the proxy 10.128.0.0/9 (aspnet), so its "
            + "dialect is not known: give each dialect addresses of its own, for certificates too"
        let cases: [(arguments: [String], error: String?)] = [
            (plain + ["--trusted-proxy", "127.0.0.1/32"], nil), (plain + ["--trusted-proxy", "unix:33"], nil),
            (
                plain,
                "--forwarded without a trusted proxy: no proxy may forward certificates"
            ),
            (
                plain + ["--trusted-proxy", "0.0.0.0/0"],
                "--trusted-proxy: 0.0.0.0/0 would let everyone forward certificates"
            ),
            (
                plain + ["--trusted-proxy", "10.1.1.1/8"],
                "--trusted-proxy: 10.1.1.1/8 has bits set after its prefix: write 10.0.0.0/8, or a longer prefix"
            ),
            (
                plain + ["--trusted-proxy-cert", proxy],
                "--trusted-proxy-cert has no meaning with --plain"
            ),
            (base + ["--plain"], "--plain without --forwarded accepts no client"),
            (base + ["--trusted-proxy", "10.0.0.0/8"], "--trusted-proxy has no meaning without --forwarded"),
            (
                base + ["--plain", "--forwarded", "guess", "--trusted-proxy", "::1"],
                "--forwarded guess: no such dialect"
            ),
            (
                base + ["--plain", "--forwarded", "cloudfront=A,B", "--trusted-proxy", "::1"],
                "--forwarded cloudfront: 2 headers are given, but only 0 of the dialect can be renamed"
            ),
            (base + ["--scheme-header", "X-Scheme"], "--scheme-header has no meaning without --forwarded"),
            (base, "--cert and --key are missing"),
            (base + ["--plain", "--forwarded", "nginx@10.0.0.0/8", "--forwarded", "aspnet@10.128.0.0/9"], overlap),
            (base + ["--plain", "--forwarded", "nginx@10.0.0.0/8", "--forwarded", "aspnet@192.168.0.0/16"], nil),
            (plain + ["--trusted-proxy", "10.0.0.0/8", "--forwarded", "aspnet@unix:33"], nil),
            (plain + ["--forwarded", "aspnet"], "--forwarded: 2 dialects have no proxies of their own"),
            (
                base + ["--plain", "--forwarded", "nginx@10.0.0.0/8", "--trusted-proxy", "10.0.0.0/8"],
                "--trusted-proxy, --trusted-proxy-cert and --scheme-header have no meaning here: every --forwarded has an @"
            ),
            (
                base + ["--plain", "--forwarded", "nginx@::1,scheme:A,scheme:B"],
                "--forwarded nginx@::1,scheme:A,scheme:B: scheme appears twice"
            ),
            (
                base + ["--plain", "--forwarded", "nginx@"],
                "--forwarded nginx@: an item after the @ is empty"
            ),
            (
                base + ["--plain", "--forwarded", "nginx@localhost"],
                "--forwarded nginx@localhost: localhost is not a range of addresses, expected for instance 10.0.0.0/8 or "
                    + "::1/128"
            ),
            (
                base + ["--plain", "--forwarded", "nginx@unix:root"],
                "--forwarded nginx@unix:root: unix:root is not a user of a unix socket"
            ),
            (
                base + ["--forwarded", "nginx@unix:0,cert:\(proxy)"],
                "--forwarded nginx@unix:0,cert:\(proxy): the certificate of a proxy is not asked of the users of a unix "
                    + "socket"
            ),
            (
                base + ["--forwarded", "nginx", "--trusted-proxy", "unix:33", "--trusted-proxy-cert", proxy],
                "--trusted-proxy: the certificate of a proxy is not asked of the users of a unix socket"
            ),
            (
                base + ["--plain", "--forwarded", "nginx@scheme:X-Scheme"],
                "--forwarded without a trusted proxy: no proxy may forward certificates"
            ),
            (
                base + ["--plain", "--forwarded", "nginx@::1", "--forwarded", "aspnet@::2,scheme:X-SSL-Client-Cert"],
                "the header X-SSL-Client-Cert is used for two purposes"
            ),
        ]
        for (arguments, error) in cases {
            let outcome = try Program.run(Program.certauth, arguments)
            XCTAssertEqual(outcome.status, error == nil ? 0 : 2, error ?? "\(arguments) \(outcome.errors)")
            guard let error else { continue }
            let lines = outcome.errors.split(separator: "\n").map(String.init)
            XCTAssertTrue(lines.contains("certauth: error: \(error)"), "\(error)\n\(outcome.errors)")
        }
    }
}
