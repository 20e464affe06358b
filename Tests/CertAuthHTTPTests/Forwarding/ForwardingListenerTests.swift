// SPDX-License-Identifier: Apache-2.0
// The listener behind a proxy that the test imitates byte for byte.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import XCTest

final class ForwardingListenerTests: XCTestCase {
    private func base64(_ identity: TestIdentity) -> String { Data(identity.certificateDER).base64EncodedString() }

    /// The server's answer to the given header lines; the connection then closes.
    private func answer(
        _ address: ListenerAddress,
        _ lines: [String],
        path: String = "/",
        body: String = ""
    ) async throws -> String {
        let head = ["GET \(path) HTTP/1.1", "Host: a.example", "Connection: close"] + lines
        let socket = try await PlainSocket(to: address)
        return try await socket.exchange(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Returns status and code, or status and first word of the body.
    private func summary(_ answer: String) -> String {
        let status = answer.split(separator: " ").dropFirst().first.map(String.init) ?? "closed"
        guard let start = answer.firstRange(of: "\"code\":\"")?.upperBound else {
            return "\(status) \(answer.split(separator: "\r\n\r\n").last.map(String.init) ?? "")"
        }
        return "\(status) \(answer[start...].prefix { $0 != "\"" })"
    }

    func test_a_forwarded_certificate_over_an_HTTP_hop_is_the_client() async throws {
        let fixture = try ForwardingFixture()
        let forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        let leaf = "X-Client-Cert: \(base64(try fixture.issuing.issue("alice")))"
        try await fixture.withListener(forwarding) { address in
            let good = try await answer(address, ["X-Forwarded-Proto: https", leaf])
            XCTAssertEqual(summary(good), "200 CN=alice left=[] scheme=https")
            XCTAssertTrue(good.contains("Vary: X-Client-Cert\r\n"), good)
            let cases: [([String], String)] = [
                (["X-Forwarded-Proto: http", leaf], "403 not-https"), ([leaf], "403 not-https"),
                (["X-Forwarded-Proto: https"], "403 no-certificate"),
                (["X-Forwarded-Proto: https", leaf, leaf], "400 malformed"),
                (["X-Forwarded-Proto: https", "X-Client-Cert: %%%"], "403 malformed"),
                (
                    ["X-Forwarded-Proto: https", "X_Client_Cert: \(leaf.dropFirst(15))", leaf],
                    "400 forwarding-untrusted"
                ),
                (["X-Forwarded-Proto: https", "X.Client.Cert: \(leaf.dropFirst(15))"], "400 forwarding-untrusted"),
                (["X_Forwarded_Proto: https", leaf], "400 forwarding-untrusted"),
                (["X-Forwarded-Proto: https", leaf, "Connection: X-Client-Cert"], "400 forwarding-untrusted"),
                (["X-Forwarded-Proto: https", "Client-Cert: :AAAA:"], "403 no-certificate"),
            ]
            for (lines, expected) in cases {
                let found = try await answer(address, lines)
                XCTAssertEqual(summary(found), expected, "\(lines.map { $0.prefix(24) })")
            }
        }
    }

    func test_a_refused_certificate_stays_visible_on_public_routes() async throws {
        let fixture = try ForwardingFixture()
        let forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        try await fixture.withListener(forwarding) { address in
            let lines = ["X-Forwarded-Proto: https", "X-Client-Cert: !", "X-SSL-Client-Verify: SUCCESS"]
            let found = try await answer(address, lines, path: "/public")
            XCTAssertEqual(summary(found), "200 anonymous failure=malformed left=[] scheme=http")
        }
    }

