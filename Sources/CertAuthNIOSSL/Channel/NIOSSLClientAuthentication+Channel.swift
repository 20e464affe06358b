// SPDX-License-Identifier: Apache-2.0
// Authenticates the clients of channels whose pipelines were built elsewhere.

#if NIOSSL
public import CertAuth
internal import CertAuthTLS
public import NIOCore
internal import NIOSSL

extension NIOSSLClientAuthentication {
    /// Authenticates one request on `channel`. Returns the earlier result while it is valid.
    ///
    /// Call it while handling a request: then the handshake is over and the key of the certificate is proven. Before
    /// `TLSUserEvent.handshakeCompleted`, NIOSSL may already return a certificate whose key is not proven.
    ///
    /// - Parameter channel: the connection's channel, or that of an HTTP/2 stream on it.
    /// - Returns: `no-certificate` if NIOSSL was not configured to ask for one, `not-https` without NIOSSL, `.failure`
    ///   with `internal` on a closed channel.
    public func authenticate(_ channel: any Channel) async -> AuthenticationResult {
        do {
            return await (try await authentication(on: channel).get()).authenticate()
        } catch {
            let message = "the channel cannot provide the client's certificates: \(error)"
            return .failure(AuthenticationFailure(code: .internalError, message: message))
        }
    }

    /// Returns the object that authenticates the requests of `channel`; created at the first call and kept with the
    /// connection.
    ///
    /// The chain is the client's certificate with the issuers remembered for it. `facts.isResumed` is true unless
    /// NIOSSL shows that it validated the chain on this connection: always on resumed sessions, and always with the
    /// callback without metadata. NIOSSL's handler does not know `serverName`; the negotiated ALPN protocol is known
    /// only if `NIOSSLServerContext` built the pipeline. See `authenticate(_:)` for when to call this.
    ///
    /// - Parameter channel: the connection's channel, or that of an HTTP/2 stream on it.
    /// - Returns: a future that fails if the channel is closed, or before `NIOSSLServerContext` has admitted the
    ///   client.
    public func authentication(on channel: any Channel) -> EventLoopFuture<ConnectionAuthentication> {
        channel.eventLoop.flatSubmit { () -> EventLoopFuture<ConnectionAuthentication> in
            if let parent = channel.parent, !Self.carriesTLS(channel) {
                // A closed channel has lost its handlers, and its parent may be the listening socket.
                guard channel.isActive else {
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return parent.eventLoop.submit { try self.authentication(of: parent, isStream: true) }
            }
            return channel.eventLoop.makeCompletedFuture { try self.authentication(of: channel, isStream: false) }
        }
    }

    private static func carriesTLS(_ channel: any Channel) -> Bool {
        (try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)) != nil
    }

    /// Runs on the event loop of `channel`.
    private func authentication(of channel: any Channel, isStream: Bool) throws -> ConnectionAuthentication {
        let pipeline = channel.pipeline.syncOperations
        guard let tls = try? pipeline.handler(type: NIOSSLServerHandler.self) else {
            guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
            return ConnectionAuthentication(
                authenticator: authenticator,
                chain: nil,
                facts: ConnectionFacts(isSecure: false, peerAddress: isStream ? nil : channel.remoteAddress?.peerText)
            )
        }
        if let gate = try? pipeline.handler(type: ClientAdmissionHandler.self), gate.adapter === self {
            guard let admitted = gate.authentication else { throw ClientAdmissionError.notAdmittedYet }
            return admitted
        }
        let storage = try pipeline.handler(type: ConnectionStorageHandler.self, orAdd: ConnectionStorageHandler())
        if let kept = storage.authentication(by: self) { return kept }
        // The path of this handshake; nil after a resumption, and with the callback without metadata.
        let path = try tls.peerValidatedCertificateChain?.map { try $0.toDERBytes() }
        // A request is being handled, which proves that the handshake is over.
        if let leaf = try tls.peerCertificate?.toDERBytes() {
            if let path, path.first == leaf { memory.remember(path) } else { memory.confirm(leaf) }
        }
        let client = try client(
            of: tls,
            channel,
            // The trust anchor is left out, because it comes from the policy.
            presented: path.map { $0.count > 1 ? Array($0.dropLast()) : $0 },
            isResumed: path == nil,
            negotiatedProtocol: nil
        )
        let authentication = ConnectionAuthentication(
            authenticator: authenticator,
            chain: client.chain,
            facts: client.facts
        )
        // Without a chain the call may have come too early, so the result is not kept.
        if authentication.presentedChain != nil { storage.keep(authentication, for: self) }
        return authentication
    }

    /// Runs on the event loop of `channel`, whose NIOSSL handler is `tls`.
    ///
    /// - Parameter presented: the chain as presented on this connection; nil to use the leaf with its remembered
    ///   issuers.
    func client(
        of tls: NIOSSLServerHandler,
        _ channel: any Channel,
        presented: [[UInt8]]?,
        isResumed: Bool,
        negotiatedProtocol: String?
    ) throws -> (chain: PresentedChain?, facts: ConnectionFacts) {
        // NIOSSL has proven the leaf that it returns. A chain with another leaf does not belong to this connection.
        let leaf = try tls.peerCertificate?.toDERBytes()
        let certificates = leaf.map { leaf in presented?.first == leaf ? presented ?? [] : knownChain(of: leaf) }
        let facts = ConnectionFacts(
            isSecure: true,
            peerAddress: channel.remoteAddress?.peerText,
            negotiatedProtocol: negotiatedProtocol.map { ALPNIdentifier(rawValue: $0) },
            tlsVersion: tls.tlsVersion?.fact,
            isResumed: leaf != nil && isResumed
        )
        return (certificates.flatMap { PresentedChain(derEncoded: $0, source: .tls) }, facts)
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Returns the pipeline's handler of this type, or adds one at the end of the pipeline.
    fileprivate func handler<Handler: ChannelHandler>(
        type: Handler.Type,
        orAdd new: @autoclosure () -> Handler
    ) throws -> Handler {
        if let found = try? handler(type: type) { return found }
        let added = new()
        try addHandler(added)
        return added
    }
}

extension TLSVersion {
    /// The version as in `ConnectionFacts`.
    fileprivate var fact: ConnectionFacts.TLSVersion {
        switch self {
        case .tlsv1: .tls10
        case .tlsv11: .tls11
        case .tlsv12: .tls12
        case .tlsv13: .tls13
        }
    }
}

/// Stores the object that authenticates the requests of its connection, for the lifetime of the connection. Handles no
/// events.
final class ConnectionStorageHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private var kept: [(adapter: NIOSSLClientAuthentication, authentication: ConnectionAuthentication)] = []

    /// The object that `adapter` created for this connection. Other policies do not share it.
    func authentication(by adapter: NIOSSLClientAuthentication) -> ConnectionAuthentication? {
        kept.first { $0.adapter === adapter }?.authentication
    }

    func keep(_ authentication: ConnectionAuthentication, for adapter: NIOSSLClientAuthentication) {
        kept.append((adapter, authentication))
    }
}

@available(*, unavailable)
extension ConnectionStorageHandler: Sendable {}
#endif
