// SPDX-License-Identifier: Apache-2.0
// From the end of NIOSSL's handshake to the client's admission or refusal.

#if NIOSSL
internal import CertAuth
internal import CertAuthTLS
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

extension ClientAdmissionHandler {
    func validate(negotiatedProtocol: String?, _ context: ChannelHandlerContext) {
        phase = .validating
        let candidate: ConnectionAuthentication
        do {
            candidate = try candidateClient(negotiatedProtocol, context)
        } catch {
            let message = "NIOSSL cannot provide the client's certificates: \(error)"
            return end(with: .certificateRefused(code: .internalError, message: message, alert: nil), context)
        }
        guard settings.demandsCertificate || candidate.presentedChain != nil else {
            return admit(candidate, context)
        }
        let answer = context.eventLoop.makePromise(of: AuthenticationResult.self)
        validation = Task { answer.succeed(await candidate.authenticate()) }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self] result in
            guard let self, let context = self.context, case .validating = self.phase else { return }
            self.decide(on: candidate, result, context)
        }
    }

    private func decide(
        on candidate: ConnectionAuthentication,
        _ result: AuthenticationResult,
        _ context: ChannelHandlerContext
    ) {
        switch result {
        case .success(let client):
            adapter.remember(client)
            admit(candidate, context)
        case .noResult where !settings.demandsCertificate:
            admit(candidate, context)
        case .noResult(let reason):
            let message = "an authenticated client is required, but the authenticator returned no result"
            end(with: .certificateRefused(code: reason.code, message: message, alert: nil), context)
        case .failure(let failure):
            let error = TLSServerError.certificateRefused(code: failure.code, message: failure.message, alert: nil)
            end(with: error, refusal: failure, context)
        }
    }

    /// The client's connection after the handshake, before its admission.
    private func candidateClient(
        _ negotiatedProtocol: String?,
        _ context: ChannelHandlerContext
    ) throws -> ConnectionAuthentication {
        let certificates = presented.certificates
        let client = try adapter.client(
            of: context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self),
            context.channel,
            presented: certificates,
            isResumed: certificates == nil,
            negotiatedProtocol: negotiatedProtocol
        )
        return ConnectionAuthentication(
            authenticator: adapter.authenticator,
            chain: client.chain,
            facts: client.facts
        )
    }

    private func admit(_ admitted: ConnectionAuthentication, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        validation = nil
        phase = .admitted
        authentication = admitted
        releaseWrites(context)
        context.fireUserInboundEventTriggered(admitted)
        let negotiated = admitted.facts.negotiatedProtocol?.rawValue
        context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: negotiated))
        watchOver(admitted, context)
        let held = held
        self.held = []
        for item in held {
            // A receiver of the previous item may have closed the channel.
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

    /// Releases writes from before the admission first, so that they precede everything that the admission causes.
    private func releaseWrites(_ context: ChannelHandlerContext) {
        let isFlushed = writes.hasMark
        while case .admitted = phase, let next = writes.popFirst() {
            context.write(wrapOutboundOut(next.bytes), promise: next.promise)
        }
        if isFlushed { context.flush() }
    }

    /// Refuses the client and closes the connection.
    ///
    /// - Parameter refusal: the authenticator's; nil if it has not decided.
    func end(
        with error: TLSServerError,
        refusal: AuthenticationFailure? = nil,
        _ context: ChannelHandlerContext
    ) {
        switch phase {
        case .admitted, .ended: return
        case .handshaking, .validating: break
        }
        stop(failingWritesWith: error)
        if case .certificateRefused(let code, let message, _) = error {
            let failure = refusal ?? AuthenticationFailure(code: code, message: message)
            adapter.report(failure, peer: context.remoteAddress?.peerText)
        }
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    func stop(failingWritesWith error: any Error) {
        phase = .ended
        deadline?.cancel()
        deadline = nil
        validation?.cancel()
        validation = nil
        watch?.end()
        watch = nil
        held = []
        while let next = writes.popFirst() { next.promise?.fail(error) }
    }
}
#endif
