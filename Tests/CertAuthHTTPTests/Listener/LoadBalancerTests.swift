// SPDX-License-Identifier: Apache-2.0
// Listeners that require the PROXY protocol, over real sockets.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import Logging
import XCTest

final class LoadBalancerTests: XCTestCase {
    private typealias Bytes = ProxyProtocolBytes

    private static let line = Bytes.line("TCP4 192.0.2.1 10.0.0.5 5000 8443")

    /// Returns the client's name, its address, and whether a load balancer stated it.
    private static let handler: HTTPSListener.Handler = { request in
        let facts = request.connection.facts
        let via = facts.loadBalancerAddress.map { $0 == "unix" ? " via unix" : " via 127.0.0.1" } ?? ""
        return .text(
            "\(request.client?.certificate.subject.rfc4514 ?? "anonymous") \(facts.peerAddress ?? "none")\(via)"
        )
    }

    private func withListener(
        naming networks: [String] = ["127.0.0.0/8"],
        users: Set<UInt32> = [],
        customize: (inout HTTPSListenerConfiguration) throws -> Void = { _ in },
        _ body: (TestListener, TestIdentity) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Root")
        let policy = try ProxyProtocolPolicy(from: networks.map { try NetworkRange($0) }, unixSocketUsers: users)
        try await TestListener.withListener(
            trusting: authority,
            customize: {
                $0.withTLS { $0.proxyProtocol = policy }
                try customize(&$0)
            },
            handler: Self.handler
        ) { listener in
            try await body(listener, try authority.issue("alice"))
        }
    }

    func test_a_named_load_balancer_states_the_clients_address() async throws {
        try await withListener(customize: { $0.http2 = .all }) { listener, alice in
            for version in [TLSProtocolVersion.tls12, .tls13] {
                for header in [Self.line, Bytes.checked(Bytes.extension(2, Array("admin.example".utf8)))] {
                    var client = listener.client(alice)
                    client.version = version
                    client.preamble = header
                    let response = try await client.get("/")
                    XCTAssertEqual(response.text, "CN=alice 192.0.2.1:5000 via 127.0.0.1")
                }
            }
            var local = listener.client(alice)
            local.preamble = Bytes.block(0x20, family: 0, body: [])
            let response = try await local.get("/")
            XCTAssertTrue(response.text.hasPrefix("CN=alice 127.0.0.1:"), response.text)
            XCTAssertFalse(response.text.contains("via"))
        }
    }

    func test_no_extension_is_an_identity() async throws {
        try await withListener { listener, _ in
            // SSL: the client presented a certificate, which was verified, with this common name.
            let ssl = Bytes.extension(0x20, [0x07, 0, 0, 0, 0] + Bytes.extension(0x22, Array("alice".utf8)))
            var client = listener.client()
            client.preamble = Bytes.block(family: 0x11, body: Bytes.version4 + ssl)
            let response = try await client.get("/")
            XCTAssertEqual(response.status, 403)
            XCTAssertEqual(response.problemCode, "no-certificate")
        }
    }

    func test_other_connections_are_closed() async throws {
        let recorder = LogRecorder()
        let logger = recorder.logger(from: .info)
        try await withListener(customize: { $0.withTLS { $0.logger = logger } }) { listener, alice in
            let direct = try await listener.client(alice).outcome("/")
            XCTAssertEqual(direct, .closed(cleanly: false))
        }
        try await withListener(naming: ["192.0.2.7"], customize: { $0.withTLS { $0.logger = logger } }) {
            listener,
            alice in
            var client = listener.client(alice)
            client.preamble = Self.line
            let unnamed = try await client.outcome("/")
            XCTAssertEqual(unnamed, .closed(cleanly: false))
            let without = try await listener.client(alice).outcome("/")
            XCTAssertEqual(without, .closed(cleanly: false))
        }
        XCTAssertEqual(
            recorder.linesAfterStart.compactMap { $0.metadata["certauth.code"] },
            ["proxy-header-malformed", "proxy-header-untrusted", "proxy-header-untrusted"]
        )
    }

    func test_a_connection_that_sends_nothing_is_closed_in_time() async throws {
        for bytes in [[], Array("PROXY TCP4 1".utf8), ProxyProtocolParser.signature] {
            try await withListener(customize: {
                $0.withTLS { $0.proxyProtocol?.headerTimeout = .milliseconds(200) }
            }) { listener, _ in
                let socket = try await PlainSocket(to: listener.address)
                if !bytes.isEmpty { try await socket.send(bytes) }
                let heard = try await socket.end()
                XCTAssertEqual(heard, [])
                await socket.close()
            }
        }
    }

