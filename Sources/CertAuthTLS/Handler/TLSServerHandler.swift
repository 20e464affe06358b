// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
package import NIOCore

/// TLS on the server's side of a channel: ciphertext outside, plaintext of admitted clients inside.
///
/// With `validation: .handshake` no plaintext is released before the client is admitted. Then a
/// `ClientCertificateConnection` and `TLSUserEvent.handshakeCompleted` are fired as user inbound events, in this order.
package final class TLSServerHandler: ChannelDuplexHandler {
    /// Ciphertext from the client.
    package typealias InboundIn = ByteBuffer
    /// Plaintext from the client.
    package typealias InboundOut = ByteBuffer
    /// Plaintext for the client.
    package typealias OutboundIn = ByteBuffer
    /// Ciphertext for the client.
    package typealias OutboundOut = ByteBuffer

    typealias PendingWrite = (bytes: ByteBuffer, promise: EventLoopPromise<Void>?)

    let server: TLSServerContext
    /// The limits and the logger of the configuration that was in force when the connection began.
    let configuration: TLSServerConfiguration
    let validator: HandshakeValidator
    let refusals: RefusalLog
    var state = TLSServerStateMachine()
    var tls: TLSConnection?
    var context: ChannelHandlerContext?
    var pendingWrites = MarkedCircularBuffer<PendingWrite>(initialCapacity: 4)
    /// The plaintext that OpenSSL is encrypting. It precedes all pending writes.
    var outgoing: OutgoingPlaintext?
    var closePromise: EventLoopPromise<Void>?
    var deadline: Scheduled<Void>?
    /// When the handshake of a client that is asked for a certificate must end; nil once that is settled.
    var patience: NIODeadline?
    /// Held while the handshake has the time of a person.
    var humanWait: HumanWaits.Wait?
    var validation: Task<Void, Never>?
    /// Why the authenticator refused the client after the handshake.
    var refusal: AuthenticationFailure?
    /// The protocol that the client uses instead of TLS, by its first bytes.
    private(set) var misplaced: MisplacedProtocol?
    private var hasReceived = false
    /// Reads the header of the load balancer. Nil before the start, after the header, and if none is required.
    var opening: ProxyOpening?
    /// When the connection began, if a header of a load balancer is required.
    var openedAt: NIODeadline?
    /// What the header of the load balancer stated.
    var announced: ProxyProtocolHeader?
    /// How many bytes a failed connection may still receive. Nil unless it has failed.
    var discardable: Int?
    /// The client's connection until the hooks have admitted the client.
    var candidate: ClientCertificateConnection?
    var lateExchange: LateExchange?
    /// Validates an admitted client again when its verdict expires.
    var verdictWatch: VerdictWatch?
    var reloads: ChangeNotice<Void>.Subscription?

    /// The client's connection. Nil until the client is admitted.
    package internal(set) var connection: ClientCertificateConnection?

    /// Creates the handler of one connection with `context`.
    package init(context: TLSServerContext) {
        let policies = context.policies
        server = context
        configuration = policies.configuration
        refusals = context.refusals
        validator = HandshakeValidator(policies: policies)
    }

    /// Starts the handshake immediately if the channel is already active.
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    /// Releases everything that belongs to the channel.
    package func handlerRemoved(context: ChannelHandlerContext) {
        _ = state.end()
        releaseAll(ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    /// Starts the handshake, or the reading of a load balancer's header before it.
    package func channelActive(context: ChannelHandlerContext) {
        if configuration.proxyProtocol == nil { begin(context) }
        context.fireChannelActive()
        // The peer may be refused at once. The layers above must not see the end of the channel before its beginning.
        if configuration.proxyProtocol != nil { begin(context) }
    }

    /// Ends the connection, and reports one that was closed without close_notify.
    package func channelInactive(context: ChannelHandlerContext) {
        if let (error, isReported) = state.channelDidClose() {
            if isReported { report(error, context) } else { context.fireErrorCaught(error) }
        }
        releaseAll(ChannelError.eof)
        context.fireChannelInactive()
    }

    /// Receives ciphertext.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let ciphertext = unwrapInboundIn(data)
        guard mayDiscard(ciphertext.readableBytes, context) else { return }
        if opening != nil { return receiveProxyHeader(ciphertext, context) }
        guard let tls else { return }
        let input = state.ciphertextDidArrive()
        guard input != .discard else { return }
        if !hasReceived {
            hasReceived = true
            misplaced = MisplacedProtocol(opening: ciphertext.readableBytesView)
        }
        tls.receive(ciphertext.readableBytesSpan)
        switch input {
        case .discard: break
        case .continueHandshake: continueHandshake(context)
        case .hold:
            let limit = configuration.limits.heldBytes
            if tls.unreadCount > limit { fail(.tooMuchHeldData(limit: limit), context) }
        case .exchange:
            exchange(context)
            // An answer may have closed the connection during this call, and the client's close_notify may have arrived
            // already.
            if state.phase == .closing, let tls = self.tls { awaitCloseNotify(tls, context) }
        case .awaitCloseNotify: awaitCloseNotify(tls, context)
        }
    }

    /// Passes on the end of a batch of reads, or reads again if the batch contained nothing for the layers above.
    package func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        if opening != nil { context.read() }
        let owesRead = state.readBatchDidEnd()
        context.fireChannelReadComplete()
        switch state.nextRead(owesRead: owesRead, awaitsCertificate: lateExchange != nil) {
        case .none: break
        case .transport: context.read()
        case .layersAbove: read(context: context)
        }
    }

    /// Defers reads during the validation of the client, and while the client does not read what was sent to it.
    package func read(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        if state.readWasRequested(isWritable: isWritable, awaitsCertificate: lateExchange != nil) { context.read() }
    }

    /// Reads again once the client has read what was sent to it.
    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, state.didBecomeWritable() { context.read() }
        context.fireChannelWritabilityChanged()
    }

    /// Stores plaintext until the next flush.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state.acceptsWrites else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        pendingWrites.append((unwrapOutboundIn(data), promise))
    }

    /// Encrypts and sends what was written, immediately or as soon as the client is admitted.
    package func flush(context: ChannelHandlerContext) {
        pendingWrites.mark()
        encryptMarkedWrites(context)
        context.flush()
    }

    /// Sends close_notify before the channel closes.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .all: close(context, promise: promise)
        case .output: closeOutput(context, promise: promise)
        case .input: context.close(mode: .input, promise: promise)
        }
    }

    /// Handles requests for the client's certificate.
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

    /// Distinguishes a truncated connection from one that ended cleanly.
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
