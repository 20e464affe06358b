// SPDX-License-Identifier: Apache-2.0
// All the ways in which a TLS connection ends.

import CertAuth
import CertAuthOpenSSL
import NIOCore
import NIOTLS

extension TLSServerHandler {
    /// Ends a failed connection: reports why, sends the alert that OpenSSL prepared, and closes.
    func fail(_ error: TLSServerError, _ context: ChannelHandlerContext) {
        guard let failure = state.failure, state.fail() else { return }
        opening = nil
        humanWait = nil
        endWatching()
        deadline?.cancel()
        validation?.cancel()
        validation = nil
        endLateExchange(.connectionEnded)
        if failure.isReported { report(error, context) } else { context.fireErrorCaught(error) }
        if failure.sendsCloseNotify { _ = tls?.sendCloseNotify() }
        if failure.forgetsSession { forgetSession() }
        forgetCertificates()
        dropWrites(error)
        discardable = Self.mostDiscardedBytes
        if case .proxyHeaderRefused = error {
            // Without an alert, the peer loses nothing by an immediate end.
            closeChannel(context)
        } else {
            linger(context, closesOutput: error.alert == nil)
        }
    }

    func close(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if let promise, let closePromise {
            closePromise.futureResult.cascade(to: promise)
        } else if let promise {
            closePromise = promise
        }
        opening = nil
        switch state.close() {
        case .wait: break
        case .closeNow: closeChannel(context)
        case .sendCloseNotify:
            humanWait = nil
            endWatching()
            endLateExchange(.connectionEnded)
            deadline?.cancel()
            validation?.cancel()
            let isMutual = tls?.sendCloseNotify() == .complete(0)
            dropWrites(ChannelError.ioOnClosedChannel)
            if isMutual { closeOnceSent(context) } else { linger(context) }
        }
    }

    /// Both sides have sent close_notify: the channel closes as soon as ours has been written.
    ///
    /// It does not close at once, because a close drops what is not flushed yet.
    private func closeOnceSent(_ context: ChannelHandlerContext) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        closeAfterTimeout(context)
        sent.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            guard let self, let context = self.context else { return }
            self.closeChannel(context)
        }
        sendUnsent(context, fulfilling: [sent])
        context.flush()
    }

    func closeOutput(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard state.closeOutput() else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        _ = tls?.sendCloseNotify()
        dropWrites(ChannelError.outputClosed)
        sendUnsent(context)
        context.flush()
        if state.isInputClosed {
            promise?.succeed()
            close(context, promise: nil)
        } else {
            context.close(mode: .output, promise: promise)
        }
    }

    /// The peer sent close_notify. With half-closure the layers above may still answer; without it the connection ends.
    func peerDidSendCloseNotify(_ context: ChannelHandlerContext) {
        guard state.closeInput() else { return }
        endLateExchange(.connectionEnded)
        context.fireUserInboundEventTriggered(TLSUserEvent.shutdownCompleted)
        let option = ChannelOptions.allowRemoteHalfClosure
        let allowsHalfClosure = (try? context.channel.syncOptions?.getOption(option)) ?? false
        if allowsHalfClosure, !state.isOutputClosed {
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        } else {
            close(context, promise: nil)
        }
    }

    /// The peer has shut down its side of the socket.
    func transportInputDidClose(_ context: ChannelHandlerContext) {
        switch state.transportInputDidClose() {
        case .ignore: break
        case .fail: fail(.endedByPeer, context)
        case .closeChannel: closeChannel(context)
        case .truncated:
            endLateExchange(.connectionEnded)
            context.fireErrorCaught(TLSServerError.truncated)
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    /// Sends what is left and gives the peer time to read it, for at most `limits.closeTimeout`.
    ///
    /// Closing a socket with unread input resets it, and the peer would lose the alert.
    ///
    /// - Parameter closesOutput: whether to shut down the sending side at once. After an alert the peer closes first:
    ///   browsers that read the alert and the end of the connection together report a lost connection instead of the
    ///   alert, and do not ask for another certificate.
    private func linger(_ context: ChannelHandlerContext, closesOutput: Bool = true) {
        sendUnsent(context)
        context.flush()
        guard context.channel.isActive else {
            closeChannel(context)
            return
        }
        closeAfterTimeout(context)
        if closesOutput { context.close(mode: .output, promise: nil) }
        context.read()
    }

    /// The maximum number of bytes that a failed connection reads and discards while it waits for the peer to close.
    ///
    /// A client that reads the alert stops sending; until then it may send what it had begun, a first window of TCP
    /// (RFC 6928: about 15 KiB) or a request with several certificates.
    static let mostDiscardedBytes = 64 * 1024

    /// Counts bytes that a failed connection has received. Returns false, and closes the channel, beyond the limit.
    func mayDiscard(_ count: Int, _ context: ChannelHandlerContext) -> Bool {
        guard let rest = discardable else { return true }
        discardable = rest - count
        guard rest < count else { return true }
        closeChannel(context)
        return false
    }

    /// Waits for the peer's close_notify after ours was sent, and discards everything else.
    func awaitCloseNotify(_ tls: TLSConnection, _ context: ChannelHandlerContext) {
        var scratch = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            switch tls.read(into: &scratch) {
            case .complete: continue
            case .wantsMoreInput: return
            case .closed:
                closeChannel(context)
                return
            case .failed:
                // An alert of ours may still be in transit. The connection ends when the peer closes or the time runs
                // out.
                self.tls = nil
                return
            }
        }
    }

    private func closeAfterTimeout(_ context: ChannelHandlerContext) {
        let timeout = TimeAmount(configuration.limits.closeTimeout)
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            guard let self, let context = self.context else { return }
            self.closeChannel(context)
        }
    }

    private func closeChannel(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        let promise = closePromise
        closePromise = nil
        context.close(mode: .all, promise: promise)
    }

    private func dropWrites(_ error: any Error) {
        let dropped = outgoing?.promises ?? []
        outgoing = nil
        for promise in dropped { promise.fail(error) }
        while let (_, promise) = pendingWrites.popFirst() { promise?.fail(error) }
    }

    /// Releases everything once the channel is closed.
    func releaseAll(_ error: any Error) {
        opening = nil
        humanWait = nil
        endWatching()
        deadline?.cancel()
        deadline = nil
        validation?.cancel()
        validation = nil
        candidate = nil
        endLateExchange(.connectionEnded)
        dropWrites(error)
        closePromise?.succeed()
        closePromise = nil
        tls = nil
    }
}
