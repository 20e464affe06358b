// SPDX-License-Identifier: Apache-2.0
// Who the client of a channel is, on pipelines that others have built.

#if NIOSSL
public import CertAuth
internal import CertAuthTLS
public import NIOCore
internal import NIOSSL

extension NIOSSLClientAuthentication {
    /// Authenticates one request that came over `channel`, or hears again what still holds.
    ///
    /// To be called from inside a request, for then the handshake is over and the key of the certificate is proven;
    /// before `TLSUserEvent.handshakeCompleted` NIOSSL may already name a certificate that nobody has proven.
    ///
    /// - Parameter channel: the connection's, or that of an HTTP/2 stream on it.
    /// - Returns: `no-certificate` where NIOSSL was not told to ask for one, `not-https` without NIOSSL, `.failure` with
    ///   `internal` on a channel that is closed.
    public func authenticate(_ channel: any Channel) async -> AuthenticationResult {
        do {
            return await (try await authentication(on: channel).get()).authenticate()
        } catch {
            let message = "the channel can't tell its client: \(error)"
            return .failure(AuthenticationFailure(code: .internalError, message: message))
        }
    }

    /// What authenticates the requests of `channel`; made at the first question and kept with the connection.
    ///
    /// The chain is the client's certificate with the issuers that are remembered of it. Where NIOSSL does not show
    /// that it validated the chain on this very connection, `facts.isResumed` is true: always on resumed sessions, and
    /// always with the callback without metadata. `serverName` is not known to NIOSSL's handler, ALPN's choice only
    /// where `NIOSSLServerContext` has built the pipeline. See `authenticate(_:)` for when to ask.
    ///
    /// - Parameter channel: the connection's, or that of an HTTP/2 stream on it.
    /// - Returns: fails when the channel is closed, and before `NIOSSLServerContext` has let the client in.
    public func authentication(on channel: any Channel) -> EventLoopFuture<ConnectionAuthentication> {
        channel.eventLoop.flatSubmit { () -> EventLoopFuture<ConnectionAuthentication> in
            if let parent = channel.parent, !Self.carriesTLS(channel) {
                // A channel that is closed has lost its handlers, and its parent may be the listening socket.
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

    /// On the event loop of `channel`.
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
        let keeper = try pipeline.handler(type: ConnectionKeeper.self, orAdd: ConnectionKeeper())
        if let kept = keeper.authentication(by: self) { return kept }
        // The path of this very handshake; nil after a resumption, and with the callback without metadata.
        let path = try tls.peerValidatedCertificateChain?.map { try $0.toDERBytes() }
        // The request that asks proves that the handshake is over.
        if let leaf = try tls.peerCertificate?.toDERBytes() {
            if let path, path.first == leaf { memory.remember(path) } else { memory.confirm(leaf) }
        }
        let client = try client(
            of: tls,
            channel,
            // Without the anchor, which is the policy's to name.
            presented: path.map { $0.count > 1 ? Array($0.dropLast()) : $0 },
            isResumed: path == nil,
            negotiatedProtocol: nil
        )
        let authentication = ConnectionAuthentication(
            authenticator: authenticator,
            chain: client.chain,
            facts: client.facts
        )
        // A question that came too early must not stay without an answer for ever.
        if authentication.presentedChain != nil { keeper.keep(authentication, for: self) }
        return authentication
    }

    /// On the event loop of `channel`, whose NIOSSL handler is `tls`.
    ///
    /// - Parameter presented: the chain as it came on this connection; nil for the leaf and what is remembered of it.
    func client(
        of tls: NIOSSLServerHandler,
        _ channel: any Channel,
        presented: [[UInt8]]?,
        isResumed: Bool,
        negotiatedProtocol: String?
    ) throws -> (chain: PresentedChain?, facts: ConnectionFacts) {
        // What NIOSSL proved is the leaf that it names; a chain of anyone else is not this connection's.
        let leaf = try tls.peerCertificate?.toDERBytes()
        let certificates = leaf.map { leaf in presented?.first == leaf ? presented ?? [] : knownChain(of: leaf) }
        let facts = ConnectionFacts(
            isSecure: true,
            peerAddress: channel.remoteAddress?.peerText,
            negotiatedProtocol: negotiatedProtocol,
            tlsVersion: tls.tlsVersion?.name,
            isResumed: leaf != nil && isResumed
        )
        return (certificates.flatMap { PresentedChain(derEncoded: $0, source: .tls) }, facts)
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// The pipeline's handler of this type, or the one that is put behind all others.
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
    /// The version's name as `ConnectionFacts` has it.
    fileprivate var name: String {
        switch self {
        case .tlsv1: "TLSv1"
        case .tlsv11: "TLSv1.1"
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        }
    }
}

/// Keeps what authenticates the requests of its connection, and goes with it. Handles nothing.
final class ConnectionKeeper: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private var kept: [(adapter: NIOSSLClientAuthentication, authentication: ConnectionAuthentication)] = []

    /// What `adapter` has made for this connection; other policies' is nobody else's.
    func authentication(by adapter: NIOSSLClientAuthentication) -> ConnectionAuthentication? {
        kept.first { $0.adapter === adapter }?.authentication
    }

    func keep(_ authentication: ConnectionAuthentication, for adapter: NIOSSLClientAuthentication) {
        kept.append((adapter, authentication))
    }
}

@available(*, unavailable)
extension ConnectionKeeper: Sendable {}
#endif
