// SPDX-License-Identifier: Apache-2.0
// The Guide's servers: modes, routes, names.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes

/// The Guide's ways to request certificates.
enum ServerSnippets {
    static func routes(identity: ServerIdentity, authenticator: CertificateAuthenticator) throws -> HTTPSListener {
        // snippet of Guide.md
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: .allow)
        tls.validation = .request
        var configuration = HTTPSListenerConfiguration(tls: tls)
        configuration.requirement = { head in
            switch head.path {
            case "/health": .anonymous
            case "/": .optional
            default: .required
            }
        }
        let listener = try HTTPSListener(configuration: configuration) { request in
            if let failure = request.failure { return .text("your certificate was refused: \(failure.code)") }
            return .text("hello \(request.principal?.name ?? "visitor")")
        }
        // end of snippet
        return listener
    }

    static func handshake(identity: ServerIdentity, authenticator: CertificateAuthenticator) throws -> HTTPSListener {
        // snippet of Guide.md
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: .require)
        tls.validation = .handshake
        tls.minimumVersion = .tls13
        // end of snippet
        return try HTTPSListener(configuration: HTTPSListenerConfiguration(tls: tls)) { _ in .text("in") }
    }

    static func names(
        identity: ServerIdentity,
        customers: CertificateAuthenticator,
        partners: CertificateAuthenticator
    ) -> TLSServerConfiguration {
        // snippet of Guide.md
        var tls = TLSServerConfiguration(identity: identity, authenticator: customers)
        tls.namedPolicies = [
            ServerNamePolicy("shop.example"),  // as the configuration: require
            ServerNamePolicy("www.example", mode: ClientCertificateMode.none),
            ServerNamePolicy("*.partner.example", authenticator: partners),
        ]
        // end of snippet
        return tls
    }

    static func refusals(_ tls: TLSServerConfiguration) -> HTTPSListenerConfiguration {
        var configuration = HTTPSListenerConfiguration(tls: tls)
        // snippet of Guide.md
        configuration.refusalPage = { refused in
            guard refused.code == "no-certificate" else { return nil }  // the page of CertAuth
            return ListenerResponse(
                status: refused.status,
                headerFields: [.contentType: "text/html; charset=utf-8"],
                body: Array("<!DOCTYPE html><title>Sign in</title><p>Insert your smart card.</p>".utf8)
            )
        }
        // end of snippet
        // snippet of Guide.md
        configuration.admitsPreflight = { $0.path == "/api/orders" }
        // end of snippet
        return configuration
    }
}