    func test_headers_of_untrusted_peers_are_refused_or_removed_as_configured() async throws {
        let fixture = try ForwardingFixture()
        let elsewhere = try TrustedProxies([.network(try NetworkRange("10.0.0.0/8"))])
        var forwarding = try CertificateForwarding(.nginx(), from: elsewhere)
        let leaf = base64(try fixture.issuing.issue("alice"))
        let spoofs = [
            "X-Client-Cert: \(leaf)", "x_client_cert: \(leaf)", "SSL_CLIENT_VERIFY: SUCCESS",
            "X-SSL-CLIENT-VERIFY: SUCCESS",
            "X-Forwarded-Client-Cert: By=a", "client-cert: :\(leaf):",
        ]
        try await fixture.withListener(forwarding) { address in
            for spoof in spoofs {
                for path in ["/", "/public"] {
                    let lines = ["X-Forwarded-Proto: https", "X-Forwarded-For: 10.0.0.1", spoof]
                    let found = try await answer(address, lines, path: path)
                    XCTAssertEqual(summary(found), "400 forwarding-untrusted", String(spoof.prefix(24)))
                }
            }
            let quiet = try await answer(address, [], path: "/public")
            XCTAssertEqual(summary(quiet), "200 anonymous left=[] scheme=http")
        }
        forwarding.untrustedPeers = .strip
        try await fixture.withListener(forwarding) { address in
            for spoof in spoofs {
                let found = try await answer(address, ["X-Forwarded-Proto: https", spoof])
                XCTAssertEqual(summary(found), "403 not-https", String(spoof.prefix(24)))
                let open = try await answer(address, ["X-Forwarded-Proto: https", spoof], path: "/public")
                XCTAssertEqual(summary(open), "200 anonymous left=[] scheme=http", String(spoof.prefix(24)))
            }
        }
    }

    func test_headers_in_unusual_places_of_the_protocol_give_no_identity() async throws {
        let fixture = try ForwardingFixture()
        let forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        let leaf = base64(try fixture.issuing.issue("alice"))
        try await fixture.withListener(forwarding) { address in
            let proto = "X-Forwarded-Proto: https"
            let chunked = [proto, "Transfer-Encoding: chunked", "Trailer: X-Client-Cert"]
            let trailer = try await answer(address, chunked, body: "0\r\nX-Client-Cert: \(leaf)\r\n\r\n")
            XCTAssertEqual(summary(trailer), "400 forwarding-untrusted")
            let harmless = try await answer(address, chunked, body: "0\r\nX-Sum: 1\r\n\r\n")
            XCTAssertEqual(summary(harmless), "403 no-certificate")
            for line in [" X-Client-Cert: \(leaf)", "X-Client-Cert : \(leaf)", "\tX-Client-Cert: \(leaf)", ":\(leaf)"] {
                let found = try await answer(address, [proto, line])
                XCTAssertFalse(found.contains("CN=alice"), found)
                XCTAssertTrue(["400 malformed-request", "403 no-certificate"].contains(summary(found)), found)
            }
            let folded = try await answer(address, [proto, "X-Other: a", " X-Client-Cert: \(leaf)"])
            XCTAssertFalse(folded.contains("CN=alice"), folded)
        }
    }

    func test_keep_alive_of_the_proxy_carries_two_clients_and_then_none() async throws {
        let fixture = try ForwardingFixture()
        let forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        let clients = ["alice", "bob"]
        try await fixture.withListener(forwarding) { address in
            var text = ""
            for client in clients {
                let leaf = base64(try fixture.issuing.issue(client))
                text += "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nX-Client-Cert: \(leaf)\r\n\r\n"
            }
            text += "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
            let heard = try await PlainSocket(to: address).exchange(text)
            let answers = heard.components(separatedBy: "HTTP/1.1 ").dropFirst().map { summary("HTTP/1.1 " + $0) }
            XCTAssertEqual(
                answers,
                [
                    "200 CN=alice left=[] scheme=https", "200 CN=bob left=[] scheme=https", "403 no-certificate",
                ]
            )
        }
    }

    func test_a_unix_socket_is_trusted_by_its_user() async throws {
        #if os(Linux)
        let fixture = try ForwardingFixture()
        let folder = try TemporaryDirectory()
        let leaf = "X-Client-Cert: \(base64(try fixture.issuing.issue("alice")))"
        for (user, expected) in [
            (geteuid(), "200 CN=alice left=[] scheme=https"), (geteuid() + 1, "400 forwarding-untrusted"),
        ] {
            let proxies = try TrustedProxies([.unixSocket(users: [user])])
            let forwarding = try CertificateForwarding(.aspnet(), from: proxies)
            try await fixture.withListener(forwarding, at: .unixSocket(path: folder.path(of: "s"))) { address in
                let found = try await answer(address, ["X-Forwarded-Proto: https", leaf])
                XCTAssertEqual(summary(found), expected)
            }
        }
        #else
        throw XCTSkip("the user behind a unix socket is known on Linux alone")
        #endif
    }