    func test_a_shutdown_does_not_wait_for_headers_longer_than_their_time() async throws {
        let start = ContinuousClock.now
        try await withListener(customize: {
            $0.withTLS { $0.proxyProtocol?.headerTimeout = .milliseconds(500) }
        }) { listener, _ in
            let socket = try await PlainSocket(to: listener.address)
            while listener.listener.connectionCount == 0 { await Task.yield() }
            await listener.listener.shutdown()
            let heard = try await socket.end()
            XCTAssertEqual(heard, [])
        }
        XCTAssertLessThan(ContinuousClock.now - start, .seconds(9))
    }

    func test_load_balancers_at_a_unix_socket_are_known_by_their_user() async throws {
        #if os(Linux)
        let folder = try TemporaryDirectory()
        for (users, isNamed) in [([getuid()], true), ([getuid() + 1], false)] {
            let path = folder.path(of: "socket-\(isNamed)")
            try await withListener(naming: [], users: Set(users), customize: { $0.address = .unixSocket(path: path) }) {
                listener,
                alice in
                var client = listener.client(alice)
                client.preamble = Self.line
                let outcome = try await client.outcome("/")
                guard isNamed else { return XCTAssertEqual(outcome, .closed(cleanly: false)) }
                guard case .response(let response) = outcome else { return XCTFail("\(outcome)") }
                XCTAssertEqual(response.text, "CN=alice 192.0.2.1:5000 via unix")
            }
        }
        #endif
    }

    // MARK: Forwarding

    func test_proxies_behind_a_load_balancer_cannot_be_known_by_address() async throws {
        let fixture = try ForwardingFixture()
        let identity = try ProxyIdentity(pinning: try TestAuthority("Proxy Root").issue("edge").certificate)
        let network = try NetworkRange("127.0.0.0/8")
        let entries: [(TrustedProxy, isUsable: Bool)] = [
            (.network(network), false), (.unixSocket(users: [0]), false),
            (.certificate(identity, from: [network]), false),
            (.certificate(identity), true),
        ]
        for (entry, isUsable) in entries {
            for isRequired in [true, false] {
                let forwarding = try CertificateForwarding(.nginx(), from: TrustedProxies([entry]))
                do {
                    try await TestListener.withListener(
                        authenticator: fixture.authenticator,
                        customize: {
                            $0.forwarding = forwarding
                            if isRequired {
                                try $0.withTLS { $0.proxyProtocol = try ProxyProtocolPolicy(from: [network]) }
                            }
                        }
                    ) { _ in }
                    XCTAssertTrue(isUsable || !isRequired, "\(entry)")
                } catch let error as ListenerError {
                    XCTAssertEqual(error, .proxyAddressBehindLoadBalancer)
                    XCTAssertFalse(isUsable || !isRequired, "\(entry)")
                }
            }
        }
    }

    func test_a_client_of_the_load_balancer_never_becomes_a_proxy_but_a_known_certificate_does() async throws {
        let fixture = try ForwardingFixture()
        let edge = try TestAuthority("Proxy Root").issue("edge")
        let forwarding = try CertificateForwarding(
            .aspnet(),
            from: TrustedProxies([.certificate(try ProxyIdentity(pinning: edge.certificate))])
        )
        let victim = try fixture.authority.issue("victim")
        let mallory = try fixture.authority.issue("mallory")
        try await TestListener.withListener(
            authenticator: fixture.authenticator,
            customize: {
                $0.forwarding = forwarding
                try $0.withTLS { $0.proxyProtocol = try ProxyProtocolPolicy(from: [NetworkRange("127.0.0.1")]) }
            },
            handler: Self.handler
        ) { listener in
            var request = TestRequest("/")
            request.headerFields[try XCTUnwrap(HTTPField.Name("X-Client-Cert"))] =
                Data(victim.certificateDER).base64EncodedString()
            request.headerFields[try XCTUnwrap(HTTPField.Name("X-Forwarded-Proto"))] = "https"
            for address in ["192.0.2.1", "127.0.0.1", "10.0.0.5"] {
                for identity in [mallory, nil] {
                    var client = listener.client(identity)
                    client.preamble = Bytes.line("TCP4 \(address) 10.0.0.5 5000 8443")
                    let response = try await client.send(request)
                    XCTAssertEqual(response.status, 400, address)
                    XCTAssertEqual(response.problemCode, "forwarding-untrusted", address)
                }
            }
            var proxy = listener.client(edge)
            proxy.preamble = Self.line
            let response = try await proxy.send(request)
            XCTAssertEqual(response.text, "CN=victim 192.0.2.1:5000 via 127.0.0.1")
        }
    }
}
