// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

/// A clients' CA, its clients, and the headers that honest proxies of each dialect send for them, in memory.
struct ForwardingStage {
    static let proxyAddress = "10.1.2.3"
    static let untrustedAddress = "192.0.2.66"

    let authority: TestAuthority
    let issuing: TestAuthority
    /// Issued by an intermediate.
    let alice: TestIdentity
    let authenticator: CertificateAuthenticator

    init(_ customize: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }) throws {
        authority = try TestAuthority("Client Root")
        issuing = try authority.intermediate("Issuing")
        alice = try issuing.issue("alice")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        options.additionalChainCertificates = [try issuing.certificate]
        try customize(&options)
        authenticator = try CertificateAuthenticator(options: options)
    }

    static func trusted(_ networks: String...) throws -> TrustedProxies {
        try TrustedProxies((networks.isEmpty ? ["10.0.0.0/8"] : networks).map { .network(try NetworkRange($0)) })
    }

    func forwarding(_ dialect: ForwardingDialect) throws -> CertificateForwarding {
        try CertificateForwarding(dialect, from: Self.trusted())
    }

    static func peer(_ text: String) -> ConnectionPeer { IPAddress(text).map { .address($0) } ?? .unknown }

    /// The request of a proxy at a trusted address, over HTTPS by the proxy's own header.
    static func fromProxy(_ fields: [HeaderField], presenting chain: PresentedChain? = nil) -> ForwardingRequest {
        ForwardingRequest(
            fields: [HeaderField("X-Forwarded-Proto", "https"), HeaderField("CloudFront-Forwarded-Proto", "https")]
                + fields,
            peer: peer(proxyAddress),
            presentedChain: chain
        )
    }

    /// Completes a request as a server does; `direct` is the result for the connection's own certificate.
    func result(
        _ forwarding: CertificateForwarding,
        _ request: ForwardingRequest
    ) async -> (result: AuthenticationResult, isRejected: Bool) {
        let facts = ConnectionFacts(isSecure: request.presentedChain != nil, peerAddress: "test")
        switch forwarding.decide(request) {
        case .direct:
            return (await authenticator.authenticate(request.presentedChain, facts: facts), false)
        case .forwarded(let certificate, let isSecure):
            return (
                await authenticator.authenticate(forwarded: certificate, facts: ConnectionFacts(isSecure: isSecure)),
                false
            )
        case .failed(let error): return (await authenticator.refuse(error, facts: facts), false)
        case .rejected(let error): return (await authenticator.refuse(error, facts: facts), true)
        }
    }

    func result(_ dialect: ForwardingDialect, _ fields: [HeaderField]) async throws -> AuthenticationResult {
        await result(try forwarding(dialect), Self.fromProxy(fields)).result
    }
}
