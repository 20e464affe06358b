// SPDX-License-Identifier: Apache-2.0
// A listener without TLS behind a proxy that the tests imitate or start.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import HTTPTypes
import XCTest

/// A clients' CA and the policy that trusts it.
struct ForwardingFixture {
    let authority: TestAuthority
    let issuing: TestAuthority
    let authenticator: CertificateAuthenticator

    /// - Parameter knowsIntermediate: whether the intermediate is configured, for proxies that forward only the leaf.
    init(knowsIntermediate: Bool = true, observability: Observability = Observability()) throws {
        authority = try TestAuthority("Client Root")
        issuing = try authority.intermediate("Issuing")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        if knowsIntermediate { options.additionalChainCertificates = [try issuing.certificate] }
        authenticator = try CertificateAuthenticator(options: options, observability: observability)
    }

    static func loopback() throws -> TrustedProxies {
        try TrustedProxies([.network(try NetworkRange("127.0.0.0/8"))])
    }

    /// Returns the client's name, the proxy's connection, and the certificate headers that remain.
    static let handler: HTTPSListener.Handler = { request in
        let left = request.head.headerFields.map(\.name.rawName).filter { name in
            let folded = name.lowercased().replacing("_", with: "-")
            return folded.contains("cert") || folded.contains("ssl")
        }
        let subject = request.client?.certificate.subject.rfc4514 ?? "anonymous"
        let failure = request.failure.map { " failure=\($0.code)" } ?? ""
        return .text("\(subject)\(failure) left=\(left) scheme=\(request.head.scheme ?? "")")
    }

    /// Starts a listener without TLS, passes its address to `body`, and shuts it down.
    func withListener<Result>(
        _ forwarding: CertificateForwarding,
        at address: ListenerAddress = .hostPort(host: "127.0.0.1", port: 0),
        handler: @escaping HTTPSListener.Handler = ForwardingFixture.handler,
        customize: (inout HTTPSListenerConfiguration) -> Void = { _ in },
        _ body: (ListenerAddress) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPSListenerConfiguration(
            plainAt: address,
            forwarding: forwarding,
            authenticator: authenticator
        )
        configuration.requirement = { $0.path == "/public" ? .optional : .required }
        customize(&configuration)
        let listener = try HTTPSListener(configuration: configuration, handler: handler)
        let bound = try await listener.start()
        do {
            let result = try await body(bound)
            await listener.shutdown()
            return result
        } catch {
            await listener.shutdown()
            throw error
        }
    }
}
