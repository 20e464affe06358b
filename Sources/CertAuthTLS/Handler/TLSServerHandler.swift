// SPDX-License-Identifier: Apache-2.0
// TLS on the server's side of a channel: bytes of the network outside, plaintext of admitted clients inside.

import CertAuth
import CertAuthOpenSSL
public import NIOCore

/// TLS on the server's side of a channel.
///
/// With `validation: .handshake` not one byte of plaintext is released before the client is let in. After that a
/// `ClientCertificateConnection` and then `TLSUserEvent.handshakeCompleted` are fired as user inbound events.
public final class TLSServerHandler: ChannelDuplexHandler {
    /// Ciphertext of the client.
    public typealias InboundIn = ByteBuffer
    /// Plaintext of the client.
    public typealias InboundOut = ByteBuffer
    /// Plaintext for the client.
    public typealias OutboundIn = ByteBuffer
    /// Ciphertext for the client.
    public typealias OutboundOut = ByteBuffer

    typealias PendingWrite = (bytes: ByteBuffer, promise: EventLoopPromise<Void>?)

    let server: TLSServerContext
    /// The limits and the log of the configuration in force when the connection began.
    let configuration: TLSServerConfiguration
    let judge: HandshakeJudge
    let refusals: RefusalLog
    var state = TLSServerStateMachine()
    var tls: TLSConnection?
    var context: ChannelHandlerContext?
    var pendingWrites = MarkedCircularBuffer<PendingWrite>(initialCapacity: 4)
    /// What OpenSSL is being given; it comes before everything that is pending.
    var outgoing: OutgoingPlaintext?
    var closePromise: EventLoopPromise<Void>?
    var deadline: Scheduled<Void>?
    var validation: Task<Void, Never>?
    /// What is known of the client until the hooks have let it in.
    var candidate: ClientCertificateConnection?
    var lateExchange: LateExchange?
    var hasIssuedTicket = false
    /// The client was let in by the certificate of the handshake, hooks included.
    var wasAccepted = false
    var isReadHeld = false
    var isReadRequested = false
    var hasDelivered = false
    /// A batch of reads is being taken in; its end will be passed on.
    var isInReadBatch = false
    /// Has an admitted client judged again when its verdict ends.
    var verdictWatch: VerdictWatch?
    var reloads: ChangeNotice<Void>.Subscription?
    /// The client was let in and is refused now; requests in flight may still be answered.
    var isRefused = false

    /// What is known of the client; nil until it has been let in.
    package internal(set) var connection: ClientCertificateConnection?

    /// A handler for one connection under `context`.
    public init(context: TLSServerContext) {
        let policies = context.policies
        server = context
        configuration = policies.configuration
        refusals = context.refusals
        judge = HandshakeJudge(policies: policies)
    }

    /// Starts the handshake at once on a channel that is active already.
    public func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start(context) }
    }

    /// Lets go of everything that belongs to the channel.
    public func handlerRemoved(context: ChannelHandlerContext) {
        _ = state.end()
        releaseAll(ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    /// Starts the handshake.
    public func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    /// Ends the connection; one that was cut in the middle is reported first.
    public func channelInactive(context: ChannelHandlerContext) {
        switch state.end() {
        case .handshaking, .validating: report(.endedByPeer, context)
        case .active where !state.isInputClosed: context.fireErrorCaught(TLSServerError.truncated)
        default: break
        }
        releaseAll(ChannelError.eof)
        context.fireChannelInactive()
    }

    /// Takes ciphertext in.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Behind the client's goodbye nothing of its counts any more, and must not pile up.
        let isAfterGoodbye = state.phase == .active && state.isInputClosed
        guard let tls, state.phase != .closed, !isAfterGoodbye else { return }
        isInReadBatch = true
        unwrapInboundIn(data).withUnsafeReadableBytes { tls.receive($0) }
        switch state.phase {
        case .handshaking: continueHandshake(context)
        case .validating:
            let limit = configuration.limits.heldBytes
            if tls.unreadCount > limit { fail(.tooMuchHeldData(limit: limit), context) }
        case .active:
            exchange(context)
            // An answer may have closed in the middle; the client's goodbye may be there already.
            if state.phase == .closing, let tls = self.tls { listenForGoodbye(tls, context) }
        case .closing: listenForGoodbye(tls, context)
        case .idle, .closed: break
        }
    }

    /// Passes on the end of a batch of reads, or reads on when the batch held nothing for the layers above.
    public func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        let owesRead = isReadRequested && !hasDelivered
        hasDelivered = false
        isInReadBatch = false
        context.fireChannelReadComplete()
        switch state.phase {
        case .handshaking, .closing: context.read()
        case .active where lateExchange != nil: context.read()
        case .active where owesRead: read(context: context)
        default: break
        }
    }

    /// Holds reads back while the client is being judged, and while it does not take what it was sent: TLS itself
    /// answers some messages (KeyUpdate, RFC 8446 section 4.6.3), which would pile up.
    public func read(context: ChannelHandlerContext) {
        isReadRequested = true
        let isFull = state.phase == .active && lateExchange == nil && !context.channel.isWritable
        if state.phase == .validating || isFull {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    /// Reads on when the client has taken what it was sent.
    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isReadHeld, state.phase == .active, context.channel.isWritable {
            isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    /// Keeps plaintext until the next flush.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state.acceptsWrites else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        pendingWrites.append((unwrapOutboundIn(data), promise))
    }

    /// Encrypts and sends what was written, at once or as soon as the client has been let in.
    public func flush(context: ChannelHandlerContext) {
        pendingWrites.mark()
        encryptMarkedWrites(context)
        context.flush()
    }

    /// Says goodbye before the channel closes.
    public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .all: close(context, promise: promise)
        case .output: closeOutput(context, promise: promise)
        case .input: context.close(mode: .input, promise: promise)
        }
    }

    /// Takes requests for the client's certificate.
    public func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        if event is ClientAuthenticatedEvent {
            issueTicket(context)
            context.flush()
            promise?.succeed()
            return
        }
        if event is ClientRefusedEvent {
            dropCertificates()
            promise?.succeed()
            return
        }
        guard let request = event as? LateCertificateRequest else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
        ask(request, context)
    }

    /// Tells a cut connection from one that ended well.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        transportInputDidClose(context)
    }
}

@available(*, unavailable)
extension TLSServerHandler: Sendable {}
