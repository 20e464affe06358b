// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
internal import CertAuth
internal import CertAuthTLS
internal import NIOCore
internal import NIOTLS

/// Authenticates the client once NIOSSL's handshake is complete, and holds all other data back until then.
final class ClientAdmissionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case handshaking
        case validating
        case admitted
        case ended
    }

    enum Held {
        case bytes(ByteBuffer)
        case readComplete
        case event(Any)
    }

    let adapter: NIOSSLClientAuthentication
    /// Set once the client is admitted.
    var authentication: ConnectionAuthentication?

    let settings: ClientAdmissionSettings
    let presented: HandshakeChain
    var phase = Phase.handshaking
    var context: ChannelHandlerContext?
    var held: [Held] = []
    var isReadHeld = false
    var writes = MarkedCircularBuffer<(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)>(initialCapacity: 4)
    /// The timeout of the handshake; after a refusal, the timeout of the grace period.
    var deadline: Scheduled<Void>?
    var validation: Task<Void, Never>?
    var watch: VerdictWatch?
    private var heldBytes = 0

    init(adapter: NIOSSLClientAuthentication, settings: ClientAdmissionSettings, presented: HandshakeChain) {
        self.adapter = adapter
        self.settings = settings
        self.presented = presented
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: settings.handshakeTimeout) { [weak self] in
            guard let self, let context = self.context else { return }
            self.end(with: .timedOut, context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop(failingWritesWith: ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop(failingWritesWith: ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .admitted:
            context.fireChannelRead(data)
        case .validating:
            let bytes = unwrapInboundIn(data)
            heldBytes += bytes.readableBytes
            let limit = settings.heldBytes
            guard heldBytes <= limit else { return end(with: .tooMuchHeldData(limit: limit), context) }
            held.append(.bytes(bytes))
        case .handshaking:
            // NIOSSL reports the completed handshake before it releases plaintext. Plaintext without that report is
            // refused.
            end(with: .plaintextBeforeFinished, context)
        case .ended:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .validating = phase { held.append(.readComplete) } else { context.fireChannelReadComplete() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch phase {
        case .handshaking:
            guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
                return context.fireUserInboundEventTriggered(event)
            }
            validate(negotiatedProtocol: negotiated, context)
        case .validating: held.append(.event(event))
        case .admitted, .ended: context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        if case .validating = phase { isReadHeld = true } else { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .admitted: context.write(data, promise: promise)
        case .handshaking, .validating: writes.append((unwrapOutboundIn(data), promise))
        case .ended: promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    func flush(context: ChannelHandlerContext) {
        if case .admitted = phase { context.flush() } else { writes.mark() }
    }
}

@available(*, unavailable)
extension ClientAdmissionHandler: Sendable {}

/// What a server's admission handler requires of its clients, its buffer limit and its timeouts.
struct ClientAdmissionSettings: Sendable {
    let demandsCertificate: Bool
    let handshakeTimeout: TimeAmount
    let heldBytes: Int
    let refusalGrace: TimeAmount
}
#endif
