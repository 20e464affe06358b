// SPDX-License-Identifier: Apache-2.0
// Each mistake in the flags of `certauth serve` has a sentence of its own.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServeMistakeTests: XCTestCase {
    private var world: PKIInFolder!

    override func setUpWithError() throws {
        world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
    }

    override func tearDown() { world = nil }

    /// The first line of standard error after `certauth: error: `.
    private func error(cert: String? = nil, key: String? = nil, _ more: [String]) throws -> String {
        let outcome = try Program.run(
            Program.certauth,
            [
                "serve", "--check", "--cert", world.path(cert ?? "localhost.chain.pem"), "--key",
                world.path(key ?? "localhost.key"), "--client-ca", world.path("root.pem"), "--crl",
                world.path("crls.pem"),
            ] + more
        )
        XCTAssertEqual(outcome.status, 2, "\(more)")
        XCTAssertEqual(outcome.output, "")
        let line = outcome.errors.prefix { $0 != "\n" }
        XCTAssertTrue(line.hasPrefix("certauth: error: "), outcome.errors)
        return String(line.dropFirst("certauth: error: ".count))
    }

    func test_addresses_have_sentences_of_their_own() throws {
        let long = "unix:/tmp/" + String(repeating: "a", count: 120)
        XCTAssertTrue(
            try error(["--listen", long]).hasSuffix(": the path has 125 bytes, but the system allows 107 for a socket")
        )
        XCTAssertEqual(
            try error(["--listen", "127.0.0.1:99999"]),
            "--listen 127.0.0.1:99999: the port is out of range, expected 0 to 65535"
        )
        XCTAssertEqual(
            try error(["--listen", "https://localhost:8443"]),
            "--listen https://localhost:8443: a URL, expected host:port, for instance 127.0.0.1:8443"
        )
        XCTAssertNoThrow(
            try ListenArgument.address("unix:" + String(repeating: "a", count: ListenArgument.socketPathLimit))
        )
    }

    func test_hosts_that_are_URLs_or_addresses_are_named() throws {
        XCTAssertEqual(
            try error(["--sni", "https://a.test/=require"]),
            "server name 'https://a.test/' is a URL, expected only its host"
        )
        XCTAssertEqual(
            try error(["--allow-fetch-host", "http://ocsp.test/"]),
            "--allow-fetch-host 'http://ocsp.test/' is a URL, expected only its host"
        )
        XCTAssertTrue(try error(["--allow-fetch-host", "a b"]).hasPrefix("--allow-fetch-host 'a b' cannot be used"))
        XCTAssertEqual(
            try error(["--certificate-host", "https://a.test/", "--mode", "delayed"]),
            "--certificate-host 'https://a.test/' is a URL, expected only its host"
        )
        XCTAssertTrue(
            try error(["--sni", "127.0.0.1=require"]).hasPrefix("127.0.0.1 is an address, expected a host name")
        )
    }

    func test_files_of_another_kind_are_named() throws {
        _ = try world.pki.writePKCS12("localhost", password: "secret", legacy: false, replacing: false)
        let pfx = try error(cert: "localhost.pfx", [])
        XCTAssertEqual(pfx, "--cert \(world.path("localhost.pfx")): a PKCS #12 file, expected PEM or DER")
        XCTAssertEqual(
            try error(key: "localhost.pfx", []),
            "--key \(world.path("localhost.pfx")): a PKCS #12 file, expected PEM or DER"
        )
        let pem = try String(contentsOfFile: world.path("localhost.key"), encoding: .utf8)
        let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
        let der = try XCTUnwrap(Data(base64Encoded: body))
        try der.write(to: URL(fileURLWithPath: world.path("key.der")))
        XCTAssertEqual(
            try error(key: "key.der", []),
            "--key \(world.path("key.der")): found a private key, expected a private key in PEM"
        )
        try world.directory.write("", as: "empty")
        XCTAssertEqual(
            try error(key: "empty", []),
            "--key \(world.path("empty")): found neither PEM nor a key, expected a private key in PEM"
        )
        XCTAssertTrue(
            try error(["--tickets", "on", "--ticket-key", world.path("missing")])
                .hasSuffix("\(world.path("missing")): can't be read: No such file or directory")
        )
    }

    func test_a_reversed_chain_says_where_the_certificate_of_the_key_is() throws {
        let names = ["intermediate.pem", "localhost.pem"]
        let texts = try names.map { try String(contentsOfFile: world.path($0), encoding: .utf8) }
        try world.directory.write(texts.joined(), as: "reversed.pem")
        XCTAssertTrue(
            try error(cert: "reversed.pem", []).contains(
                "the certificate of the key is number 2 of 2, expected it first"
            )
        )
    }

    func test_other_mistakes_name_flags() throws {
        XCTAssertEqual(
            try error(["--session-cache", "5"]),
            "--session-cache without --verify handshake: no session would be kept"
        )
        let looser = try error(["--sni", "a.test=require", "--mode", "allow"])
        XCTAssertTrue(looser.hasPrefix("the policy for all other names is looser than that of 'a.test'"), looser)
        XCTAssertEqual(
            try error(["--forwarded", "nginx"]),
            "--forwarded without a trusted proxy: no proxy may forward certificates"
        )
        XCTAssertEqual(
            try error(["--forwarded", "nginx=X-A,X-B,X-C", "--trusted-proxy", "127.0.0.1/32"]),
            "--forwarded nginx: 3 headers are given, but only 2 of the dialect can be renamed"
        )
        XCTAssertEqual(
            try error(["--forwarded", "nginx", "--trusted-proxy", "127.0.0.1", "--scheme-header", "x y"]),
            "x y is not a header name"
        )
    }
}
