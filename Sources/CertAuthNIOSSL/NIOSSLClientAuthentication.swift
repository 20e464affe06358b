// SPDX-License-Identifier: Apache-2.0
// The engine in the form that swift-nio-ssl asks for.

#if NIOSSL
public import CertAuth
public import Logging
internal import CertAuthTLS

/// Authenticates the clients of a server that keeps swift-nio-ssl, by one policy.
///
/// NIOSSL calls its verification callback in full handshakes alone, before the client has proven its key. Of a resumed
/// session it keeps nothing but the leaf, and asks nothing. This adapter answers the callbacks by the evidence that is
/// held, and judges again on every connection, resumed or not, once the key is proven: by `NIOSSLServerContext` before a
/// byte of plaintext is released, or by `authenticate(_:)` inside a request. Only then is evidence fetched, are hooks
/// called, and are the issuers of the client remembered.
///
/// Share one between all connections of one policy; two policies need two, which then share nothing.
public final class NIOSSLClientAuthentication: Sendable {
    /// The policy.
    package let authenticator: CertificateAuthenticator

    let memory: IntermediateMemory
    private let logger: Logger

    /// Makes an adapter.
    ///
    /// - Parameters:
    ///   - authenticator: judges every client.
    ///   - rememberedClients: how many clients' issuers are remembered for their resumed sessions, at least 1; at most
    ///     16 KiB each. A client that is forgotten is judged by its own certificate and the policy's
    ///     `additionalChainCertificates` when it resumes.
    ///   - logger: hears of handshakes that were refused.
    public init(
        authenticator: CertificateAuthenticator,
        rememberedClients: Int = 1024,
        logger: Logger = Logger(label: "certauth.niossl")
    ) {
        self.authenticator = authenticator
        memory = IntermediateMemory(capacity: max(1, rememberedClients))
        self.logger = logger
    }

    /// Judges the chain of a full handshake, for servers that ask by `([certificate]) async -> result`.
    ///
    /// The client has not proven its key yet: nothing is fetched, no hook is called. Under `.online` a client is refused
    /// as `revocation-unknown` until evidence about it is held.
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
            return refused(failure, until: until)
        }
    }

    /// Judges the chain of a full handshake whose client is judged again once it has proven its key.
    ///
    /// - Returns: the valid path, also where evidence about its revocation has yet to be fetched; nil for a refusal.
    func path(inHandshakeOf certificates: [[UInt8]]) -> ValidatedChain? {
        guard let chain = PresentedChain(derEncoded: certificates, source: .tls) else {
            _ = missing
            return nil
        }
        switch authenticator.handshakeVerdict(on: chain) {
        case .accepted(let path), .undecided(let path):
            return path
        case .refused(let failure, let until):
            _ = refused(failure, until: until)
            return nil
        }
    }

    /// The chain of a client of which only the certificate is known: that with the issuers remembered of it.
    package func knownChain(of leaf: [UInt8]) -> [[UInt8]] { memory.chain(of: leaf) }

    /// Remembers the issuers of a client that has proven its key and was authenticated.
    package func remember(_ client: AuthenticatedClient) {
        memory.remember(client.chain.certificates.map(\.derEncoded))
    }

    private var missing: ValidationVerdict {
        let message = "the client presented no certificate"
        return refused(AuthenticationFailure(code: .noCertificate, message: message), until: nil)
    }

    private func refused(_ failure: AuthenticationFailure, until moment: Timestamp?) -> ValidationVerdict {
        report(failure.code, failure.message, peer: nil)
        return .refused(failure, until: moment)
    }

    /// Says on the log and in the metrics why a client was not let in; the words are those of our own TLS handler.
    func report(_ code: FailureCode, _ message: String, peer: String?) {
        let suppressed = authenticator.linesSuppressed(before: "handshake \(code)")
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "TLS client not let in: client certificate refused (\(code)): \(message)",
            metadata: LogMetadata(.code, code).with(.peer, peer).suppressing(suppressed).values
        )
        TLSMetrics.handshakesRefused.increment(code.rawValue)
    }

    /// Says why a client that was let in is let in no longer.
    func reportEnd(_ failure: AuthenticationFailure, peer: String?) {
        let metadata = LogMetadata(.code, failure.code).with(.peer, peer)
        logger.notice("TLS client let in no longer: \(failure)", metadata: metadata.values)
        TLSMetrics.connectionsEnded.increment(failure.code.rawValue)
    }
}
#endif
