// SPDX-License-Identifier: Apache-2.0
// Listeners with forwarding: reloads, and policies by server name.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import XCTest

final class ForwardingReloadTests: XCTestCase {
    private static let header = HTTPField.Name("X-Client-Cert")

    private func authenticator(_ authority: TestAuthority) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    /// Returns a request for `client` as a proxy with the dialect `aspnet` sends it.
    private func forwarded(_ client: TestIdentity, host: String = "localhost") throws -> TestRequest {
        let name = try XCTUnwrap(Self.header)
        let proto = try XCTUnwrap(HTTPField.Name("X-Forwarded-Proto"))
        let hostName = try XCTUnwrap(HTTPField.Name("Host"))
        let certificate = Data(client.certificateDER).base64EncodedString()
        return TestRequest("/", headerFields: [name: certificate, proto: "https", hostName: host])
    }

    private func withForwarding(
        _ authenticator: CertificateAuthenticator,
        from proxies: TrustedProxies,
        mode: ClientCertificateMode = .none,
        customize: (inout TLSServerConfiguration) throws -> Void = { _ in },
        _ body: (TestListener) async throws -> Void
    ) async throws {
        try await TestListener.withListener(
            authenticator: authenticator,
            mode: mode,
            customize: { configuration in
                configuration.forwarding = try CertificateForwarding(.aspnet(), from: proxies)
                try configuration.withTLS { try customize(&$0) }
            },
            body
        )
    }

    func test_a_listener_with_forwarding_is_reloaded_like_any_other() async throws {
        let (old, new) = (try TestAuthority("Old Root"), try TestAuthority("New Root"))
        let (alice, bob) = (try old.issue("alice"), try new.issue("bob"))
        try await withForwarding(authenticator(old), from: ForwardingFixture.loopback()) { listener in
            let client = listener.client()
            let before = [try await client.send(forwarded(alice)), try await client.send(forwarded(bob))]
            XCTAssertEqual(before.map(\.status), [200, 403])
            guard case .tls(var settings) = listener.listener.configuration.security else { return }
            settings.authenticator = try authenticator(new)
            try await client.withConnection { opened in
                try listener.listener.reload { $0.tls = settings }
                let first = try await opened.send(forwarded(alice))
                XCTAssertEqual(first.problemCode, "untrusted", "no request is validated by the old policy")
            }
            let after = [try await client.send(forwarded(alice)), try await client.send(forwarded(bob))]
            XCTAssertEqual(after.map(\.problemCode), ["untrusted", nil])
            XCTAssertEqual(after[1].text, "CN=bob")
        }
    }

    func test_a_reload_replaces_the_trusted_proxies_too() async throws {
        let authority = try TestAuthority("Client Root")
        let alice = try authority.issue("alice")
        try await withForwarding(authenticator(authority), from: ForwardingFixture.loopback()) { listener in
            let client = listener.client()
            let before = try await client.send(forwarded(alice))
            XCTAssertEqual(before.text, "CN=alice")
            var configuration = listener.listener.configuration
            let elsewhere = try TrustedProxies([.network(try NetworkRange("10.0.0.0/8"))])
            configuration.forwarding = try CertificateForwarding(.aspnet(), from: elsewhere)
            try listener.listener.reload(configuration)
            let after = try await client.send(forwarded(alice))
            XCTAssertEqual(after.problemCode, "forwarding-untrusted")
        }
    }

    func test_each_server_name_validates_forwarded_certificates_by_its_own_policy() async throws {
        let (one, two) = (try TestAuthority("One Root"), try TestAuthority("Two Root"))
        let (alice, bob) = (try one.issue("alice"), try two.issue("bob"))
        let other = try authenticator(two)
        try await withForwarding(
            authenticator(one),
            from: ForwardingFixture.loopback(),
            customize: {
                $0.namedPolicies = [
                    ServerNamePolicy("one.test"), ServerNamePolicy("two.test", authenticator: other),
                ]
            }
        ) { listener in
            let cases: [(name: String, host: String, TestIdentity, expected: String)] = [
                ("one.test", "one.test", alice, "CN=alice"), ("one.test", "one.test", bob, "untrusted"),
                ("two.test", "two.test", bob, "CN=bob"), ("two.test", "two.test", alice, "untrusted"),
                ("one.test", "two.test", bob, "misdirected-request"),
                ("two.test", "one.test", bob, "misdirected-request"),
            ]
            for (name, host, identity, expected) in cases {
                var client = listener.client()
                client.serverName = name
                let answer = try await client.send(forwarded(identity, host: host))
                XCTAssertEqual(answer.problemCode ?? answer.text, expected, "\(name) \(host)")
            }
        }
    }

