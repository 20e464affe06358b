// SPDX-License-Identifier: Apache-2.0
// The engine in the form that swift-nio-ssl asks for.

#if NIOSSL
public import CertAuth
public import Logging
internal import CertAuthTLS

/// Authenticates the clients of a server that keeps swift-nio-ssl, by one policy.
///
/// NIOSSL asks its verification callback in full handshakes alone. Of a resumed session it keeps nothing but the leaf,
/// and asks nobody: what was true at the first handshake would stay true for as long as tickets last. This adapter
/// judges both. It answers the callbacks with the engine's verdict, remembers the issuers of what it accepted, and
/// judges again on every connection, resumed or not, by `NIOSSLServerContext` before a byte of plaintext is released,
/// or by `authenticate(_:)` inside a request.
///
/// Share one between all connections of one policy; two policies need two, which then share nothing.
public final class NIOSSLClientAuthentication: Sendable {
    /// The policy.
    public let authenticator: CertificateAuthenticator

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
    /// Hooks are not asked: the client has not proven its key yet.
    ///
    /// - Parameter certificates: DER, the client's own first, as presented; an empty list is `no-certificate`.
    /// - Returns: the verdict, with the validated path where a path holds.
    public func verify(derEncoded certificates: [[UInt8]]) async -> ValidationVerdict {
        guard let chain = PresentedChain(derEncoded: certificates, source: .tls) else {
            let message = "the client presented no certificate"
            return refused(AuthenticationFailure(code: .noCertificate, message: message), until: nil)
        }
        switch await authenticator.validateGatheringEvidence(chain) {
        case .accepted(let path):
            memory.remember(path)
            return .accepted(path)
        case .refused(let failure, let until):
            return refused(failure, until: until)
        }
    }

    /// The chain of a client of whom no more than its certificate is at hand: that with the issuers remembered of it.
    package func knownChain(of leaf: [UInt8]) -> [[UInt8]] { memory.chain(of: leaf) }

    private func refused(_ failure: AuthenticationFailure, until moment: Timestamp?) -> ValidationVerdict {
        report(failure.code, failure.message, peer: nil)
        return .refused(failure, until: moment)
    }

    /// Says on the log and in the metrics why a client was not let in; the words are those of our own TLS handler.
    func report(_ code: FailureCode, _ message: String, peer: String?) {
        var metadata: Logger.Metadata = ["certauth.code": "\(code)"]
        if let peer { metadata["certauth.peer"] = "\(peer)" }
        let suppressed = authenticator.linesSuppressed(before: "handshake \(code)")
        if let suppressed, suppressed > 0 { metadata["certauth.suppressed"] = "\(suppressed)" }
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "TLS client not let in: client certificate refused (\(code)): \(message)",
            metadata: metadata
        )
        TLSMetrics.handshakesRefused.increment(code.rawValue)
    }

    /// Says why a client that was let in is let in no longer.
    func reportEnd(_ failure: AuthenticationFailure, peer: String?) {
        var metadata: Logger.Metadata = ["certauth.code": "\(failure.code)"]
        if let peer { metadata["certauth.peer"] = "\(peer)" }
        logger.notice("TLS client let in no longer: \(failure)", metadata: metadata)
        TLSMetrics.connectionsEnded.increment(failure.code.rawValue)
    }
}
#endif
