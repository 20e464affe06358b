// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes

/// The code on the page for users of ASP.NET Core.
enum FromASPNETSnippets {
    static func handler(pki: String) throws -> CertificateAuthenticator {
        // snippet of FromASPNET.md
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: ["\(pki)/root.pem"])))
        options.allowedCertificateTypes = .chained
        options.additionalChainCertificates = try Certificate.load(file: "\(pki)/intermediate.pem")
        options.revocationMode = .offline
        let events = CertificateAuthenticationEvents(
            onCertificateValidated: { context in
                guard context.principal.has(.email, "alice@example.com") else { return .fail(reason: "not a member") }
                return .success(context.principal)
            },
            onAuthenticationFailed: { _ in .keep },
            onChallenge: { _ in .refuse }
        )
        let lists = try CertificateRevocationList.load(file: "\(pki)/crls.pem")
        let authenticator = try CertificateAuthenticator(
            options: options,
            events: events,
            cache: LRUCertificateValidationCache(capacity: 1_024),
            revocationEvidence: RevocationEvidence(revocationLists: lists)
        )
        // end of snippet
        return authenticator
    }

    static func server(
        identity: ServerIdentity,
        authenticator: CertificateAuthenticator,
        port: Int
    ) -> HTTPSListenerConfiguration {
        // snippet of FromASPNET.md
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: .allow)
        tls.validation = .request
        tls.limits.handshakeTimeout = .seconds(10)
        var configuration = HTTPSListenerConfiguration(address: .hostPort(host: "127.0.0.1", port: port), tls: tls)
        configuration.requirement = { $0.path == "/" ? .optional : .required }
        configuration.authorization = { $0.path == "/admin" ? .claim(.email, anyOf: ["root@example.com"]) : nil }
        // end of snippet
        return configuration
    }

    static func appService(
        frontEnds: String,
        authenticator: CertificateAuthenticator,
        port: Int
    ) throws -> HTTPSListenerConfiguration {
        // snippet of FromASPNET.md
        let proxies = try TrustedProxies([.network(try NetworkRange(frontEnds))])
        let configuration = HTTPSListenerConfiguration(
            plainAt: .hostPort(host: "0.0.0.0", port: port),
            forwarding: try CertificateForwarding(.azureAppService(), from: proxies),
            authenticator: authenticator
        )
        // end of snippet
        return configuration
    }
}