    func test_a_proxy_known_by_its_certificate_is_never_taken_for_a_client() async throws {
        let fixture = try ForwardingFixture()
        let proxy = try TestAuthority("Proxy Root").issue("edge")
        let alice = try fixture.issuing.issue("alice")
        let forwarding = try CertificateForwarding(
            .aspnet(),
            from: TrustedProxies([.certificate(try ProxyIdentity(pinning: proxy.certificate))])
        )
        try await TestListener.withListener(
            authenticator: fixture.authenticator,
            customize: { $0.forwarding = forwarding },
            handler: { request in
                let own = await request.connection.authentication?.authenticate().principal?.name ?? "nobody"
                return .text("\(request.principal?.name ?? "anonymous") connection=\(own)")
            }
        ) { listener in
            let forwarded = TestRequest(
                "/",
                headerFields: [.init("X-Forwarded-Proto")!: "https", .init("X-Client-Cert")!: base64(alice)]
            )
            let good = try await listener.client(proxy).send(forwarded)
            XCTAssertEqual(good.text, "alice connection=alice")
            let without = try await listener.client(proxy).send(
                TestRequest("/", headerFields: [.init("X-Forwarded-Proto")!: "https"])
            )
            XCTAssertEqual(without.problemCode, "no-certificate")
            let bob = try fixture.issuing.issue("bob")
            let client = try await listener.client(bob).get("/")
            XCTAssertEqual(client.text, "bob connection=bob")
            for stranger in [bob, nil] {
                let spoof = try await listener.client(stranger).send(forwarded)
                XCTAssertEqual(spoof.status, 400)
                XCTAssertEqual(spoof.problemCode, "forwarding-untrusted")
            }
        }
    }

    func test_contradictory_configurations_throw() async throws {
        let fixture = try ForwardingFixture()
        let byNetwork = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
        let identity = try ProxyIdentity(pinning: try TestIdentity.selfSigned("edge").certificate)
        let byCertificate = try CertificateForwarding(.aspnet(), from: TrustedProxies([.certificate(identity)]))
        func thrown(_ configuration: HTTPSListenerConfiguration) -> ListenerError? {
            do {
                _ = try HTTPSListener(configuration: configuration) { _ in .text("") }
                return nil
            } catch {
                return error as? ListenerError
            }
        }
        let address = ListenerAddress.hostPort(host: "127.0.0.1", port: 0)
        let authenticator = fixture.authenticator
        var plain = HTTPSListenerConfiguration(plainAt: address, forwarding: byNetwork, authenticator: authenticator)
        XCTAssertNil(thrown(plain))
        plain.forwarding = byCertificate
        XCTAssertEqual(thrown(plain), .proxyCertificateWithoutTLS)
        plain.forwarding = nil
        XCTAssertEqual(thrown(plain), .authenticatorWithoutForwarding)
        var bare = HTTPSListenerConfiguration(plainAt: address)
        XCTAssertNil(thrown(bare))
        bare.forwarding = byNetwork
        XCTAssertEqual(thrown(bare), .forwardingWithoutAuthenticator)
        let server = try TestAuthority("Server").issue("localhost", .server(dnsNames: ["localhost"]))
        var tls = TLSServerConfiguration(
            identity: try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM()),
            authenticator: authenticator
        )
        var secured = HTTPSListenerConfiguration(tls: tls)
        secured.forwarding = byCertificate
        XCTAssertEqual(thrown(secured), .proxyCertificateNeedsRequestValidation)
        tls.validation = .request
        secured.security = .tls(tls)
        XCTAssertNil(thrown(secured))
    }
}
