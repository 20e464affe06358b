// SPDX-License-Identifier: Apache-2.0
// TLS on the server's side of a channel: bytes of the network outside, plaintext of admitted clients inside.

import CertAuth
import CertAuthOpenSSL
package import NIOCore

/// TLS on the server's side of a channel.
///
/// With `validation: .handshake` not one byte of plaintext is released before the client is let in. After that a
/// `ClientCertificateConnection` and then `TLSUserEvent.handshakeCompleted` are fired as user inbound events.
package final class TLSServerHandler: ChannelDuplexHandler {
    /// Ciphertext of the client.
    package typealias InboundIn = ByteBuffer
    /// Plaintext of the client.
    package typealias InboundOut = ByteBuffer
    /// Plaintext for the client.
    package typealias OutboundIn = ByteBuffer
    /// Ciphertext for the client.
    package typealias OutboundOut = ByteBuffer

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
    /// Has an admitted client judged again when its verdict ends.
    var verdictWatch: VerdictWatch?
    var reloads: ChangeNotice<Void>.Subscription?

    /// What is known of the client; nil until it has been let in.
    package internal(set) var connection: ClientCertificateConnection?

    /// A handler for one connection under `context`.
    package init(context: TLSServerContext) {
        let policies = context.policies
        server = context
        configuration = policies.configuration
        refusals = context.refusals
        judge = HandshakeJudge(policies: policies)
    }

    /// Starts the handshake at once on a channel that is active already.
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start(context) }
    }

    /// Lets go of everything that belongs to the channel.
    package func handlerRemoved(context: ChannelHandlerContext) {
        _ = state.end()
        releaseAll(ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    /// Starts the handshake.
    package func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    /// Ends the connection; one that was cut in the middle is reported first.
    package func channelInactive(context: ChannelHandlerContext) {
        if let (error, isReported) = state.channelDidClose() {
            if isReported { report(error, context) } else { context.fireErrorCaught(error) }
        }
        releaseAll(ChannelError.eof)
        context.fireChannelInactive()
    }

    /// Takes ciphertext in.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let tls else { return }
        let input = state.ciphertextDidArrive()
        guard input != .discard else { return }
        unwrapInboundIn(data).withUnsafeReadableBytes { tls.receive($0) }
        switch input {
        case .discard: break
        case .continueHandshake: continueHandshake(context)
        case .hold:
            let limit = configuration.limits.heldBytes
            if tls.unreadCount > limit { fail(.tooMuchHeldData(limit: limit), context) }
        case .exchange:
            exchange(context)
            // An answer may have closed in the middle; the client's goodbye may be there already.
            if state.phase == .closing, let tls = self.tls { listenForGoodbye(tls, context) }
        case .awaitGoodbye: listenForGoodbye(tls, context)
        }
    }

    /// Passes on the end of a batch of reads, or reads on when the batch held nothing for the layers above.
    package func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        let owesRead = state.readBatchDidEnd()
        context.fireChannelReadComplete()
        switch state.nextRead(owesRead: owesRead, awaitsCertificate: lateExchange != nil) {
        case .none: break
        case .transport: context.read()
        case .layersAbove: read(context: context)
        }
    }

    /// Holds reads back while the client is being judged, and while it does not take what it was sent.
    package func read(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        if state.readWasRequested(isWritable: isWritable, awaitsCertificate: lateExchange != nil) { context.read() }
    }

    /// Reads on when the client has taken what it was sent.
    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, state.didBecomeWritable() { context.read() }
        context.fireChannelWritabilityChanged()
    }

    /// Keeps plaintext until the next flush.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state.acceptsWrites else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        pendingWrites.append((unwrapOutboundIn(data), promise))
    }

    /// Encrypts and sends what was written, at once or as soon as the client has been let in.
    package func flush(context: ChannelHandlerContext) {
        pendingWrites.mark()
        encryptMarkedWrites(context)
        context.flush()
    }

    /// Says goodbye before the channel closes.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .all: close(context, promise: promise)
        case .output: closeOutput(context, promise: promise)
        case .input: context.close(mode: .input, promise: promise)
        }
    }

    /// Takes requests for the client's certificate.
    package func triggerUserOutboundEvent(
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
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        transportInputDidClose(context)
    }
}

@available(*, unavailable)
extension TLSServerHandler: Sendable {}
