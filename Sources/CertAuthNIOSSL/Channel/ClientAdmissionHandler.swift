// SPDX-License-Identifier: Apache-2.0
// The gate behind NIOSSL: nothing passes before the client is let in.

#if NIOSSL
internal import CertAuth
internal import CertAuthTLS
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Judges the client once NIOSSL's handshake is complete, and holds everything else back until then.
final class ClientAdmissionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case handshaking
        case judging
        case admitted
        case ended
    }

    private enum Held {
        case bytes(ByteBuffer)
        case readComplete
        case event(Any)
    }

    let adapter: NIOSSLClientAuthentication
    /// Of a client that was let in.
    private(set) var authentication: ConnectionAuthentication?

    private let demandsCertificate: Bool
    private let presented: PresentedInHandshake
    private let timeout: TimeAmount
    private let limit: Int
    private var phase = Phase.handshaking
    private var context: ChannelHandlerContext?
    private var held: [Held] = []
    private var heldBytes = 0
    private var isReadHeld = false
    private var writes = MarkedCircularBuffer<(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)>(initialCapacity: 4)
    private var deadline: Scheduled<Void>?
    private var judgement: Task<Void, Never>?

    init(
        adapter: NIOSSLClientAuthentication,
        demandsCertificate: Bool,
        presented: PresentedInHandshake,
        timeout: TimeAmount,
        heldBytes: Int
    ) {
        self.adapter = adapter
        self.demandsCertificate = demandsCertificate
        self.presented = presented
        self.timeout = timeout
        limit = heldBytes
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
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
        case .judging:
            let bytes = unwrapInboundIn(data)
            heldBytes += bytes.readableBytes
            guard heldBytes <= limit else { return end(with: .tooMuchHeldData(limit: limit), context) }
            held.append(.bytes(bytes))
        case .handshaking:
            // NIOSSL says that the handshake is complete before it hands out plaintext; what it does not say is not so.
            end(with: .plaintextBeforeFinished, context)
        case .ended:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .judging = phase { held.append(.readComplete) } else { context.fireChannelReadComplete() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch phase {
        case .handshaking:
            guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
                return context.fireUserInboundEventTriggered(event)
            }
            judge(negotiatedProtocol: negotiated, context)
        case .judging: held.append(.event(event))
        case .admitted, .ended: context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        if case .judging = phase { isReadHeld = true } else { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .admitted: context.write(data, promise: promise)
        case .handshaking, .judging: writes.append((unwrapOutboundIn(data), promise))
        case .ended: promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    func flush(context: ChannelHandlerContext) {
        if case .admitted = phase { context.flush() } else { writes.mark() }
    }
}

extension ClientAdmissionHandler {
    private func judge(negotiatedProtocol: String?, _ context: ChannelHandlerContext) {
        phase = .judging
        let candidate: ConnectionAuthentication
        do {
            let certificates = presented.certificates
            candidate = try adapter.authentication(
                context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self),
                context.channel,
                presented: certificates,
                isResumed: certificates == nil,
                negotiatedProtocol: negotiatedProtocol
            )
        } catch {
            let message = "NIOSSL can't tell its client: \(error)"
            return end(with: .certificateRefused(code: .internalError, message: message, alert: nil), context)
        }
        guard demandsCertificate || candidate.presentedChain != nil else {
            return admit(candidate, negotiatedProtocol, context)
        }
        let answer = context.eventLoop.makePromise(of: AuthenticationResult.self)
        judgement = Task { answer.succeed(await candidate.authenticate()) }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self] result in
            guard let self, let context = self.context, case .judging = self.phase else { return }
            self.decide(on: candidate, result, negotiatedProtocol, context)
        }
    }

    private func decide(
        on candidate: ConnectionAuthentication,
        _ result: AuthenticationResult,
        _ negotiatedProtocol: String?,
        _ context: ChannelHandlerContext
    ) {
        switch result {
        case .success:
            admit(candidate, negotiatedProtocol, context)
        case .noResult where !demandsCertificate:
            admit(candidate, negotiatedProtocol, context)
        case .noResult(let reason):
            let message = "an authenticated client is demanded, the authenticator gave no result"
            end(with: .certificateRefused(code: reason.code, message: message, alert: nil), context)
        case .failure(let failure):
            end(with: .certificateRefused(code: failure.code, message: failure.message, alert: nil), context)
        }
    }

    private func admit(
        _ candidate: ConnectionAuthentication,
        _ negotiatedProtocol: String?,
        _ context: ChannelHandlerContext
    ) {
        deadline?.cancel()
        judgement = nil
        phase = .admitted
        authentication = candidate
        releaseWrites(context)
        context.fireUserInboundEventTriggered(candidate)
        context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: negotiatedProtocol))
        let held = held
        self.held = []
        for item in held {
            // Whoever hears of the one may have closed before the other.
            guard case .admitted = phase else { return }
            switch item {
            case .bytes(let bytes): context.fireChannelRead(wrapInboundOut(bytes))
            case .readComplete: context.fireChannelReadComplete()
            case .event(let event): context.fireUserInboundEventTriggered(event)
            }
        }
        guard isReadHeld else { return }
        isReadHeld = false
        context.read()
    }

    /// What was written before the client was let in goes before all that its admission gives rise to.
    private func releaseWrites(_ context: ChannelHandlerContext) {
        let isFlushed = writes.hasMark
        while case .admitted = phase, let next = writes.popFirst() {
            context.write(wrapOutboundOut(next.bytes), promise: next.promise)
        }
        if isFlushed { context.flush() }
    }

    /// Refuses the client and closes.
    private func end(with error: TLSServerError, _ context: ChannelHandlerContext) {
        switch phase {
        case .admitted, .ended: return
        case .handshaking, .judging: break
        }
        stop(failingWritesWith: error)
        if case .certificateRefused(let code, let message, _) = error {
            adapter.report(code, message, peer: context.remoteAddress?.peerText)
        }
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    private func stop(failingWritesWith error: any Error) {
        phase = .ended
        deadline?.cancel()
        deadline = nil
        judgement?.cancel()
        judgement = nil
        held = []
        while let next = writes.popFirst() { next.promise?.fail(error) }
    }
}

@available(*, unavailable)
extension ClientAdmissionHandler: Sendable {}
#endif
