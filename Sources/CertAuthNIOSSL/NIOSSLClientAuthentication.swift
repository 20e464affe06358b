// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
public import CertAuth
internal import CertAuthTLS

/// Authenticates the clients of a server that uses swift-nio-ssl, by one policy.
///
/// NIOSSL calls its verification callback only in full handshakes, before the client has proven its key. For a resumed
/// session it keeps only the leaf and calls nothing. This adapter answers the callbacks with the evidence that is held.
/// It validates again on every connection, resumed or not, once the key is proven: in `NIOSSLServerContext` before any
/// plaintext is released, or in `authenticate(_:)` during a request. Only then does it fetch evidence, call hooks and
/// remember the client's issuers.
///
/// Share one object between all connections of a policy. Two policies need two objects, which share nothing.
public final class NIOSSLClientAuthentication: Sendable {
    /// Validates every client under this object's policy.
    package let authenticator: CertificateAuthenticator

    let memory: IntermediateCache
    /// The validations of clients of open connections.
    let validations = SlicedWork()

    /// Creates an adapter.
    ///
    /// - Parameters:
    ///   - authenticator: validates every client, and logs every refused one.
    ///   - rememberedClients: the number of clients whose issuers are remembered for resumed sessions, at least 1; at
    ///     most 16 KiB each. Other resumed clients are validated with their own certificate and the policy's
    ///     `additionalChainCertificates` alone.
    public init(
        authenticator: CertificateAuthenticator,
        rememberedClients: Int = 1024
    ) {
        self.authenticator = authenticator
        memory = IntermediateCache(capacity: max(1, rememberedClients))
    }

    /// Validates the chain of a full handshake, for servers whose callback is `([certificate]) async -> result`.
    ///
    /// The client has not proven its key yet, so nothing is fetched and no hook is called. Under `.online`, a client is
    /// refused as `revocation-unknown` until evidence about it is held.
    ///
    /// - Parameter certificates: DER, the client's own first, as presented; an empty list is `no-certificate`.
    /// - Returns: the verdict, with the validated path if the client is accepted.
    public func verify(derEncoded certificates: [[UInt8]]) async -> ValidationVerdict {
        guard let chain = PresentedChain(derEncoded: certificates, source: .tls) else { return missing }
        switch authenticator.validate(chain) {
        case .accepted(let path):
            memory.propose(path)
            return .accepted(path)
        case .refused(let failure, let until):
            return refused(failure, until: until, leaf: chain.derEncoded.first)
        }
    }

    /// Validates the chain of a full handshake whose client is validated again once it has proven its key.
    ///
    /// - Returns: the valid path, even if revocation evidence must still be fetched; nil for a refusal.
    func path(inHandshakeOf certificates: [[UInt8]]) -> ValidatedChain? {
        guard let chain = PresentedChain(derEncoded: certificates, source: .tls) else {
            _ = missing
            return nil
        }
        switch authenticator.provisionalVerdict(on: chain) {
        case .accepted(let path): return path
        case .refused(let failure, let until):
            _ = refused(failure, until: until, leaf: chain.derEncoded.first)
            return nil
        }
    }

    /// Returns the chain of a client for which only the leaf is known: the leaf and the issuers remembered for it.
    package func knownChain(of leaf: [UInt8]) -> [[UInt8]] { memory.chain(of: leaf) }

    /// Remembers the issuers of a client that has proven its key and was authenticated.
    package func remember(_ client: AuthenticatedClient) {
        memory.remember(client.chain.certificates.map(\.derEncoded))
    }

    private var missing: ValidationVerdict {
        let message = "the client presented no certificate"
        return refused(AuthenticationFailure(code: .noCertificate, message: message), until: nil)
    }

    private func refused(
        _ failure: AuthenticationFailure,
        until moment: Timestamp?,
        leaf: [UInt8]? = nil
    ) -> ValidationVerdict {
        report(failure, peer: nil, leaf: leaf)
        return .refused(failure, until: moment)
    }

    /// Counts a refused client, and logs it unless the authenticator already has.
    func report(_ failure: AuthenticationFailure, peer: String?, leaf: [UInt8]? = nil) {
        _ = authenticator.report(failure, of: client(peer, leaf))
        TLSMetrics.handshakesRefused.increment(failure.code.rawValue)
    }

    private func client(_ peer: String?, _ leaf: [UInt8]?) -> RefusedClient {
        RefusedClient(facts: ConnectionFacts(isSecure: true, peerAddress: peer), leaf: leaf)
    }

    /// Logs and counts the end of a connection whose admitted client is now refused.
    func reportEnd(_ failure: AuthenticationFailure, peer: String?) {
        authenticator.reportEnd(failure, of: client(peer, nil))
        TLSMetrics.connectionsEnded.increment(failure.code.rawValue)
    }
}
#endif