    func test_a_proxy_recognized_by_certificate_needs_each_name_to_request_one() async throws {
        let (clients, proxies) = (try TestAuthority("Client Root"), try TestAuthority("Proxy Root"))
        let (alice, proxy) = (try clients.issue("alice"), try proxies.issue("proxy"))
        let identity = try ProxyIdentity(pinning: proxy.certificate)
        let trusted = try TrustedProxies([.certificate(identity, from: [])])
        for (mode, isUsable) in [(ClientCertificateMode.allow, true), (.none, false)] {
            do {
                try await withForwarding(
                    authenticator(clients),
                    from: trusted,
                    mode: .allow,
                    customize: { $0.namedPolicies = [ServerNamePolicy("one.test", mode: mode)] }
                ) { listener in
                    XCTAssertTrue(isUsable)
                    var client = listener.client(proxy)
                    client.serverName = "one.test"
                    let answer = try await client.send(forwarded(alice, host: "one.test"))
                    XCTAssertEqual(answer.text, "CN=alice")
                }
            } catch let error as ListenerError {
                XCTAssertEqual(error, .proxyCertificateNeedsRequestValidation)
                XCTAssertFalse(isUsable)
            }
        }
    }

    func test_a_reload_that_fails_does_not_forget_that_a_proxy_was_revoked() async throws {
        let (clients, authority) = (try TestAuthority("Client Root"), try TestAuthority("Proxy Root"))
        let (alice, proxy) = (try clients.issue("alice"), try authority.issue("proxy"))
        let pin = try XCTUnwrap(proxy.certificate.publicKeyHash())
        func forwarding(revoking: [TestIdentity], number: Int) throws -> CertificateForwarding {
            let list = try authority.revocationList(revoked: revoking, number: number) {
                $0.thisUpdate = .automatic(authority.clock.now().adding(seconds: Int64(number - 10) * 600))
            }
            let identity = try ProxyIdentity(
                options: CertificateAuthenticationOptions(
                    trust: .custom(try TrustStore(certificates: [authority.anchor]))
                ),
                matching: [.publicKey(pin)],
                revocationEvidence: RevocationEvidence(revocationLists: [
                    try CertificateRevocationList(derEncoded: list.derEncoded)
                ])
            )
            return try CertificateForwarding(.aspnet(), from: TrustedProxies([.certificate(identity)]))
        }
        try await TestListener.withListener(
            authenticator: authenticator(clients),
            mode: .allow,
            customize: { $0.forwarding = try forwarding(revoking: [], number: 1) }
        ) { started in
            let listener = started.listener
            let accepted = try await started.client(proxy).send(forwarded(alice))
            XCTAssertEqual(accepted.text, "CN=alice")
            try listener.reload { $0.forwarding = try forwarding(revoking: [proxy], number: 2) }
            let revoked = try await started.client(proxy).send(forwarded(alice))
            XCTAssertEqual(revoked.problemCode, "forwarding-untrusted")
            try listener.reload { $0.forwarding = nil }
            XCTAssertThrowsError(
                try listener.reload {
                    $0.forwarding = try forwarding(revoking: [], number: 1)
                    $0.tls?.authenticator = nil
                }
            ) { XCTAssertEqual($0 as? ListenerError, .forwardingWithoutAuthenticator) }
            try listener.reload { $0.forwarding = try forwarding(revoking: [], number: 1) }
            let still = try await started.client(proxy).send(forwarded(alice))
            XCTAssertEqual(still.problemCode, "forwarding-untrusted", "the older list is not used")
            // The same while forwarding is configured, but no proxy is known by its certificate.
            try listener.reload {
                $0.forwarding = try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback())
            }
            try listener.reload { $0.forwarding = try forwarding(revoking: [], number: 1) }
            let again = try await started.client(proxy).send(forwarded(alice))
            XCTAssertEqual(again.problemCode, "forwarding-untrusted", "the older list is not used")
        }
    }
}
