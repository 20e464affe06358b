// SPDX-License-Identifier: Apache-2.0
// A connection with CertAuth's TLS: the handshake, the selection of HTTP by ALPN, then Hummingbird's own channels.

#if Hummingbird
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOTLS

/// Sets up and serves connections with CertAuth's TLS.
struct SecureChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    /// A connection whose client is admitted.
    struct Negotiated: Sendable {
        let served: ServedConnection
        let http: HTTP
    }

    enum HTTP: Sendable {
        case http1(HTTP1Channel.Value)
        case http2(HTTP2Channel.Value)
    }

    private let tls: TLSServerContext
    private let connections: ConnectionRegistry
    private let servesProxies: Bool
    private let http1: HTTP1Channel
    private let http2: HTTP2Channel?

    init(
        http: ServedHTTP,
        tls: TLSServerContext,
        connections: ConnectionRegistry,
        servesProxies: Bool,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.tls = tls
        self.connections = connections
        self.servesProxies = servesProxies
        http1 = HTTP1Channel(responder: responder, configuration: http.http1)
        http2 = http.http2.map { HTTP2Channel(responder: responder, configuration: $0) }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            // This comes first, so that no reload misses a connection that still has earlier policies.
            connections.add(channel)
            let ending = ConnectionEndHandler()
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result, channel in
                negotiated(result, channel, ending, logger)
            }
            try channel.pipeline.syncOperations.addHandlers(TLSServerHandler(context: tls), ending, negotiation)
            return Value(channel: channel, negotiated: negotiation.protocolNegotiationResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let negotiated: Negotiated
        do {
            negotiated = try await value.negotiated.get()
        } catch {
            // TLS has already reported the cause.
            logger.debug(
                "connection ended before its first request",
                metadata: LogMetadata(.error, DisplayText.escaped("\(error)", limit: 1024)).values
            )
            return
        }
        await negotiated.served.bind {
            switch negotiated.http {
            case .http1(let connection): await http1.handle(value: connection, logger: logger)
            case .http2(let connection): await http2?.handle(value: connection, logger: logger)
            }
        }
    }

    /// Sets up HTTP on a connection whose client is admitted. Called on its event loop.
    private func negotiated(
        _ result: ALPNResult,
        _ channel: any Channel,
        _ ending: ConnectionEndHandler,
        _ logger: Logger
    ) -> EventLoopFuture<Negotiated> {
        guard !ending.isEnding, let connection = try? channel.pipeline.syncOperations.clientCertificateConnection()
        else {
            return close(channel)
        }
        let http: EventLoopFuture<HTTP>
        switch (result, http2) {
        case (.negotiated("h2"), let http2?):
            let end = HTTP2EndHandler(timeout: http2.configuration.gracefulCloseTimeout)
            ending.http2 = end
            let value = end.watching(http2, on: channel.eventLoop).setup(channel: channel, logger: logger)
            http = value.assumeIsolated().flatMapThrowing { value in
                try end.install(in: channel)
                return .http2(value)
            }.nonisolated()
        case (.negotiated("http/1.1"), _), (.negotiated("http/1.0"), _), (.fallback, _):
            http = http1.setup(channel: channel, logger: logger).flatMap { value in
                do {
                    // All handlers are in place before the event loop turns. What arrives waits in the ALPN handler.
                    let replaced = try StrictRequestDecoding.install(in: channel, http1.configuration)
                    try AbsoluteTargetHandler.install(in: channel)
                    try HTTP1EndHandler.install(in: channel)
                    if connection.mode == .delayed { try LateRequestHandler.install(in: channel) }
                    return replaced.map { .http1(value) }
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
            }
        default:
            return close(channel)
        }
        return http.and(channel.connectionPeer(of: connection)).map { http, peer in
            let served = ServedConnection(
                channel: channel,
                connection: connection,
                peer: peer,
                servesProxies: servesProxies
            )
            return Negotiated(served: served, http: http)
        }
    }

    private func close(_ channel: any Channel) -> EventLoopFuture<Negotiated> {
        channel.close(promise: nil)
        return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
    }
}
#endif
