// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthHTTP
import CertAuthTLS

/// The ways to accept certificates from proxies in the Guide and on the forwarding page.
enum ProxySnippets {
    static func overview(authenticator: CertificateAuthenticator) throws -> HTTPSListenerConfiguration {
        // snippet of Forwarding.md
        let proxies = try TrustedProxies([.network(try NetworkRange("10.0.0.0/8"))])
        let forwarding = try CertificateForwarding(.nginx(), from: proxies)
        let configuration = HTTPSListenerConfiguration(
            plainAt: .hostPort(host: "10.0.0.7", port: 8080),
            forwarding: forwarding,
            authenticator: authenticator
        )
        // end of snippet
        return configuration
    }

    static func several(_ configuration: inout HTTPSListenerConfiguration) throws {
        // snippet of Forwarding.md
        let nginx = try CertificateForwarding(
            .nginx(),
            from: TrustedProxies([.network(try NetworkRange("10.0.0.0/8"))])
        )
        let azure = try CertificateForwarding(
            .azureAppService(),
            from: TrustedProxies([.network(try NetworkRange("169.254.0.0/16"))])
        )
        configuration.forwarding = try CertificateForwarding(combining: [nginx, azure])
        // end of snippet
    }

    static func nginx(authenticator: CertificateAuthenticator, port: Int) throws -> HTTPSListenerConfiguration {
        // snippet of Guide.md
        let proxies = try TrustedProxies([.network(try NetworkRange("127.0.0.1"))])
        let configuration = HTTPSListenerConfiguration(
            plainAt: .hostPort(host: "127.0.0.1", port: port),
            forwarding: try CertificateForwarding(.nginx(), from: proxies),
            authenticator: authenticator
        )
        // end of snippet
        return configuration
    }

    static func custom(edge: Certificate, tls: TLSServerConfiguration) throws -> HTTPSListenerConfiguration {
        // snippet of Guide.md
        let dialect = VerifiedDialect.custom(
            name: "edge",
            certificate: "X-Edge-Cert",
            encoding: .base64DER,
            verdict: "X-Edge-Verify",
            verified: "ok",
            absent: "none"
        )
        let proxies = try TrustedProxies([.certificate(try ProxyIdentity(pinning: edge))])
        var configuration = HTTPSListenerConfiguration(tls: tls)
        configuration.forwarding = try CertificateForwarding(dialect, from: proxies)
        // end of snippet
        return configuration
    }
}
