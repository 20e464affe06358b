// SPDX-License-Identifier: Apache-2.0
// The start-up findings of listeners, and authorization at their gate.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import Logging
import XCTest

final class ListenerFindingTests: XCTestCase {
    private var authority: TestAuthority!

    override func setUpWithError() throws { authority = try TestAuthority("Root") }

    private func authenticator(
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        let store = try TrustStore(certificates: [authority.anchor])
        var options = CertificateAuthenticationOptions(trust: .custom(store))
        options.revocationMode = .offline
        change(&options)
        let list = try CertificateRevocationList(derEncoded: authority.revocationList().derEncoded)
        return try CertificateAuthenticator(
            options: options,
            revocationEvidence: RevocationEvidence(revocationLists: [list])
        )
    }

    private func tls(_ mode: ClientCertificateMode = .require) throws -> TLSServerConfiguration {
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        return TLSServerConfiguration(identity: identity, authenticator: try authenticator(), mode: mode)
    }

    private func findings(_ configuration: HTTPSListenerConfiguration) -> [String] {
        configuration.findings.map { "\($0.severity.rawValue) \($0.place ?? "-") \($0.code)" }
    }

    func test_a_strict_listener_has_no_finding() throws {
        for mode in [ClientCertificateMode.require, .allow, .none] {
            XCTAssertEqual(findings(HTTPSListenerConfiguration(tls: try tls(mode))), [])
        }
    }

    func test_custom_routes_in_mode_allow_without_authorization_have_a_finding() throws {
        for mode in [ClientCertificateMode.allow, .delayed, .require] {
            var configuration = HTTPSListenerConfiguration(tls: try tls(mode))
            configuration.requirement = { _ in .optional }
            let expected = mode == .require ? [] : ["notice - allow-mode-without-authorization"]
            XCTAssertEqual(findings(configuration), expected)
            configuration.authorization = { _ in .authenticated }
            XCTAssertEqual(findings(configuration), [])
        }
    }

    func test_findings_of_policies_by_name_include_the_name() throws {
        var tls = try tls()
        tls.namedPolicies = [
            ServerNamePolicy("a.test", authenticator: try authenticator { $0.revocationMode = .noCheck }),
            ServerNamePolicy("b.test"),
            ServerNamePolicy(
                "c.test",
                mode: ClientCertificateMode.none,
                authenticator: try authenticator { $0.revocationMode = .noCheck }
            ),
        ]
        tls.unnamedClients = .insecurelyServedByLooserDefault
        var configuration = HTTPSListenerConfiguration(tls: tls)
        configuration.exposesFailureDetails = true
        XCTAssertEqual(
            findings(configuration),
            [
                "warning a.test no-revocation", "warning - server-name-not-covered", "warning - looser-default",
                "notice - details-exposed",
            ]
        )
    }

    func test_forwarding_without_TLS_or_without_validation_is_dangerous() throws {
        let proxies = try TrustedProxies([.network(NetworkRange("10.0.0.0/8"))])
        let checked = try CertificateForwarding(.verified(.nginx()), from: proxies)
        let blind = try CertificateForwarding(insecurelyTrustingVerdictOf: .nginx(), from: proxies)
        let cases: [(String, CertificateForwarding, [String])] = [
            ("127.0.0.1", checked, []), ("::1", checked, []), ("localhost", checked, []),
            ("127.0.0.1", blind, ["warning - forwarding-on-proxys-word"]),
            ("0.0.0.0", checked, ["warning - plain-beyond-loopback"]),
            ("::", checked, ["warning - plain-beyond-loopback"]),
            ("10.1.1.1", checked, ["warning - plain-beyond-loopback"]),
        ]
        for (host, forwarding, expected) in cases {
            let configuration = HTTPSListenerConfiguration(
                plainAt: .hostPort(host: host, port: 0),
                forwarding: forwarding,
                authenticator: try authenticator()
            )
            XCTAssertEqual(findings(configuration), expected, host)
        }
    }

    func test_a_route_with_a_policy_accepts_allowed_clients_and_names_the_refusal() async throws {
        let admins = AuthorizationPolicy.claim(.name, anyOf: ["alice"]).named("admins")
        try await TestListener.withListener(
            trusting: authority,
            mode: .allow,
            customize: { configuration in
                configuration.requirement = { _ in .anonymous }
                configuration.authorization = { $0.path == "/admin" ? admins : nil }
            }
        ) { listener in
            let alice = listener.client(try authority.issue("alice"))
            let bob = listener.client(try authority.issue("bob"))
            let allowed = try await alice.get("/admin")
            XCTAssertEqual(allowed.text, "CN=alice")
            let denied = try await bob.get("/admin")
            XCTAssertEqual(denied.status, 403)
            XCTAssertEqual(denied.problemCode, "not-authorized")
            XCTAssertNotNil(denied.text.firstMatch(of: /"instance":"urn:uuid:[0-9a-f-]{36}"/))
            XCTAssertFalse(denied.text.contains("admins"))
            let open = try await bob.get("/")
            XCTAssertEqual(open.text, "anonymous")
            let nobody = try await listener.client().get("/admin")
            XCTAssertEqual(nobody.problemCode, "no-certificate")
            let old = try await listener.client(try authority.issue("alice", .expired)).get("/admin")
            XCTAssertEqual(old.problemCode, "expired")
        }
    }
}
