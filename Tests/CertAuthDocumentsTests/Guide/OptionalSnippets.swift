// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of optional certificates: by host, and late.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes
import NIOCore

/// The Guide's two ways to request a certificate only where it is needed.
enum OptionalSnippets {
    static func byHost(
        options: CertificateAuthenticationOptions,
        evidence: RevocationEvidence,
        identity: ServerIdentity
    ) throws -> HTTPSListenerConfiguration {
        // snippet of Guide.md
        let events = CertificateAuthenticationEvents(onChallenge: { context in
            guard context.facts.serverName == "www.example" else { return .refuse }
            return .redirect(location: "https://shop.example\(context.path)")
        })
        let authenticator = try CertificateAuthenticator(
            options: options,
            events: events,
            revocationEvidence: evidence
        )
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator)
        tls.validation = .request
        tls.namedPolicies = [
            ServerNamePolicy("shop.example", mode: .require),
            ServerNamePolicy("www.example", mode: ClientCertificateMode.none),
        ]
        var configuration = HTTPSListenerConfiguration(tls: tls)
        configuration.requirement = { $0.path == "/" ? .optional : .required }
        // end of snippet
        return configuration
    }

    static func late(
        identity: ServerIdentity,
        authenticator: CertificateAuthenticator
    ) throws -> HTTPSListener {
        // snippet of Guide.md
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: .delayed)
        tls.limits.lateCertificateTimeout = .seconds(20)
        var configuration = HTTPSListenerConfiguration(tls: tls)
        configuration.requirement = { $0.path == "/account" ? .required : .optional }
        let listener = try HTTPSListener(configuration: configuration) { request in
            guard request.path == "/sign-in" else { return .text("hello \(request.principal?.name ?? "visitor")") }
            do throws(LateCertificateError) {
                switch try await request.requestClientCertificate() {
                case .success(let client)?: return .text("welcome \(client.principal.name ?? "stranger")")
                case .failure(let failure)?: return .text("refused: \(failure.code)")
                case .noResult?, nil: return .text("as you like")
                }
            } catch {
                return request.redirect(toCertificateHost: "shop.example")
            }
        }
        // end of snippet
        return listener
    }
}
