// SPDX-License-Identifier: Apache-2.0
// A client without a certificate that sends other spellings of the certificate header through real proxies.

import CertAuth
import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class ProxyTwinTests: XCTestCase {
    /// A proxy's configuration, and how it treats other spellings.
    private struct Case {
        let kind: ProxyKind
        let dialect: ForwardingDialect
        /// Nil for the configuration in Docs/Forwarding.md.
        var configuration: String?
        /// The spellings that the proxy removes.
        let removed: Set<String>
    }

    private static let spellings: [(name: String, spell: @Sendable (String) -> String)] = [
        ("exact", { $0 }), ("lower", { $0.lowercased() }), ("upper", { $0.uppercased() }),
        ("hyphens", { $0.replacing("_", with: "-") }), ("underscores", { $0.replacing("-", with: "_") }),
        ("dots", { $0.replacing("-", with: ".").replacing("_", with: ".") }),
        ("tildes", { $0.replacing("-", with: "~").replacing("_", with: "~") }),
        ("marks", { $0.replacing("-", with: "!").replacing("_", with: "!") }),
        ("one", { $0.replacing("-", with: "_", maxReplacements: 1) }), ("behind", { $0 + "_" }),
        ("before", { "_" + $0 }),
        ("dot behind", { $0 + "." }),
    ]

    private static let all = Set(spellings.map(\.name))

    /// The documented configurations, which set each header on each request.
    private static let documented = [
        Case(kind: .nginx, dialect: .verified(.nginx()), removed: all),
        Case(kind: .haproxy, dialect: .verified(.haproxy()), removed: all),
        Case(kind: .apache, dialect: .verified(.apache()), removed: ["hyphens"]),
        Case(
            kind: .caddy,
            dialect: .unverified(.caddy()),
            removed: ["underscores", "dots", "tildes", "one", "behind", "before", "dot behind"]
        ),
        Case(kind: .lighttpd, dialect: .verified(.nginx()), removed: all),
        Case(kind: .squid, dialect: .verified(.nginx()), removed: []),
    ]

    /// Configurations that delete the header if there is no certificate, and pass all other spellings.
    private static let deleting = [
        Case(
            kind: .nginx,
            dialect: .unverified(.nginxPassthrough()),
            configuration: """
                server {
                    listen 8443 ssl;
                    server_name localhost;
                    underscores_in_headers on;
                    ignore_invalid_headers off;
                    ssl_certificate /etc/pki/server.pem;
                    ssl_certificate_key /etc/pki/server.key;
                    ssl_client_certificate /etc/pki/clients.pem;
                    ssl_verify_client optional_no_ca;
                    location / {
                        proxy_pass http://127.0.0.1:8080;
                        proxy_set_header Host $host;
                        proxy_set_header X-Forwarded-Proto $scheme;
                        proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
                        proxy_set_header X-SSL-Client-Verify "";
                    }
                }

                """,
            removed: []
        ),
        Case(
            kind: .haproxy,
            dialect: .unverified(.rfc9440()),
            configuration: """
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 30s
                    timeout server 30s
                frontend clients
                    bind :8443 ssl crt /etc/pki/server-and-key.pem ca-file /etc/pki/clients.pem verify optional
                    http-request set-header X-Forwarded-Proto https
                    http-request del-header Client-Cert
                    http-request del-header Client-Cert-Chain
                    http-request set-header Client-Cert :%[ssl_c_der,base64]: if { ssl_c_used 1 }
                    default_backend application
                backend application
                    server application 127.0.0.1:8080

                """,
            removed: []
        ),
        Case(
            kind: .apache,
            dialect: .unverified(.custom(certificate: "X-Client-Cert", encoding: .spacedPEM)),
            configuration: """
                Listen 8443
                <VirtualHost *:8443>
                    ServerName localhost
                    SSLEngine on
                    SSLCertificateFile /etc/pki/server.pem
                    SSLCertificateKeyFile /etc/pki/server.key
                    SSLCACertificateFile /etc/pki/clients.pem
                    SSLVerifyClient optional_no_ca
                    SSLOptions +ExportCertData
                    RequestHeader set X-Forwarded-Proto https
                    RequestHeader unset X-Client-Cert
                    RequestHeader set X-Client-Cert "%{SSL_CLIENT_CERT}s" "expr=%{SSL_CLIENT_VERIFY} != 'NONE'"
                    ProxyPreserveHost On
                    ProxyPass / http://127.0.0.1:8080/
                </VirtualHost>

                """,
            removed: []
        ),
        Case(
            kind: .caddy,
            dialect: .unverified(.aspnet()),
            configuration: """
                {
                    admin off
                    auto_https off
                }
                https://localhost:8443 {
                    tls /etc/pki/server.pem /etc/pki/server.key {
                        client_auth {
                            mode request
                        }
                    }
                    @none header_regexp X-Client-Cert ^[{]
                    route {
                        request_header X-Client-Cert {http.request.tls.client.certificate_der_base64}
                        request_header @none -X-Client-Cert
                        reverse_proxy 127.0.0.1:8080
                    }
                }

                """,
            removed: []
        ),
    ]

    /// The headers that an honest proxy would send for the victim.
    private func honest(_ dialect: ForwardingDialect, _ victim: TestIdentity) throws -> [HeaderField] {
        guard dialect.name == "custom" else {
            return try HeaderText.fields(dialect, victim.chain).filter { !$0.value.isEmpty }
        }
        return [HeaderField(dialect.headers[0], HeaderText.spaced(victim.certificateDER))]
    }

    private func run(_ cases: [Case]) async throws {
        for item in cases {
            _ = try await item.kind.tool()
            let world = try ProxyWorld(knowsIntermediate: true)
            let victim = try honest(item.dialect, try world.fixture.authority.issue("victim"))
            let forwarding = try CertificateForwarding(item.dialect, from: ForwardingFixture.loopback())
            try await world.fixture.withListener(forwarding) { address in
                let proxy = try await RealProxy(
                    item.kind,
                    configuration: item.configuration,
                    files: world.pki,
                    application: try XCTUnwrap(address.port)
                )
                defer { proxy.stop() }
                let good = try await world.get(proxy, as: "good")
                XCTAssertEqual(good, "200 CN=direct", "\(item.kind)\n\(proxy.log)")
                let none = try await world.get(proxy, as: nil)
                XCTAssertEqual(none, "403 no-certificate", "\(item.kind)\n\(proxy.log)")
                for (name, spell) in Self.spellings {
                    for fields in [victim, victim + [HeaderField("X-Forwarded-Proto", "https")]] {
                        let lines = fields.map { "\(spell($0.name)): \($0.value)" }
                        let isExact = fields.allSatisfy { spell($0.name).lowercased() == $0.name.lowercased() }
                        let isRemoved = isExact || isRemoved(name, fields, spell, by: item)
                        for client in [nil, "good"] {
                            let found = try await world.get(proxy, as: client, headers: lines)
                            let honest = client == nil ? "403 no-certificate" : "200 CN=direct"
                            let expected = isRemoved ? honest : "400 forwarding-untrusted"
                            XCTAssertEqual(found, expected, "\(item.kind) \(lines.map { $0.prefix(24) })")
                        }
                    }
                }
            }
        }
    }

    /// Whether each field arrives as the proxy wrote it, or not at all.
    private func isRemoved(
        _ name: String,
        _ fields: [HeaderField],
        _ spell: (String) -> String,
        by item: Case
    ) -> Bool {
        guard item.kind == .apache else { return item.removed.contains(name) }
        // Apache httpd removes headers only by name, so each spelling must be listed in the configuration.
        let lines = (try? item.configuration ?? RealProxy.block("apache")) ?? ""
        return fields.allSatisfy { field in
            let spelled = spell(field.name)
            return spelled.lowercased() == field.name.lowercased()
                || lines.lowercased().contains("requestheader unset \(spelled.lowercased())\n")
        }
    }

    func test_another_spelling_is_removed_or_refused_behind_every_documented_configuration() async throws {
        try await run(Self.documented)
    }

    func test_another_spelling_is_refused_if_the_proxy_deletes_only_the_exact_name() async throws {
        try await run(Self.deleting)
    }
}
