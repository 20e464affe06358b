// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import CertAuthHTTP
public import CertAuthTLS
public import CertAuthTesting

/// An HTTPS listener on a loopback port, with its own server certificate.
public struct TestListener: Sendable {
    /// The running listener.
    package let listener: HTTPSListener
    /// The address that the listener is bound to.
    public let address: ListenerAddress
    /// The authority that issued the server's certificate.
    package let serverAuthority: TestAuthority

    /// Starts a listener, passes it to `body`, and shuts it down.
    ///
    /// - Parameters:
    ///   - authority: the authority whose certificates are accepted; revocation is not checked.
    ///   - mode: whether and when clients are asked for a certificate.
    ///   - customize: changes the listener's configuration before the start.
    ///   - handler: answers requests; by default with the client's subject.
    public static func withListener<Result>(
        trusting authority: TestAuthority,
        mode: ClientCertificateMode = .require,
        customize: (inout HTTPSListenerConfiguration) throws -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = TestListener.subjectOfClient,
        _ body: (TestListener) async throws -> Result
    ) async throws -> Result {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        options.clock = authority.clock
        return try await withListener(
            authenticator: try CertificateAuthenticator(options: options),
            mode: mode,
            customize: customize,
            handler: handler,
            body
        )
    }

    /// Like the other overload, with the caller's authenticator.
    public static func withListener<Result>(
        authenticator: CertificateAuthenticator?,
        mode: ClientCertificateMode = .require,
        customize: (inout HTTPSListenerConfiguration) throws -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = TestListener.subjectOfClient,
        _ body: (TestListener) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority("Test Server Root")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"], addresses: ["127.0.0.1"]))
        var tls = TLSServerConfiguration(
            identity: try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM()),
            authenticator: authenticator,
            mode: mode
        )
        tls.validation = .request
        var configuration = HTTPSListenerConfiguration(tls: tls)
        try customize(&configuration)
        let listener = try HTTPSListener(configuration: configuration, handler: handler)
        let address = try await listener.start()
        do {
            let started = TestListener(listener: listener, address: address, serverAuthority: authority)
            let result = try await body(started)
            await listener.shutdown()
            return result
        } catch {
            await listener.shutdown()
            throw error
        }
    }

    /// Returns a client of this listener, with or without a certificate.
    public func client(_ identity: TestIdentity? = nil) -> TLSTestClient {
        TLSTestClient(address: address, serverAnchorDER: serverAuthority.anchorDER, identity: identity)
    }

    /// Responds with the subject of the client's certificate, or `anonymous` without one.
    public static let subjectOfClient: HTTPSListener.Handler = { request in
        .text(request.client?.certificate.subject.rfc4514 ?? "anonymous")
    }
}

extension HTTPSListenerConfiguration {
    /// Changes the TLS configuration, if there is one.
    public mutating func withTLS(_ change: (inout TLSServerConfiguration) throws -> Void) rethrows {
        guard case .tls(var tls) = security else { return }
        try change(&tls)
        security = .tls(tls)
    }
}
